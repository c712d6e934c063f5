// Low-degree extension of blocks of four columns.
import { mul, splatLane, VECTOR } from '../../../field/assembly/simd';
import { forward, inverse } from '../../../field/assembly/simd-ntt';

/** Scratch of both functions: a splat and a prepared twiddle. */
export const EXTEND_SCRATCH: usize = 144 + 288;

/** out = n times the coefficients of the columns of a block of values on the n-th roots of unity. */
export function interpolate(
  out: usize,
  values: usize,
  n: i32,
  inverseTwiddles: usize,
  scratch: usize,
): void {
  memory.copy(out, values, <usize>n * VECTOR);
  inverse(out, n, inverseTwiddles, scratch);
}

/**
 * Values on one coset: out[i] at position i of the coset in lane `lane` of `powers` (shift^j / n).
 */
export function extendToCoset(
  out: usize,
  coefficients: usize,
  n: i32,
  powers: usize,
  lane: i32,
  twiddles: usize,
  scratch: usize,
): void {
  const splat = scratch + 288;
  for (let j: usize = 0, end = <usize>n * VECTOR; j < end; j += VECTOR) {
    splatLane(splat, powers + j, lane);
    mul(out + j, coefficients + j, splat);
  }
  forward(out, n, twiddles, scratch);
}
