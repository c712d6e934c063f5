import { delimiter } from 'node:path';
import {
  type Env,
  envError,
  envHost,
  envInt,
  envList,
  envPort,
  envString,
  readJson,
} from '@stackctl/runtime';
import type { Felt } from '@stackctl/types';
import { type GenesisFile, readGenesisFile } from './genesis/genesis-file.ts';

export interface PeerConfig {
  readonly name: string;
  readonly host: string;
  readonly port: number;
}

/** What the environment tells one validator, checked. */
export interface SequencerConfig {
  readonly name: string;
  readonly runId: string;
  readonly genesis: GenesisFile;
  /** Sequencer address of this validator in the genesis. */
  readonly address: Felt;
  /** ed25519 seed, 32 bytes as hex. */
  readonly privateKey: string;
  readonly rpc: { readonly host: string; readonly port: number };
  readonly p2p: { readonly host: string; readonly port: number };
  readonly peers: readonly PeerConfig[];
  readonly dataDir: string;
  /** Where the L1 says which contracts it deployed, if this node is to tell. */
  readonly l1Manifest?: string;
  readonly blockTimeMs: number;
  readonly emptyBlockTimeMs: number;
  /** Folders with compiled classes; see classes/artifact-index.ts. */
  readonly artifacts: readonly string[];
  /** `transaction`: a block for each transaction, at once. */
  readonly blockMode: BlockMode;
  /** Blocks before the last one whose state stays readable; 0: all. */
  readonly historyBlocks: number;
}

const BLOCK_MODES = ['interval', 'transaction'] as const;
export type BlockMode = (typeof BLOCK_MODES)[number];

function blockMode(env: Env): BlockMode {
  const text = envString(env, 'BLOCK_MODE', 'interval');
  const mode = BLOCK_MODES.find((each) => each === text);
  if (mode === undefined) throw envError('BLOCK_MODE', BLOCK_MODES.join(' or '), text);
  return mode;
}

const PEER = /^([\w.-]+)@([\w.-]+|\[[0-9a-fA-F:]+\]):(\d{1,5})$/;

function peer(text: string): PeerConfig {
  const [, name, host, port] = PEER.exec(text) ?? [];
  if (name === undefined || host === undefined || Number(port) > 65_535 || Number(port) === 0)
    throw envError('PEERS', 'a list of name@host:port', text);
  return { name, host: host.replace(/^\[|\]$/g, ''), port: Number(port) };
}

function privateKeyOf(file: string, name: string): string {
  const key = readJson<{ name?: unknown; privateKey?: unknown }>(file);
  const wrong = (expected: string, got: unknown) =>
    envError('VALIDATOR_KEY_FILE', `${file} ${expected}`, String(got));
  if (key === undefined) throw wrong('to exist', 'no file');
  if (key.name !== name) throw wrong(`to be the key of ${name}`, key.name);
  if (typeof key.privateKey !== 'string' || !/^(0x)?[0-9a-f]{64}$/.test(key.privateKey))
    throw wrong('to hold 32 bytes as lower-case hex in privateKey', 'something else');
  return key.privateKey.replace(/^0x/, '');
}

/** Reads the environment variables and the files that they name; CONFIG_INVALID for what is wrong. */
export function readConfig(env: Env): SequencerConfig {
  const name = envString(env, 'VALIDATOR_NAME');
  const runId = envString(env, 'RUN_ID');
  const genesisPath = envString(env, 'GENESIS_FILE');
  const genesis = readGenesisFile(genesisPath);
  if (genesis.runId !== runId)
    throw envError('RUN_ID', `${genesis.runId}, the run of ${genesisPath}`, runId);
  const validator = genesis.validators.find((each) => each.name === name);
  if (validator === undefined) {
    const names = genesis.validators.map((each) => each.name).join(', ');
    throw envError('VALIDATOR_NAME', `a validator of the genesis (${names})`, name);
  }
  const host = envHost(env, 'RPC_HOST', '127.0.0.1');
  return {
    name,
    runId,
    genesis,
    address: validator.address,
    privateKey: privateKeyOf(envString(env, 'VALIDATOR_KEY_FILE'), name),
    rpc: { host, port: envPort(env, 'RPC_PORT') },
    p2p: { host: envHost(env, 'P2P_HOST', host), port: envPort(env, 'P2P_PORT') },
    peers: envList(env, 'PEERS', [])
      .map(peer)
      .filter((each) => each.name !== name),
    dataDir: envString(env, 'DATA_DIR'),
    ...(env.L1_MANIFEST !== undefined && { l1Manifest: envString(env, 'L1_MANIFEST') }),
    blockTimeMs: envInt(env, 'BLOCK_TIME_MS', { fallback: genesis.blockTimeMs, max: 3_600_000 }),
    blockMode: blockMode(env),
    historyBlocks: envInt(env, 'HISTORY_BLOCKS', { fallback: 0, max: 1_000_000_000 }),
    emptyBlockTimeMs: envInt(env, 'EMPTY_BLOCK_TIME_MS', { fallback: 10_000, max: 86_400_000 }),
    // Paths as in PATH: they may hold commas.
    artifacts: envString(env, 'ARTIFACTS_DIRS', '')
      .split(delimiter)
      .filter((folder) => folder !== ''),
  };
}
