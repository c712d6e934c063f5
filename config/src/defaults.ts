import type { StackConfig } from './schema.ts';

export const DEFAULTS: StackConfig = {
  chainId: 'STACKCTL',
  validators: 4,
  blockMode: 'interval',
  blockTimeMs: 1_000,
  emptyBlockTimeMs: 5_000,
  historyBlocks: 0,
  devnet: true,
  accounts: 10,
  seed: 0,
  initialBalance: '1000000000000000000000000', // 10^6 tokens
  host: '127.0.0.1',
  // 5050 is where Starknet tools look for a devnet, 8545 where Ethereum tools look.
  ports: {
    l1: 8545,
    sequencer: 5050,
    p2p: 6050,
    watcherProver: 5070,
    explorer: 4000,
    strict: false,
  },
  proofsDir: '',
  artifacts: [],
  proofStorage: { kind: 'local', bucket: '', region: '', endpoint: '', pathStyle: false },
  explorer: { enabled: true, verifyBlocks: false, chaos: false },
  prover: { threads: 0, giveWay: true },
  l1: { chainId: 31_337 },
  client: {
    enabled: true,
    rate: 5,
    duration: 5,
    mix: { fibonacci: 1, factorial: 1, erc20: 1 },
    seed: 1,
  },
  timeouts: { boot: 60, proof: 120 },
  logLevel: 'info',
};

/** A part of the configuration, to any depth. */
export type Partially<T> = {
  readonly [K in keyof T]?: T[K] extends object ? Partially<T[K]> : T[K];
};

/** Named starting points: they stand between the defaults and the file. */
export const PRESETS: Readonly<Record<string, Partially<StackConfig>>> = {
  default: {},
  /** What `make run-local` boots: everything shows itself. */
  'run-local': { explorer: { verifyBlocks: true } },
  /** For test suites: quick blocks, no load. */
  fast: { blockTimeMs: 200, emptyBlockTimeMs: 1_000, client: { enabled: false } },
  /** The smallest stack: one sequencer. */
  single: { validators: 1 },
  /** Two faults tolerated. */
  seven: { validators: 7 },
};
