// Tries of Starknet from their definition (docs.starknet.io, "Starknet state"), as plainly as possible: the
// whole set of leaves is hashed again every time. Shares nothing with the node but the hash functions'
// specification (@scure/starknet computes them).
import * as scure from '@scure/starknet';

export type PairHash = (a: bigint, b: bigint) => bigint;

/** The reference is slow, and most of a state stays the same from block to block. */
function remembered(hash: PairHash): PairHash {
  const known = new Map<string, bigint>();
  return (a, b) => {
    const key = `${a} ${b}`;
    let result = known.get(key);
    if (result === undefined) {
      result = hash(a, b);
      known.set(key, result);
    }
    return result;
  };
}

export const pedersen: PairHash = remembered((a, b) => BigInt(scure.pedersen(a, b)));
export const poseidon: PairHash = remembered((a, b) => scure.poseidonHash(a, b));
export const poseidonMany = (felts: readonly bigint[]): bigint =>
  scure.poseidonHashMany([...felts]);

/** A subtree: `length` levels of `path` above the node with hash `bottom`. */
interface Subtree {
  readonly bottom: bigint;
  readonly path: bigint;
  readonly length: number;
}

/** Root of a trie with these leaves; a leaf of 0 is none. */
export function trieRoot(
  leaves: ReadonlyMap<bigint, bigint>,
  height: number,
  hash: PairHash,
): bigint {
  const present = [...leaves].filter(([, value]) => value !== 0n);
  return present.length === 0 ? 0n : hashOf(subtree(present, height, hash), hash);
}

function subtree(
  leaves: ReadonlyArray<readonly [bigint, bigint]>,
  height: number,
  hash: PairHash,
): Subtree {
  const [first] = leaves;
  if (first === undefined) throw new RangeError('no leaves');
  if (leaves.length === 1) {
    const [key, value] = first;
    return { bottom: value, path: key & ((1n << BigInt(height)) - 1n), length: height };
  }
  const isRight = ([key]: readonly [bigint, bigint]): boolean =>
    ((key >> BigInt(height - 1)) & 1n) === 1n;
  const left = leaves.filter((leaf) => !isRight(leaf));
  const right = leaves.filter(isRight);
  if (left.length > 0 && right.length > 0) {
    const children = [left, right].map((half) => hashOf(subtree(half, height - 1, hash), hash));
    return { bottom: hash(children[0] as bigint, children[1] as bigint), path: 0n, length: 0 };
  }
  const below = subtree(leaves, height - 1, hash);
  const turn = right.length > 0 ? 1n << BigInt(below.length) : 0n;
  return { ...below, path: turn | below.path, length: below.length + 1 };
}

function hashOf({ bottom, path, length }: Subtree, hash: PairHash): bigint {
  return length === 0 ? bottom : (hash(bottom, path) + BigInt(length)) % PRIME;
}

const PRIME = 2n ** 251n + 17n * 2n ** 192n + 1n;
