// Nodes of an update that are not hashed yet. All pending nodes of a height, over all tries that a
// block changes, are hashed in one batch.
import { type Felt, PRIME } from '@stackctl/types';
import type { Put } from '../store.ts';
import { encodeNode, type NodeReader, nodeKey, type TrieNode } from './node.ts';

interface PendingBinary {
  readonly kind: 'binary';
  readonly left: Ref;
  readonly right: Ref;
  hash: Felt | undefined;
}

interface PendingEdge {
  readonly kind: 'edge';
  readonly child: Ref;
  readonly path: bigint;
  readonly length: number;
  hash: Felt | undefined;
}

export type PendingNode = PendingBinary | PendingEdge;

/** A subtree: a known one by its hash (a leaf by its value, nothing by 0), or a pending node. */
export type Ref = Felt | PendingNode;

/** Hashes pairs: h(felts[0], felts[1]), h(felts[2], felts[3]), ... */
export type PairHash = (felts: readonly Felt[]) => Felt[];

/** The hash of a reference whose pending nodes are sealed. */
export function hashOf(ref: Ref): Felt {
  return typeof ref === 'bigint' ? ref : (ref.hash as Felt);
}

function collect(ref: Ref, height: number, levels: PendingNode[][]): void {
  if (typeof ref === 'bigint' || ref.hash !== undefined) return;
  levels[height] ??= [];
  levels[height].push(ref);
  if (ref.kind === 'edge') {
    collect(ref.child, height - ref.length, levels);
  } else {
    collect(ref.left, height - 1, levels);
    collect(ref.right, height - 1, levels);
  }
}

function sealed(node: PendingNode): TrieNode {
  return node.kind === 'binary'
    ? { kind: 'binary', left: hashOf(node.left), right: hashOf(node.right) }
    : { kind: 'edge', child: hashOf(node.child), path: node.path, length: node.length };
}

/**
 * Hashes every pending node below `roots` (subtrees of `height`), the deepest first, and returns what
 * there is to store: binary h(left, right), edge h(child, path) + length.
 */
export function seal(
  roots: readonly Ref[],
  height: number,
  hash: PairHash,
  nodes?: NodeReader,
): Put[] {
  const levels: PendingNode[][] = [];
  for (const root of roots) collect(root, height, levels);
  const puts: Put[] = [];
  for (const level of levels) {
    if (level === undefined) continue;
    const pairs: Felt[] = [];
    for (const node of level) {
      if (node.kind === 'binary') pairs.push(hashOf(node.left), hashOf(node.right));
      else pairs.push(hashOf(node.child), node.path);
    }
    for (const [i, digest] of hash(pairs).entries()) {
      const node = level[i] as PendingNode;
      node.hash = node.kind === 'binary' ? digest : (digest + BigInt(node.length)) % PRIME;
      if (nodes === undefined) continue;
      const done = sealed(node);
      nodes.remember(node.hash, done);
      puts.push([nodeKey(node.hash), encodeNode(done)]);
    }
  }
  return puts;
}
