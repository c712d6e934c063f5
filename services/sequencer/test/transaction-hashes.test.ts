import { hashTransaction } from '@stackctl/execution';
import { describe, expect, it } from 'vitest';
import { encode } from '../src/codec/binary.ts';
import { transaction as codec } from '../src/codec/records.ts';
import { createTransactionHashes } from '../src/execution/transaction-hashes.ts';
import { CHAIN_ID, transfer } from './chain-kit.ts';

describe('remembered transaction hashes', () => {
  it('are those of the transactions, asked once or again, with their bytes or without', () => {
    const hashes = createTransactionHashes(CHAIN_ID);
    expect(hashes.known(encode(codec, transfer(0, 0n)))).toBeUndefined();
    for (const nonce of [0n, 1n, 0n, 2n, 1n]) {
      const tx = transfer(0, nonce);
      expect(hashes.of(tx)).toBe(hashTransaction(tx, CHAIN_ID));
      expect(hashes.of(structuredClone(tx), encode(codec, tx))).toBe(hashTransaction(tx, CHAIN_ID));
      expect(hashes.known(encode(codec, tx))).toBe(hashTransaction(tx, CHAIN_ID));
    }
  });

  it('tell apart what differs in any hashed field', () => {
    const hashes = createTransactionHashes(CHAIN_ID);
    const tx = transfer(0, 0n);
    const bounds = { ...tx.resourceBounds, l1Gas: { maxAmount: 1n, maxPricePerUnit: 1n } };
    const others = [
      { ...tx, tip: 1n },
      { ...tx, resourceBounds: bounds },
      { ...tx, calldata: [...tx.calldata, 0n] },
      { ...tx, senderAddress: 1n },
    ];
    const seen = new Set([tx, ...others, tx].map((each) => hashes.of(each)));
    expect(seen.size).toBe(5);
    for (const each of others) expect(hashes.of(each)).toBe(hashTransaction(each, CHAIN_ID));
  });
});
