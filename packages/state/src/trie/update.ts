// Many changes of a trie in one pass from its root: entries are sorted, each subtree takes its slice,
// and only nodes on changed paths are made anew.
import type { Felt } from '@stackctl/types';
import type { NodeReader, TrieNode } from './node.ts';
import type { PendingNode, Ref } from './pending.ts';

/** A change: value 0 removes the key. */
export interface Entry {
  readonly key: Felt;
  readonly value: Felt;
}

const MASKS: readonly bigint[] = Array.from(
  { length: 257 },
  (_, bits) => (1n << BigInt(bits)) - 1n,
);

function low(value: bigint, bits: number): bigint {
  return value & (MASKS[bits] as bigint);
}

function bitLength(value: bigint): number {
  if (value === 0n) return 0;
  const digits = value.toString(16);
  return 4 * digits.length - Math.clz32(Number.parseInt(digits[0] as string, 16)) + 28;
}

/** How many leading bits two `bits`-bit numbers share (higher bits are ignored). */
function shared(a: bigint, b: bigint, bits: number): number {
  return bits - bitLength(low(a ^ b, bits));
}

type Opened = TrieNode | PendingNode;

/** Applies entries to subtrees of one trie. */
export class TrieUpdate {
  readonly #nodes: NodeReader;

  constructor(nodes: NodeReader) {
    this.#nodes = nodes;
  }

  /**
   * The subtree of `height` after the changes. Entries must be sorted by key, keys distinct and below
   * 2^height. Returns `ref` itself when nothing changes.
   */
  apply(ref: Ref, height: number, entries: readonly Entry[]): Ref {
    return this.#apply(ref, height, entries, 0, entries.length);
  }

  #open(ref: Ref): Opened {
    return typeof ref === 'bigint' ? this.#nodes.read(ref) : ref;
  }

  #apply(ref: Ref, height: number, entries: readonly Entry[], from: number, to: number): Ref {
    if (from === to) return ref;
    if (height === 0) return (entries[from] as Entry).value;
    if (ref === 0n) {
      return this.#build(
        height,
        entries.slice(from, to).filter((entry) => entry.value !== 0n),
      );
    }
    const node = this.#open(ref);
    if (node.kind === 'binary') {
      return this.#split(ref, node.left, node.right, height, entries, from, to);
    }
    // Sorted entries share with the path what the first and the last of them share.
    const { path, length, child } = node;
    if (length > height) throw new RangeError('an edge reaches below the leaves of its trie');
    const ahead = BigInt(height - length);
    const common = Math.min(
      shared((entries[from] as Entry).key >> ahead, path, length),
      shared((entries[to - 1] as Entry).key >> ahead, path, length),
    );
    if (common === length) {
      const below = this.#apply(child, height - length, entries, from, to);
      return below === child ? ref : this.#edge(path, length, below, height - length);
    }
    if (common > 0) {
      const rest = length - common;
      const tail: Ref = {
        kind: 'edge',
        child,
        path: low(path, rest),
        length: rest,
        hash: undefined,
      };
      const below = this.#apply(tail, height - common, entries, from, to);
      return below === tail
        ? ref
        : this.#edge(path >> BigInt(rest), common, below, height - common);
    }
    // The entries part from the path at once: look at the edge as a binary node with an empty side.
    const tail: Ref =
      length === 1
        ? child
        : { kind: 'edge', child, path: low(path, length - 1), length: length - 1, hash: undefined };
    const right = path >> BigInt(length - 1) === 1n;
    return this.#split(ref, right ? 0n : tail, right ? tail : 0n, height, entries, from, to);
  }

  #split(
    ref: Ref,
    left: Ref,
    right: Ref,
    height: number,
    entries: readonly Entry[],
    from: number,
    to: number,
  ): Ref {
    const middle = firstRight(entries, height, from, to);
    const newLeft = this.#apply(left, height - 1, entries, from, middle);
    const newRight = this.#apply(right, height - 1, entries, middle, to);
    if (newLeft === left && newRight === right) return ref;
    return this.#join(newLeft, newRight, height);
  }

  #join(left: Ref, right: Ref, height: number): Ref {
    if (left === 0n) return this.#edge(1n, 1, right, height - 1);
    if (right === 0n) return this.#edge(0n, 1, left, height - 1);
    return { kind: 'binary', left, right, hash: undefined };
  }

  /** `child` behind `length` levels: merged with it when it is an edge, nothing over nothing. */
  #edge(path: bigint, length: number, child: Ref, height: number): Ref {
    if (child === 0n) return 0n;
    const below = height > 0 ? this.#open(child) : undefined;
    if (below?.kind !== 'edge') return { kind: 'edge', child, path, length, hash: undefined };
    return {
      kind: 'edge',
      child: below.child,
      path: (path << BigInt(below.length)) | below.path,
      length: length + below.length,
      hash: undefined,
    };
  }

  /** A new subtree of entries without zeros. */
  #build(height: number, entries: readonly Entry[], from = 0, to = entries.length): Ref {
    if (from === to) return 0n;
    const first = entries[from] as Entry;
    if (height === 0) return first.value;
    const common = shared(first.key, (entries[to - 1] as Entry).key, height);
    const rest = height - common;
    let below: Ref;
    if (rest === 0) {
      below = first.value;
    } else {
      const middle = firstRight(entries, rest, from, to);
      below = {
        kind: 'binary',
        left: this.#build(rest - 1, entries, from, middle),
        right: this.#build(rest - 1, entries, middle, to),
        hash: undefined,
      };
    }
    return common === 0
      ? below
      : this.#edge(low(first.key, height) >> BigInt(rest), common, below, rest);
  }
}

/** Index of the first entry that belongs to the right child of a node of `height`. */
function firstRight(entries: readonly Entry[], height: number, from: number, to: number): number {
  const bit = BigInt(height - 1);
  let below = from;
  let above = to;
  while (below < above) {
    const middle = (below + above) >> 1;
    if (((entries[middle] as Entry).key >> bit) & 1n) above = middle;
    else below = middle + 1;
  }
  return below;
}
