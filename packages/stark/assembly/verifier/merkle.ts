// Verification of several openings of one Merkle tree at once, in Stone's order: level by level from
// the leaves, left to right; a sibling that is not among the known nodes comes from the proof.
import { keccak256 } from '../../../field/assembly/keccak';
import { take } from './reader';

const PAIR: usize = memory.data(64, 8);

/**
 * Folds `count` known nodes up to the root. `indices`: ascending u32 leaf numbers; `hashes`: 32 bytes
 * each; both are overwritten. Returns whether the root is `root`.
 */
export function verifyOpenings(
  root: usize,
  height: i32,
  indices: usize,
  hashes: usize,
  count: i32,
): bool {
  let known = count;
  for (let level = 0; level < height; level++) {
    let kept = 0;
    for (let i = 0; i < known; ) {
      const index = load<u32>(indices + 4 * <usize>i);
      const hash = hashes + 32 * <usize>i;
      i++;
      let sibling: usize;
      if ((index & 1) == 0 && i < known && load<u32>(indices + 4 * <usize>i) == index + 1) {
        sibling = hashes + 32 * <usize>i;
        i++;
      } else {
        sibling = take(32);
      }
      const odd: usize = (<usize>(index & 1)) << 5;
      memory.copy(PAIR + odd, hash, 32);
      memory.copy(PAIR + (32 - odd), sibling, 32);
      keccak256(hashes + 32 * <usize>kept, PAIR, 64);
      store<u32>(indices + 4 * <usize>kept, index >> 1);
      kept++;
    }
    known = kept;
  }
  return known == 1 && memory.compare(hashes, root, 32) == 0;
}
