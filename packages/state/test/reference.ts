// Tries by the definition, without any sharing: the reference of the property tests.
import { pedersen, poseidonHash } from '@scure/starknet';
import { PRIME } from '@stackctl/types';

type Hash = (a: bigint, b: bigint) => bigint;
export const referencePedersen: Hash = (a, b) => BigInt(pedersen(a, b));
export const referencePoseidon: Hash = (a, b) => poseidonHash(a, b);

interface Subtree {
  readonly length: number;
  readonly path: bigint;
  readonly bottom: bigint;
}

/** The triple (length, path, bottom) of the documentation, undefined for an empty subtree. */
function subtree(
  leaves: ReadonlyMap<bigint, bigint>,
  height: number,
  hash: Hash,
): Subtree | undefined {
  if (leaves.size === 0) return undefined;
  if (height === 0) return { length: 0, path: 0n, bottom: [...leaves.values()][0] as bigint };
  const bit = 1n << BigInt(height - 1);
  const sides = [new Map<bigint, bigint>(), new Map<bigint, bigint>()] as const;
  for (const [key, value] of leaves) sides[key & bit ? 1 : 0].set(key & (bit - 1n), value);
  const left = subtree(sides[0], height - 1, hash);
  const right = subtree(sides[1], height - 1, hash);
  if (left === undefined || right === undefined) {
    const only = (left ?? right) as Subtree;
    const top = left === undefined ? 1n : 0n;
    return {
      length: only.length + 1,
      path: (top << BigInt(only.length)) | only.path,
      bottom: only.bottom,
    };
  }
  return { length: 0, path: 0n, bottom: hash(hashOf(left, hash), hashOf(right, hash)) };
}

function hashOf(tree: Subtree, hash: Hash): bigint {
  if (tree.length === 0) return tree.bottom;
  return (hash(tree.bottom, tree.path) + BigInt(tree.length)) % PRIME;
}

export function referenceRoot(
  leaves: ReadonlyMap<bigint, bigint>,
  height: number,
  hash: Hash,
): bigint {
  const kept = new Map([...leaves].filter(([, value]) => value !== 0n));
  const tree = subtree(kept, height, hash);
  return tree === undefined ? 0n : hashOf(tree, hash);
}
