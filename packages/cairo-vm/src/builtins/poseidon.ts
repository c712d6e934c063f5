import { poseidonPermutation } from '@stackctl/crypto';
import { type Builtin, inputFelt } from './builtin.ts';

/** An instance is [s0, s1, s2, t0, t1, t2] with t the Hades permutation of s. */
export const poseidonBuiltin: Builtin = {
  name: 'poseidon',
  cells: 6,
  steps: 150,
  isInput: (offset) => offset % 6 < 3,
  deduce(cells, offset) {
    const cell = offset % 6;
    if (cell < 3) return undefined;
    const start = offset - cell;
    const s0 = inputFelt('poseidon', cells, start);
    const s1 = inputFelt('poseidon', cells, start + 1);
    const s2 = inputFelt('poseidon', cells, start + 2);
    if (s0 === undefined || s1 === undefined || s2 === undefined) return undefined;
    const permuted = poseidonPermutation([s0, s1, s2]);
    // One permutation gives three cells: keep the other two where nothing stands yet.
    cells[start + 3] ??= permuted[0];
    cells[start + 4] ??= permuted[1];
    cells[start + 5] ??= permuted[2];
    return permuted[cell - 3];
  },
};
