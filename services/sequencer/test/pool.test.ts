import type { Felt, InvokeTransaction } from '@stackctl/types';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createHeap } from '../src/mempool/heap.ts';
import { createPool, DEFAULT_POOL_LIMITS, type PoolEntry } from '../src/mempool/pool.ts';

let hashes = 0n;

function entry(account: Felt, nonce: Felt, more: Partial<PoolEntry> = {}): PoolEntry {
  const transaction = { type: 'INVOKE', senderAddress: account, nonce } as InvokeTransaction;
  return {
    hashed: { hash: ++hashes, transaction },
    account,
    nonce,
    tip: 0n,
    maxL2GasPrice: 100n,
    addedAt: 0,
    local: true,
    ...more,
  };
}

const zero = (_account: Felt): Felt => 0n;

function order(pool: ReturnType<typeof createPool>, nonceOf = zero): string[] {
  const taken: string[] = [];
  const candidates = pool.candidates(nonceOf);
  for (let next = candidates.next(); next !== undefined; next = candidates.next())
    taken.push(`${next.account}:${next.nonce}`);
  return taken;
}

describe('pool', () => {
  it('gives the transactions of an account by nonce, whatever the order of their arrival', () => {
    const pool = createPool();
    for (const nonce of [2n, 0n, 1n, 4n]) expect(pool.add(entry(1n, nonce), 0n)).toBeUndefined();
    expect(order(pool)).toEqual(['1:0', '1:1', '1:2']);
    expect(pool.nextNonce(1n, 0n)).toBe(3n);
    expect(pool.readyCount(zero)).toBe(3);
    expect(pool.size()).toBe(4);
  });

  it('gives the highest tip first, then the first to come', () => {
    const pool = createPool();
    pool.add(entry(1n, 0n), 0n);
    pool.add(entry(2n, 0n), 0n);
    pool.add(entry(3n, 0n, { tip: 5n }), 0n);
    pool.add(entry(2n, 1n, { tip: 9n }), 0n);
    expect(order(pool)).toEqual(['3:0', '1:0', '2:0', '2:1']);
  });

  it('leaves out the rest of an account whose transaction was refused', () => {
    const pool = createPool();
    for (const nonce of [0n, 1n, 2n]) pool.add(entry(1n, nonce), 0n);
    pool.add(entry(2n, 0n), 0n);
    const candidates = pool.candidates(zero);
    expect(candidates.next()?.account).toBe(1n);
    candidates.skipAccount();
    expect(candidates.next()?.account).toBe(2n);
    expect(candidates.next()).toBeUndefined();
  });

  it('refuses duplicates, used nonces and nonces far ahead', () => {
    const pool = createPool();
    const first = entry(1n, 5n);
    expect(pool.add(first, 5n)).toBeUndefined();
    expect(pool.add(first, 5n)).toBe('DUPLICATE');
    expect(pool.add(entry(1n, 4n), 5n)).toBe('NONCE_TOO_LOW');
    const gap = DEFAULT_POOL_LIMITS.maxNonceGap;
    expect(pool.add(entry(1n, 5n + gap), 5n)).toBeUndefined();
    expect(pool.add(entry(1n, 6n + gap), 5n)).toBe('NONCE_TOO_HIGH');
  });

  it('replaces only for a tenth more of tip and price', () => {
    const pool = createPool();
    const old = entry(1n, 0n, { tip: 10n, maxL2GasPrice: 100n });
    pool.add(old, 0n);
    const offer = (tip: bigint, maxL2GasPrice: bigint) => entry(1n, 0n, { tip, maxL2GasPrice });
    expect(pool.add(offer(10n, 200n), 0n)).toBe('UNDERPRICED');
    expect(pool.add(offer(20n, 109n), 0n)).toBe('UNDERPRICED');
    expect(pool.add(offer(11n, 110n), 0n)).toBeUndefined();
    expect(pool.get(old.hashed.hash)).toBeUndefined();
    expect(pool.size()).toBe(1);
  });

  it('is bounded, in all and by account', () => {
    const limits = { ...DEFAULT_POOL_LIMITS, maxTransactions: 3, maxPerAccount: 2 };
    const pool = createPool(limits);
    expect(pool.add(entry(1n, 0n), 0n)).toBeUndefined();
    expect(pool.add(entry(1n, 1n), 0n)).toBeUndefined();
    expect(pool.add(entry(1n, 2n), 0n)).toBe('FULL');
    expect(pool.add(entry(2n, 0n), 0n)).toBeUndefined();
    expect(pool.add(entry(3n, 0n), 0n)).toBe('FULL');
    // A replacement needs no room.
    expect(pool.add(entry(1n, 1n, { tip: 1n, maxL2GasPrice: 200n }), 0n)).toBeUndefined();
  });

  it('drops what a block used up, and what grew old', () => {
    const limits = { ...DEFAULT_POOL_LIMITS, lifetimeMs: 1000 };
    const pool = createPool(limits);
    for (const nonce of [0n, 1n, 2n]) pool.add(entry(1n, nonce), 0n);
    pool.add(entry(2n, 0n, { addedAt: 900 }), 0n);
    pool.settle([{ address: 1n, nonce: 2n }], 500);
    expect(order(pool, (account) => (account === 1n ? 2n : 0n))).toEqual(['1:2', '2:0']);
    expect(pool.stale(950, 100)).toHaveLength(1);
    pool.settle([], 1500);
    expect(order(pool)).toEqual(['2:0']);
    expect(pool.hasReady(zero)).toBe(true);
    expect(pool.hasReady(() => 1n)).toBe(false);
  });

  it('never gives a nonce before the one below it', () => {
    const arrivals = fc.array(
      fc.record({ account: fc.bigInt(1n, 4n), nonce: fc.bigInt(0n, 9n), tip: fc.bigInt(0n, 3n) }),
    );
    fc.assert(
      fc.property(arrivals, (list) => {
        const pool = createPool();
        for (const { account, nonce, tip } of list) pool.add(entry(account, nonce, { tip }), 0n);
        const next = new Map<Felt, Felt>();
        const candidates = pool.candidates(zero);
        for (let each = candidates.next(); each !== undefined; each = candidates.next()) {
          expect(each.nonce).toBe(next.get(each.account) ?? 0n);
          next.set(each.account, each.nonce + 1n);
        }
        for (const { account } of list)
          expect(next.get(account) ?? 0n).toBe(pool.nextNonce(account, 0n));
      }),
    );
  });
});

describe('heap', () => {
  it('sorts', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), (values) => {
        const heap = createHeap<number>((a, b) => a < b);
        for (const value of values) heap.push(value);
        const sorted = values.map(() => heap.pop());
        expect(sorted).toEqual(values.toSorted((a, b) => a - b));
        expect(heap.pop()).toBeUndefined();
      }),
    );
  });
});
