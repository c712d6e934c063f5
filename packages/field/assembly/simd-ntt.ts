// Number-theoretic transforms over tables whose rows are one vector each: four columns are
// transformed together, in the four lanes. Depth-first, so that the working set halves at each level
// and the transform is cache-oblivious.
//
// Twiddles are 36-byte elements (28-bit limbs, Montgomery form), the powers of the root in
// bit-reversed order: T[k] = root^rev(k). The table of a larger domain begins with the table of every
// smaller one, so that one table serves all sizes.
import {
  forwardStage,
  forwardStageNormal,
  forwardStageUnit,
  inverseStage,
  inverseStageNormal,
  inverseStageUnit,
  prepareTwiddle,
} from '../build/assembly/simd-kernels';
import { LIMBS28, VECTOR } from './simd';

/** Scratch that a transform needs: one prepared twiddle. */
export const TWIDDLE_SCRATCH: usize = 288;

function forwardNode(x: usize, n: i32, k: i32, depth: i32, twiddles: usize, scratch: usize): void {
  const half = n >> 1;
  if (k == 0) {
    forwardStageUnit(x, half);
  } else {
    prepareTwiddle(scratch, twiddles + <usize>k * LIMBS28);
    // Limbs grow by one unit of 2^28 a stage: carry every third, and at the end.
    if (depth % 3 == 2 || half == 1) forwardStageNormal(x, half, scratch);
    else forwardStage(x, half, scratch);
  }
  if (half > 1) {
    forwardNode(x, half, 2 * k, depth + 1, twiddles, scratch);
    forwardNode(x + <usize>half * VECTOR, half, 2 * k + 1, depth + 1, twiddles, scratch);
  }
}

/**
 * In place: coefficients in natural order -> values at root^rev(i) in row i (n >= 2 rows, normal
 * input and output). `twiddles`: n / 2 powers of the n-th root or the table of a larger domain.
 */
export function forward(x: usize, n: i32, twiddles: usize, scratch: usize): void {
  forwardNode(x, n, 0, 0, twiddles, scratch);
}

function inverseNode(x: usize, n: i32, k: i32, level: i32, twiddles: usize, scratch: usize): void {
  const half = n >> 1;
  if (half > 1) {
    inverseNode(x, half, 2 * k, level - 1, twiddles, scratch);
    inverseNode(x + <usize>half * VECTOR, half, 2 * k + 1, level - 1, twiddles, scratch);
  }
  if (k == 0) {
    inverseStageUnit(x, half);
  } else {
    prepareTwiddle(scratch, twiddles + <usize>k * LIMBS28);
    // Sums double a stage: carry every second.
    if (level & 1) inverseStageNormal(x, half, scratch);
    else inverseStage(x, half, scratch);
  }
}

/**
 * In place: values at root^rev(i) in row i -> n times the coefficients, in natural order. `twiddles`:
 * powers of the inverse root.
 */
export function inverse(x: usize, n: i32, twiddles: usize, scratch: usize): void {
  inverseNode(x, n, 0, 31 - clz(n), twiddles, scratch);
}
