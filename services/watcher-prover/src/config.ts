import { availableParallelism } from 'node:os';
import { type ProofStorage, storageFromEnv } from '@stackctl/proof-store';
import {
  type Env,
  envError,
  envHex,
  envHost,
  envInt,
  envPort,
  envString,
  envUrls,
} from '@stackctl/runtime';
import { type Felt, parseFelt } from '@stackctl/types';

/** What the service is told by its environment. */
export interface Config {
  readonly runId: string;
  readonly rpcUrls: readonly string[];
  readonly chainId: Felt;
  readonly dataDir: string;
  readonly host: string;
  readonly port: number;
  readonly storage: ProofStorage;
  /** How often the chain's height is asked for. */
  readonly pollMs: number;
  /** Rows that one proof may have; a larger block is proven in parts. */
  readonly maxSteps: number;
  /** Threads of the STARK prover. */
  readonly threads: number;
  /** Transactions waiting in a mempool from which on no proof is begun; 0: proofs never wait. */
  readonly busyAt: number;
}

/** Reads the environment. Throws CONFIG_INVALID naming the variable. */
export function readConfig(env: Env): Config {
  const chainId = parseFelt(envHex(env, 'L2_CHAIN_ID'));
  if (chainId === undefined) throw envError('L2_CHAIN_ID', 'a felt in hex', env.L2_CHAIN_ID);
  const rpcUrls = envUrls(env, 'L2_RPC_URLS');
  // What the validators leave: with fewer cores than validators there is nothing to spare.
  const spare = availableParallelism() - rpcUrls.length;
  return {
    runId: envString(env, 'RUN_ID'),
    rpcUrls,
    chainId,
    dataDir: envString(env, 'DATA_DIR'),
    host: envHost(env, 'HTTP_HOST', '127.0.0.1'),
    port: envPort(env, 'HTTP_PORT'),
    storage: storageFromEnv(env),
    pollMs: envInt(env, 'PROVER_POLL_MS', { fallback: 250, min: 20, max: 60_000 }),
    maxSteps: 2 ** envInt(env, 'PROVER_LOG_MAX_STEPS', { fallback: 17, min: 10, max: 20 }),
    threads: envInt(env, 'PROVER_THREADS', {
      fallback: Math.min(8, Math.max(1, spare)),
      min: 1,
      max: 64,
    }),
    busyAt: envInt(env, 'PROVER_GIVE_WAY_AT', {
      fallback: spare > 0 ? 0 : 100,
      min: 0,
      max: 1_000_000,
    }),
  };
}
