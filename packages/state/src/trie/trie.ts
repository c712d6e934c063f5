import { pedersenPairs, poseidonPairs } from '@stackctl/crypto';
import type { Felt } from '@stackctl/types';
import type { Put } from '../store.ts';
import { NodeReader, type TrieNode } from './node.ts';
import { hashOf, type PairHash, seal } from './pending.ts';
import { type Entry, TrieUpdate } from './update.ts';

/** Height of the contracts, storage and classes tries: keys have 251 bits. */
export const STATE_HEIGHT = 251;
/** Height of the tries of block commitments. */
export const COMMITMENT_HEIGHT = 64;

/** The hash that a kind of trie uses. */
export const PEDERSEN: PairHash = pedersenPairs;
export const POSEIDON: PairHash = poseidonPairs;

/** Entries as an update needs them: the last of equal keys, in ascending order. */
export function sortedEntries(entries: Iterable<Entry>): Entry[] {
  const byKey = new Map<Felt, Entry>();
  for (const entry of entries) byKey.set(entry.key, entry);
  return [...byKey.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** Applies changes to the trie of `root`: the new root, and the nodes to store for it. */
export function updateTrie(
  nodes: NodeReader,
  hash: PairHash,
  root: Felt,
  entries: Iterable<Entry>,
  height = STATE_HEIGHT,
): { root: Felt; puts: Put[] } {
  const ref = new TrieUpdate(nodes).apply(root, height, sortedEntries(entries));
  const puts = seal([ref], height, hash, nodes);
  return { root: hashOf(ref), puts };
}

/** A node on a path, with its hash. */
export interface ProofNode {
  readonly hash: Felt;
  readonly node: TrieNode;
}

/**
 * The nodes from the root towards `key`: a proof of its value, or, when an edge leads elsewhere or the
 * trie is empty, of its absence.
 */
export function proveKey(
  nodes: NodeReader,
  root: Felt,
  key: Felt,
  height = STATE_HEIGHT,
): ProofNode[] {
  const path: ProofNode[] = [];
  let hash = root;
  for (let left = height; left > 0 && hash !== 0n; ) {
    const node = nodes.read(hash);
    path.push({ hash, node });
    if (node.kind === 'binary') {
      left--;
      hash = (key >> BigInt(left)) & 1n ? node.right : node.left;
      continue;
    }
    left -= node.length;
    if (((key >> BigInt(left)) ^ node.path) & ((1n << BigInt(node.length)) - 1n)) break;
    hash = node.child;
  }
  return path;
}

/** The value under `key`, 0 when absent. */
export function readTrie(nodes: NodeReader, root: Felt, key: Felt, height = STATE_HEIGHT): Felt {
  let hash = root;
  for (let left = height; left > 0 && hash !== 0n; ) {
    const node = nodes.read(hash);
    if (node.kind === 'binary') {
      left--;
      hash = (key >> BigInt(left)) & 1n ? node.right : node.left;
      continue;
    }
    left -= node.length;
    if (left < 0) throw new RangeError('an edge reaches below the leaves of its trie');
    if (((key >> BigInt(left)) ^ node.path) & ((1n << BigInt(node.length)) - 1n)) return 0n;
    hash = node.child;
  }
  return hash;
}

const NOTHING = new NodeReader({ get: () => undefined });

/** Root of a commitment's trie: Poseidon, height 64, leaves at keys 0, 1, 2, ... */
export function listRoot(leaves: readonly Felt[]): Felt {
  const entries = leaves.map((value, index) => ({ key: BigInt(index), value }));
  const ref = new TrieUpdate(NOTHING).apply(0n, COMMITMENT_HEIGHT, entries);
  seal([ref], COMMITMENT_HEIGHT, POSEIDON);
  return hashOf(ref);
}
