// Merkle trees over the rows of extended tables and over the cosets of FRI layers. A tree of 2^k leaves
// is a heap: node 1 is the root, nodes 2 i and 2 i + 1 the children of i, leaf p at 2^k + p, 32 bytes
// each. Leaves and nodes are hashed two at a time.
import { keccak256Pair, PAIR_SCRATCH } from '../../../field/assembly/keccak-pair';
import { keccak256 } from '../../../field/assembly/keccak';
import { VECTOR } from '../../../field/assembly/simd';
import { serialise } from '../../../field/assembly/simd-wire';
import { FOLD, LOG_FOLD } from '../parameters';
import { serialiseRow } from './table';

/**
 * Leaf hashes of rows [from, to) (even bounds) of a table: keccak of the wire forms of `columns`
 * cells. `scratch`: PAIR_SCRATCH + 2 * 128 * blocks bytes.
 */
export function hashRows(
  tree: usize,
  leaves: i32,
  table: usize,
  stride: usize,
  columns: i32,
  from: i32,
  to: i32,
  scratch: usize,
): void {
  const blocks = (columns + 3) >> 2;
  const a = scratch + PAIR_SCRATCH;
  const b = a + 128 * <usize>blocks;
  for (let row = from; row < to; row += 2) {
    serialiseRow(a, table, stride, blocks, row);
    serialiseRow(b, table, stride, blocks, row + 1);
    keccak256Pair(tree + 32 * <usize>(leaves + row), a, b, 32 * <usize>columns, scratch);
  }
}

/**
 * Leaf hashes of cosets [from, to) (even bounds) of a FRI layer: keccak of eight values. `scratch`:
 * PAIR_SCRATCH + 512 bytes.
 */
export function hashCosets(
  tree: usize,
  leaves: i32,
  layer: usize,
  from: i32,
  to: i32,
  scratch: usize,
): void {
  const bytes = scratch + PAIR_SCRATCH;
  for (let leaf = from; leaf < to; leaf += 2) {
    // Eight values are two vectors of four consecutive positions.
    const at = layer + ((<usize>leaf) << (LOG_FOLD - 2)) * VECTOR;
    for (let i: usize = 0; i < 4; i++) serialise(bytes + 128 * i, at + i * VECTOR);
    keccak256Pair(tree + 32 * <usize>(leaves + leaf), bytes, bytes + 32 * FOLD, 32 * FOLD, scratch);
  }
}

/** Inner nodes [from, to) (even bounds, from >= 2) from their children. */
export function hashNodes(tree: usize, from: i32, to: i32, scratch: usize): void {
  for (let node = from; node < to; node += 2) {
    const children = tree + 64 * <usize>node;
    keccak256Pair(tree + 32 * <usize>node, children, children + 64, 64, scratch);
  }
}

/**
 * The inner nodes of one of `parts` equal parts of a tree, up to the level that has 2 * parts nodes
 * (4 * parts <= leaves): `hashTree` of that level is what is left.
 */
export function hashSubtree(
  tree: usize,
  leaves: i32,
  parts: i32,
  part: i32,
  scratch: usize,
): void {
  for (let level = leaves >> 1; level >= 2 * parts; level >>= 1) {
    const share = level / parts;
    hashNodes(tree, level + part * share, level + (part + 1) * share, scratch);
  }
}

/** The inner nodes above the `leaves` nodes of one level. */
export function hashTree(tree: usize, leaves: i32, scratch: usize): void {
  for (let level = leaves >> 1; level >= 2; level >>= 1) hashNodes(tree, level, 2 * level, scratch);
  keccak256(tree + 32, tree + 64, 64);
}
