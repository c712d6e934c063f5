// Nodes of Starknet's Patricia-Merkle tries (docs.starknet.io, "Starknet state"): a binary node has
// two children one level below; an edge skips `length` levels along `path` to a child that is a leaf
// or binary. An empty trie is 0, a leaf is its value.
import { type Felt, feltToHex, StackError } from '@stackctl/types';
import { encodeFelts, FELT_BYTES, readFelt, writeFelt } from '../bytes.ts';
import { Cache } from '../cache.ts';
import type { KeyValueReader } from '../store.ts';

export interface BinaryNode {
  readonly kind: 'binary';
  readonly left: Felt;
  readonly right: Felt;
}

export interface EdgeNode {
  readonly kind: 'edge';
  readonly child: Felt;
  /** `length` bits. */
  readonly path: bigint;
  readonly length: number;
}

export type TrieNode = BinaryNode | EdgeNode;

const EDGE_BYTES = 2 * FELT_BYTES + 1;

/** Store key of a node. Nodes are immutable and known by their hash: any root stays readable. */
export function nodeKey(hash: Felt): string {
  return `state/node/${hash.toString(16)}`;
}

/** Two felts for a binary node; child, path and one byte of length for an edge. */
export function encodeNode(node: TrieNode): Uint8Array {
  if (node.kind === 'binary') return encodeFelts(node.left, node.right);
  const out = new Uint8Array(EDGE_BYTES);
  const view = new DataView(out.buffer);
  writeFelt(view, 0, node.child);
  writeFelt(view, FELT_BYTES, node.path);
  view.setUint8(2 * FELT_BYTES, node.length);
  return out;
}

function decodeNode(bytes: Uint8Array): TrieNode {
  const first = readFelt(bytes, 0);
  const second = readFelt(bytes, FELT_BYTES);
  if (bytes.length !== EDGE_BYTES) return { kind: 'binary', left: first, right: second };
  return { kind: 'edge', child: first, path: second, length: bytes[2 * FELT_BYTES] as number };
}

/** Reads nodes through a cache that is never stale, since a hash names its content. */
export class NodeReader {
  readonly #store: KeyValueReader;
  readonly #cache: Cache<Felt, TrieNode>;

  constructor(store: KeyValueReader, capacity = 100_000) {
    this.#store = store;
    this.#cache = new Cache(capacity);
  }

  /** Throws STORE_CORRUPT when no such node is stored. */
  read(hash: Felt): TrieNode {
    const known = this.#cache.get(hash);
    if (known !== undefined) return known;
    const bytes = this.#store.get(nodeKey(hash));
    if (bytes === undefined) {
      throw new StackError('STORE_CORRUPT', {
        path: nodeKey(hash),
        reason: `trie node ${feltToHex(hash)} is missing`,
      });
    }
    const node = decodeNode(bytes);
    this.#cache.set(hash, node);
    return node;
  }

  /** Keeps a node that is about to be stored, or may be: reading it before does no harm. */
  remember(hash: Felt, node: TrieNode): void {
    this.#cache.set(hash, node);
  }
}
