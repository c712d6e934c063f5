import { hash as digest } from 'node:crypto';
import { hashTransaction } from '@stackctl/execution';
import type { Felt, Transaction } from '@stackctl/types';
import { encode } from '../codec/binary.ts';
import { transaction as codec } from '../codec/records.ts';

/** How many are remembered: some blocks' worth, besides what the pool holds. */
const REMEMBERED = 32_768;

/**
 * Transaction hashes by content. A node meets a transaction twice, in gossip (or from its client) and in
 * a proposal, and again whenever gossip repeats it; its hash is 16 permutations of Poseidon, some 90
 * microseconds, that of its canonical bytes two.
 */
export interface TransactionHashes {
  /** `encoded`: the transaction's canonical bytes, where they are at hand. */
  of(transaction: Transaction, encoded?: Uint8Array): Felt;
  /** The hash of a transaction that was met before, by its canonical bytes alone. */
  known(encoded: Uint8Array): Felt | undefined;
}

export function createTransactionHashes(chainId: Felt): TransactionHashes {
  let young = new Map<string, Felt>();
  let old = new Map<string, Felt>();
  const lookUp = (key: string): Felt | undefined => young.get(key) ?? old.get(key);
  return {
    known: (encoded) => lookUp(digest('sha256', encoded, 'base64')),
    of(transaction, encoded = encode(codec, transaction)) {
      const key = digest('sha256', encoded, 'base64');
      const known = lookUp(key);
      if (known !== undefined) return known;
      const hash = hashTransaction(transaction, chainId);
      young.set(key, hash);
      if (young.size >= REMEMBERED) {
        old = young;
        young = new Map();
      }
      return hash;
    },
  };
}
