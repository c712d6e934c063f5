// Tables of powers that the transforms use, computed once per size.
import { extract, insert, LIMBS28, mul as mulVector, VECTOR } from '../../../field/assembly/simd';
import {
  copy,
  COSET,
  FELT,
  invert,
  mul,
  ONE,
  power,
  reverseBits,
  rootOfUnity,
  setInteger,
  square,
} from '../felt';
import { splatFelt, toLimbs28 } from './table';

const ROOT: usize = memory.data(36, 8);
const CURRENT: usize = memory.data(36, 8);
const LIMBS: usize = memory.data(48, 16);
const VECTOR_A: usize = memory.data(144, 16);
const VECTOR_B: usize = memory.data(144, 16);

/**
 * The twiddles of a domain of 2^bits points: out[k] = root^rev(k), k < 2^(bits-1), 36 bytes each; the
 * inverse root if `inverted`. Built by doubling: out[h + k] = out[k] * root^rev(h), h a power of two
 * with rev(h) = 2^(bits-2) / h.
 */
export function buildTwiddles(out: usize, bits: i32, inverted: bool): void {
  rootOfUnity(ROOT, bits);
  if (inverted) invert(ROOT, ROOT);
  toLimbs28(out, ONE);
  for (let h = 1, level = bits - 2; level >= 0; h <<= 1, level--) {
    copy(CURRENT, ROOT);
    for (let i = 0; i < level; i++) square(CURRENT, CURRENT);
    splatFelt(VECTOR_A, CURRENT);
    for (let k = 0; k < h; k += 4) {
      // Four products at a time; a short tail computes more than it keeps.
      const from = out + <usize>k * LIMBS28;
      const kept = min(4, h - k);
      for (let lane = 0; lane < kept; lane++) insert(VECTOR_B, lane, from + <usize>lane * LIMBS28);
      mulVector(VECTOR_B, VECTOR_B, VECTOR_A);
      const to = from + <usize>h * LIMBS28;
      for (let lane = 0; lane < kept; lane++) extract(to + <usize>lane * LIMBS28, VECTOR_B, lane);
    }
  }
}

/**
 * out[j] = first * step^j for j < count, one vector each: lane l has its own step (steps and firsts
 * are four scalar elements each).
 */
export function buildPowers(out: usize, count: i32, firsts: usize, steps: usize): void {
  for (let lane = 0; lane < 4; lane++) {
    toLimbs28(LIMBS, firsts + <usize>lane * FELT);
    insert(out, lane, LIMBS);
    toLimbs28(LIMBS, steps + <usize>lane * FELT);
    insert(VECTOR_A, lane, LIMBS);
  }
  for (let j = 1; j < count; j++) {
    mulVector(out + <usize>j * VECTOR, out + <usize>(j - 1) * VECTOR, VECTOR_A);
  }
}

/** out = the shift of coset block `block` of the domain: COSET * w^rev(block). */
export function cosetShift(out: usize, block: i32, logBlowup: i32, logDomain: i32): void {
  rootOfUnity(ROOT, logDomain);
  power(out, ROOT, reverseBits(block, logBlowup));
  setInteger(ROOT, COSET);
  mul(out, out, ROOT);
}

const FIRSTS: usize = memory.data(144, 8);
const STEPS: usize = memory.data(144, 8);

/**
 * Powers of the coset shifts, four cosets to a table (block numbers 4 g .. 4 g + 3 in the lanes):
 * out[j] = shift^j / n. The division makes up for the inverse transform, which leaves n times the
 * coefficients.
 */
export function buildCosetPowers(out: usize, group: i32, logRows: i32, logBlowup: i32): void {
  for (let lane = 0; lane < 4; lane++) {
    setInteger(CURRENT, (<i64>1) << logRows);
    invert(FIRSTS + <usize>lane * FELT, CURRENT);
    cosetShift(STEPS + <usize>lane * FELT, 4 * group + lane, logBlowup, logRows + logBlowup);
  }
  buildPowers(out, 1 << logRows, FIRSTS, STEPS);
}

/** out[j] = x^j / n, 36 bytes each, j < n: their dot product with n times the coefficients is f(x). */
export function buildPointPowers(out: usize, logRows: i32, x: usize): void {
  // Lanes x^j .. x^(j+3), step x^4.
  setInteger(CURRENT, (<i64>1) << logRows);
  invert(FIRSTS, CURRENT);
  for (let lane: usize = 1; lane < 4; lane++)
    mul(FIRSTS + lane * FELT, FIRSTS + (lane - 1) * FELT, x);
  square(CURRENT, x);
  square(CURRENT, CURRENT);
  splatFelt(VECTOR_B, CURRENT);
  for (let lane = 0; lane < 4; lane++) {
    toLimbs28(LIMBS, FIRSTS + <usize>lane * FELT);
    insert(VECTOR_A, lane, LIMBS);
  }
  for (let j = 0, n = 1 << logRows; j < n; j += 4) {
    for (let lane = 0; lane < 4; lane++) extract(out + <usize>(j + lane) * LIMBS28, VECTOR_A, lane);
    mulVector(VECTOR_A, VECTOR_A, VECTOR_B);
  }
}
