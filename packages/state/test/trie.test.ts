import { pedersen, poseidon } from '@stackctl/crypto';
import { isStackError, PRIME } from '@stackctl/types';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Entry,
  listRoot,
  MemoryStore,
  NodeReader,
  PEDERSEN,
  POSEIDON,
  type ProofNode,
  proveKey,
  readTrie,
  updateTrie,
} from '../src/index.ts';
import { referencePoseidon, referenceRoot } from './reference.ts';

/** Batches of changes with few distinct keys, so that keys collide, share prefixes and are removed. */
function batches(height: number): fc.Arbitrary<Entry[][]> {
  const most = (1n << BigInt(height)) - 1n;
  const key = fc.oneof(
    fc.bigInt({ min: 0n, max: 7n }),
    fc.bigInt({ min: 0n, max: 7n }).map((offset) => most - offset),
    fc.bigInt({ min: 0n, max: 15n }).map((top) => (top << BigInt(height - 4)) | (top & 1n)),
    fc.bigInt({ min: 0n, max: most }),
  );
  const value = fc.oneof(
    fc.constant(0n),
    fc.bigInt({ min: 0n, max: 3n }),
    fc.bigInt({ min: 1n, max: PRIME - 1n }),
  );
  return fc.array(fc.array(fc.record({ key, value }), { maxLength: 8 }), { maxLength: 6 });
}

/** Checks a proof alone against the root: the value it proves. */
function proven(root: bigint, key: bigint, height: number, path: readonly ProofNode[]): bigint {
  let hash = root;
  let left = height;
  for (const { hash: named, node } of path) {
    expect(named).toBe(hash);
    if (node.kind === 'binary') {
      expect(pedersen(node.left, node.right)).toBe(hash);
      left--;
      hash = (key >> BigInt(left)) & 1n ? node.right : node.left;
    } else {
      expect((pedersen(node.child, node.path) + BigInt(node.length)) % PRIME).toBe(hash);
      left -= node.length;
      if (((key >> BigInt(left)) & ((1n << BigInt(node.length)) - 1n)) !== node.path) return 0n;
      hash = node.child;
    }
  }
  if (hash !== 0n) expect(left).toBe(0);
  return hash;
}

describe.each([
  ['pedersen', PEDERSEN, 251, pedersen],
  ['poseidon', POSEIDON, 251, poseidon],
  ['small', POSEIDON, 4, poseidon],
] as const)('%s trie of height', (_, hash, height, single) => {
  test(`${height}: random insertions and removals as the reference`, () => {
    fc.assert(
      fc.property(batches(height), (changes) => {
        const store = new MemoryStore();
        const leaves = new Map<bigint, bigint>();
        let root = 0n;
        const history: Array<[bigint, Map<bigint, bigint>]> = [];
        for (const entries of changes) {
          // A fresh reader: nothing may live in a cache alone.
          const update = updateTrie(new NodeReader(store), hash, root, entries, height);
          store.write(update.puts);
          for (const { key, value } of entries) leaves.set(key, value);
          root = update.root;
          expect(root).toBe(referenceRoot(leaves, height, single));
          history.push([root, new Map(leaves)]);
        }
        const nodes = new NodeReader(store);
        for (const [old, values] of history) {
          for (const [key, value] of values) expect(readTrie(nodes, old, key, height)).toBe(value);
        }
      }),
      { numRuns: 60 },
    );
  });
});

test('one pass over many entries is the same as one entry at a time, and needs fewer nodes', () => {
  const entries = Array.from({ length: 300 }, (_, i) => ({
    key: pedersen(BigInt(i), 1n) % (1n << 251n),
    value: BigInt(i + 1),
  }));
  const store = new MemoryStore();
  const nodes = new NodeReader(store);
  const once = updateTrie(nodes, PEDERSEN, 0n, entries);
  let root = 0n;
  for (const entry of entries) {
    const update = updateTrie(nodes, PEDERSEN, root, [entry]);
    store.write(update.puts);
    root = update.root;
  }
  expect(once.root).toBe(root);
  // A leaf's edge, a binary node and an inner edge at most.
  expect(once.puts.length).toBeLessThan(3 * entries.length);
  const removed = updateTrie(
    nodes,
    PEDERSEN,
    root,
    entries.map(({ key }) => ({ key, value: 0n })),
  );
  expect(removed).toEqual({ root: 0n, puts: [] });
});

test('a change to the same value writes nothing, nor does removing what is absent', () => {
  const store = new MemoryStore();
  const nodes = new NodeReader(store);
  const entries = [1n, 2n, 77n].map((key) => ({ key, value: key }));
  const { root, puts } = updateTrie(nodes, PEDERSEN, 0n, entries);
  store.write(puts);
  expect(updateTrie(nodes, PEDERSEN, root, entries)).toEqual({ root, puts: [] });
  const absent = [0n, 3n, 76n, 1n << 250n].map((key) => ({ key, value: 0n }));
  expect(updateTrie(nodes, PEDERSEN, root, absent)).toEqual({ root, puts: [] });
});

test('proofs of presence and absence', () => {
  fc.assert(
    fc.property(batches(251), fc.bigInt({ min: 0n, max: (1n << 251n) - 1n }), (changes, other) => {
      const store = new MemoryStore();
      const nodes = new NodeReader(store);
      const leaves = new Map<bigint, bigint>();
      for (const { key, value } of changes.flat()) leaves.set(key, value);
      const { root, puts } = updateTrie(nodes, PEDERSEN, 0n, changes.flat());
      store.write(puts);
      for (const key of [...leaves.keys(), other, 8n]) {
        const value = leaves.get(key) ?? 0n;
        expect(proven(root, key, 251, proveKey(nodes, root, key))).toBe(value);
      }
    }),
    { numRuns: 40 },
  );
});

test('a missing node is a corrupt store', () => {
  const read = (): unknown => readTrie(new NodeReader(new MemoryStore()), 5n, 1n);
  expect(read).toThrow();
  try {
    read();
  } catch (error) {
    expect(isStackError(error, 'STORE_CORRUPT')).toBe(true);
  }
});

test('roots of lists', () => {
  for (const length of [0, 1, 2, 3, 5, 64, 100]) {
    const leaves = Array.from({ length }, (_, i) => BigInt(i) * 3n + 1n);
    const byIndex = new Map(leaves.map((leaf, i) => [BigInt(i), leaf]));
    expect(listRoot(leaves)).toBe(referenceRoot(byIndex, 64, referencePoseidon));
  }
});
