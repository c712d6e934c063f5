/** Head of the chain: what a replay must reproduce. */
export interface Head {
  readonly number: number;
  readonly hash: string;
}

/** First record of a journal: which chain it is of, and what its genesis block depends on. */
export interface GenesisRecord {
  readonly kind: 'genesis';
  readonly version: 1;
  readonly runId: string;
  readonly chainId: number;
  /** Seconds since the epoch. */
  readonly timestamp: number;
  readonly hardfork: string;
}

/** A request that changed the chain, with what its outcome depends on beside the state. */
export interface RequestRecord {
  readonly kind: 'request';
  readonly method: string;
  readonly params: readonly unknown[];
  /** Head after it. */
  readonly head: Head;
  /** Timestamp of the first block that it mined; absent when it mined none. */
  readonly minedAt?: number;
  /** Seconds by which the chain's clock then ran ahead of the wall clock. */
  readonly clockOffset: number;
}

export type JournalRecord = GenesisRecord | RequestRecord;

/** Requests of the development namespaces that change nothing a restart would lose. */
const HARMLESS: ReadonlySet<string> = new Set([
  'hardhat_addCompilationResult',
  'hardhat_getAutomine',
  'hardhat_metadata',
  'hardhat_setLoggingEnabled',
]);

/** Whether a request may change the chain, its pool or its clock (unknown ones count as such). */
export function isMutation(method: string): boolean {
  if (method === 'eth_sendTransaction' || method === 'eth_sendRawTransaction') return true;
  return /^(evm|hardhat)_/.test(method) && !HARMLESS.has(method);
}
