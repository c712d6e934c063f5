import type { Felt, HashedTransaction } from '@stackctl/types';
import { createHeap } from './heap.ts';

/** An account transaction in the pool. Its signature was checked by the node that admitted it. */
export interface PoolEntry {
  readonly hashed: HashedTransaction;
  /** Who pays and whose nonce it uses; the new account's address for DEPLOY_ACCOUNT. */
  readonly account: Felt;
  readonly nonce: bigint;
  readonly tip: bigint;
  /** Highest price for L2 gas that it pays; with the tip, what a replacement must raise. */
  readonly maxL2GasPrice: bigint;
  /** Milliseconds since the epoch. */
  readonly addedAt: number;
  /** Sent to this node, which therefore keeps spreading it. */
  readonly local: boolean;
  /** Of a DECLARE: the class, as it goes into the proposal. */
  readonly packedClass?: Uint8Array;
}

export interface PoolLimits {
  readonly maxTransactions: number;
  readonly maxPerAccount: number;
  /** How far beyond the account's nonce a transaction may wait. */
  readonly maxNonceGap: bigint;
  /** Raise of tip and price that a replacement needs, in percent. */
  readonly replacementPercent: bigint;
  /** Transactions older than this are dropped. */
  readonly lifetimeMs: number;
  /** Bytes of packed classes that may wait. */
  readonly maxClassBytes: number;
}

export const DEFAULT_POOL_LIMITS: PoolLimits = {
  maxTransactions: 20_000,
  maxPerAccount: 1024,
  maxNonceGap: 1024n,
  replacementPercent: 10n,
  lifetimeMs: 30 * 60_000,
  maxClassBytes: 64 << 20,
};

export type Refusal = 'DUPLICATE' | 'NONCE_TOO_LOW' | 'NONCE_TOO_HIGH' | 'UNDERPRICED' | 'FULL';

/**
 * Transactions waiting for a block, ordered by nonce within each account.
 *
 * Invariant: every nonce is at least the account's (as last told by `settle`), at most one
 * transaction has a given account and nonce.
 */
export interface Pool {
  /** Undefined when the entry was taken in, else why not. */
  add(entry: PoolEntry, accountNonce: Felt): Refusal | undefined;
  get(hash: Felt): PoolEntry | undefined;
  /** Whether a DEPLOY_ACCOUNT of this account waits. */
  deploys(account: Felt): boolean;
  /** The nonce after those of the account's transactions that follow on `accountNonce`. */
  nextNonce(account: Felt, accountNonce: Felt): Felt;
  /** Entries that could go into the next block, the best first. */
  candidates(nonceOf: (account: Felt) => Felt): Candidates;
  remove(hash: Felt): void;
  /** Drops what a new block made obsolete: nonces below the account's, and what grew too old. */
  settle(nonces: Iterable<{ readonly address: Felt; readonly nonce: Felt }>, now: number): void;
  /** Entries of this node older than `ageMs`, to be spread again. */
  stale(now: number, ageMs: number): PoolEntry[];
  size(): number;
  /** Another number after every change: who looked at the pool knows whether to look again. */
  version(): number;
  /** Whether some transaction could go into the next block. */
  hasReady(nonceOf: (account: Felt) => Felt): boolean;
  readyCount(nonceOf: (account: Felt) => Felt): number;
}

/** Walks the pool in the order of a block: highest tip first, then first come, by nonce. */
export interface Candidates {
  next(): PoolEntry | undefined;
  /** Leaves out the later transactions of the account of the last `next`. */
  skipAccount(): void;
}

export function createPool(limits: PoolLimits = DEFAULT_POOL_LIMITS): Pool {
  const byHash = new Map<Felt, PoolEntry>();
  const accounts = new Map<Felt, Map<Felt, PoolEntry>>();
  const arrival = new Map<Felt, number>();
  let arrivals = 0;
  let classBytes = 0;
  let version = 0;

  const drop = (entry: PoolEntry): void => {
    classBytes -= entry.packedClass?.length ?? 0;
    version++;
    byHash.delete(entry.hashed.hash);
    arrival.delete(entry.hashed.hash);
    const waiting = accounts.get(entry.account);
    waiting?.delete(entry.nonce);
    if (waiting?.size === 0) accounts.delete(entry.account);
  };

  const put = (entry: PoolEntry): void => {
    classBytes += entry.packedClass?.length ?? 0;
    version++;
    byHash.set(entry.hashed.hash, entry);
    arrival.set(entry.hashed.hash, arrivals++);
    const waiting = accounts.get(entry.account) ?? new Map<Felt, PoolEntry>();
    waiting.set(entry.nonce, entry);
    accounts.set(entry.account, waiting);
  };

  const nextNonce = (account: Felt, accountNonce: Felt): Felt => {
    const waiting = accounts.get(account);
    let nonce = accountNonce;
    while (waiting?.has(nonce)) nonce++;
    return nonce;
  };

  return {
    add(entry, accountNonce) {
      if (byHash.has(entry.hashed.hash)) return 'DUPLICATE';
      if (entry.nonce < accountNonce) return 'NONCE_TOO_LOW';
      if (entry.nonce > accountNonce + limits.maxNonceGap) return 'NONCE_TOO_HIGH';
      if (classBytes + (entry.packedClass?.length ?? 0) > limits.maxClassBytes) return 'FULL';
      const waiting = accounts.get(entry.account);
      const previous = waiting?.get(entry.nonce);
      if (previous !== undefined) {
        const raised = (value: bigint) => value + (value * limits.replacementPercent + 99n) / 100n;
        const pays =
          entry.tip >= raised(previous.tip) &&
          entry.maxL2GasPrice >= raised(previous.maxL2GasPrice);
        if (!pays) return 'UNDERPRICED';
        drop(previous);
      } else if (
        byHash.size >= limits.maxTransactions ||
        (waiting?.size ?? 0) >= limits.maxPerAccount
      ) {
        return 'FULL';
      }
      put(entry);
      return undefined;
    },
    get: (hash) => byHash.get(hash),
    deploys: (account) =>
      accounts.get(account)?.get(0n)?.hashed.transaction.type === 'DEPLOY_ACCOUNT',
    nextNonce,
    candidates(nonceOf) {
      const heap = createHeap<PoolEntry>((a, b) =>
        a.tip !== b.tip
          ? a.tip > b.tip
          : (arrival.get(a.hashed.hash) ?? 0) < (arrival.get(b.hashed.hash) ?? 0),
      );
      for (const [account, waiting] of accounts) {
        const first = waiting.get(nonceOf(account));
        if (first !== undefined) heap.push(first);
      }
      let last: PoolEntry | undefined;
      return {
        next() {
          const following =
            last === undefined ? undefined : accounts.get(last.account)?.get(last.nonce + 1n);
          if (following !== undefined) heap.push(following);
          last = heap.pop();
          return last;
        },
        skipAccount() {
          last = undefined;
        },
      };
    },
    remove(hash) {
      const entry = byHash.get(hash);
      if (entry !== undefined) drop(entry);
    },
    settle(nonces, now) {
      for (const { address, nonce } of nonces)
        for (const entry of accounts.get(address)?.values() ?? [])
          if (entry.nonce < nonce) drop(entry);
      // Entries are kept in the order of their arrival: the first young one ends the search.
      for (const entry of byHash.values()) {
        if (now - entry.addedAt < limits.lifetimeMs) break;
        drop(entry);
      }
    },
    stale: (now, ageMs) =>
      [...byHash.values()].filter((entry) => entry.local && now - entry.addedAt >= ageMs),
    size: () => byHash.size,
    version: () => version,
    hasReady(nonceOf) {
      for (const [account, waiting] of accounts) if (waiting.has(nonceOf(account))) return true;
      return false;
    },
    readyCount(nonceOf) {
      let count = 0;
      for (const account of accounts.keys()) {
        const nonce = nonceOf(account);
        count += Number(nextNonce(account, nonce) - nonce);
      }
      return count;
    },
  };
}
