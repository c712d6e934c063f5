import { type ProofStorage, storageFromEnv } from '@stackctl/proof-store';
import {
  type Env,
  envBool,
  envError,
  envHost,
  envPort,
  envString,
  envUrls,
} from '@stackctl/runtime';

/** What the service is told by its environment. */
export interface Config {
  readonly runId: string;
  /** One a node, in the order of the validators. */
  readonly rpcUrls: readonly string[];
  readonly l1Url: string;
  readonly proverUrl: string;
  readonly host: string;
  readonly port: number;
  readonly storage: ProofStorage;
  /** Whether pages verify proofs without being asked. */
  readonly verifyBlocks: boolean;
  /** The supervisor's socket, when pages may make validators fail. */
  readonly controlSocket: string | undefined;
}

/** Reads the environment. Throws CONFIG_INVALID naming the variable. */
export function readConfig(env: Env): Config {
  return {
    runId: envString(env, 'RUN_ID'),
    rpcUrls: envUrls(env, 'L2_RPC_URLS'),
    l1Url: oneUrl(env, 'L1_RPC_URL'),
    proverUrl: oneUrl(env, 'PROVER_URL'),
    host: envHost(env, 'HTTP_HOST', '127.0.0.1'),
    port: envPort(env, 'HTTP_PORT'),
    storage: storageFromEnv(env),
    verifyBlocks: envBool(env, 'ENABLE_BLOCK_VERIFICATION', false),
    controlSocket: envString(env, 'CONTROL_SOCKET', '') || undefined,
  };
}

function oneUrl(env: Env, name: string): string {
  const [url, ...more] = envUrls(env, name);
  if (url === undefined || more.length > 0) throw envError(name, 'one URL', env[name]);
  return url;
}
