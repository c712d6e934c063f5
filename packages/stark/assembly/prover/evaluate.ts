// The composition polynomial: the constraints' quotients on the first four cosets of the domain, and
// its coefficients split into four columns.
import {
  LOOKUP_BLOCKS,
  MAIN_BLOCKS,
  NEXT_BLOCK_NUMBERS,
  NEXT_BLOCKS,
  PERIODIC_BLOCKS,
} from '../../build/assembly/air-constants';
import {
  CELLS_SIZE,
  EVALUATION_SCRATCH,
  evaluateConstraints,
} from '../../build/assembly/air-vector';
import {
  add,
  extract,
  gather,
  insert,
  LIMBS28,
  mul,
  normalise,
  sub,
  transpose,
  VECTOR,
} from '../../../field/assembly/simd';
import { invertVectors } from '../../../field/assembly/simd-invert';
import { inverse } from '../../../field/assembly/simd-ntt';
import {
  copy as copyFelt,
  COSET,
  FELT,
  invert,
  mul as mulFelt,
  ONE,
  rootOfUnity,
  setInteger,
  square,
  sub as subFelt,
} from '../felt';
import { buildPowers, cosetShift } from './tables';
import { PERIODIC_BLOCK_BYTES } from './periodic';
import { loadNextRows, loadRows, nextPosition, splatFelt } from './table';

const BLOCKS: i32 = MAIN_BLOCKS + LOOKUP_BLOCKS;
const F: usize = memory.data(36, 8);
const G: usize = memory.data(36, 8);

// Scratch of `evaluateCoset`: after the cells and the evaluation's own.
const SUMS: usize = CELLS_SIZE + EVALUATION_SCRATCH;
const X: usize = SUMS + 4 * VECTOR;
const T: usize = X + VECTOR;
const U: usize = T + VECTOR;
const ELEMENT: usize = U + VECTOR;
export const COSET_SCRATCH: usize = ELEMENT + 64;

// Constants of a coset, which `prepareCoset` leaves for all parts of it.
const SHIFT: usize = 0;
const ONES: usize = VECTOR;
const LAST: usize = 2 * VECTOR;
const QUOTIENT: usize = 3 * VECTOR;
const ROOT: usize = 4 * VECTOR;
export const COSET_CONSTANTS: usize = 5 * VECTOR;

/**
 * The cells of four rows at `position`, into `cells`: `blocks` blocks, of which the main ones stand at
 * `table` and those of the lookup at `lookup`. `stride`: bytes between blocks.
 */
export function loadCells(
  cells: usize,
  table: usize,
  lookup: usize,
  stride: usize,
  blocks: i32,
  position: i32,
  logRows: i32,
  periodic: usize,
  periodicShift: i32,
): void {
  let to = cells;
  for (let b = 0; b < blocks; b++, to += 4 * VECTOR)
    loadRows(to, blockAt(b, table, lookup, stride), position);
  to = cells + 4 * VECTOR * BLOCKS;
  for (let i = 0; i < NEXT_BLOCKS; i++, to += 4 * VECTOR) {
    const block = load<i32>(NEXT_BLOCK_NUMBERS + 4 * <usize>i);
    if (block < blocks)
      loadNextRows(to, blockAt(block, table, lookup, stride), position, logRows);
  }
  const p0 = <usize>(position >> periodicShift) * VECTOR;
  const p1 = <usize>((position + 1) >> periodicShift) * VECTOR;
  const p2 = <usize>((position + 2) >> periodicShift) * VECTOR;
  const p3 = <usize>((position + 3) >> periodicShift) * VECTOR;
  let from = periodic;
  for (let i = 0; i < PERIODIC_BLOCKS; i++, to += 4 * VECTOR, from += PERIODIC_BLOCK_BYTES)
    transpose(to, VECTOR, from + p0, from + p1, from + p2, from + p3);
}

function blockAt(block: i32, table: usize, lookup: usize, stride: usize): usize {
  return block < MAIN_BLOCKS
    ? table + <usize>block * stride
    : lookup + <usize>(block - MAIN_BLOCKS) * stride;
}

/**
 * The points x of four positions: shift * w^rev(p), the rev(p) being rev of the first plus 0, n/2,
 * n/4, 3n/4, so that their powers are t, -t, u, -u with t, u twiddles. `splatShift`: shift in all lanes.
 */
function pointsAt(out: usize, position: i32, twiddles: usize, splatShift: usize): void {
  const t = twiddles + <usize>(position >> 1) * LIMBS28;
  for (let k: usize = 0; k < LIMBS28; k += 4) {
    const a = load<i32>(t + k);
    const b = load<i32>(t + LIMBS28 + k);
    v128.store(
      out + 4 * k,
      i32x4.replace_lane(
        i32x4.replace_lane(i32x4.replace_lane(i32x4.splat(a), 1, -a), 2, b),
        3,
        -b,
      ),
    );
  }
  mul(out, out, splatShift);
}

/** Fills the constants of coset `block` (COSET_CONSTANTS bytes). */
export function prepareCoset(constants: usize, block: i32, logRows: i32, logBlowup: i32): void {
  cosetShift(F, block, logBlowup, logRows + logBlowup);
  splatFelt(constants + SHIFT, F);
  splatFelt(constants + ONES, ONE);
  // x^n - 1 is shift^n - 1 on the whole coset.
  for (let i = 0; i < logRows; i++) square(F, F);
  subFelt(F, F, ONE);
  invert(F, F);
  splatFelt(constants + QUOTIENT, F);
  rootOfUnity(F, logRows);
  splatFelt(constants + ROOT, F);
  invert(F, F);
  splatFelt(constants + LAST, F);
}

/**
 * inverses[i] = 1 / (x - 1) for the points of positions [from, to) of a prepared coset. `prefixes`: two
 * vectors more than these take.
 */
export function invertPoints(
  inverses: usize,
  from: i32,
  to: i32,
  twiddles: usize,
  constants: usize,
  prefixes: usize,
): void {
  const first = inverses + <usize>(from >> 2) * VECTOR;
  let at = first;
  for (let position = from; position < to; position += 4, at += VECTOR) {
    pointsAt(at, position, twiddles, constants + SHIFT);
    sub(at, at, constants + ONES);
    normalise(at, at);
  }
  invertVectors(first, VECTOR, (to - from) >> 2, prefixes);
}

/**
 * The composition on positions [from, to) (multiples of 4) of a prepared coset:
 *   every / (x^n - 1) + transition (x - w^-1) / (x^n - 1) + first / (x - 1) + last / (x - w^-1),
 * four positions to a vector at out + 36 * position.
 */
export function evaluateCoset(
  out: usize,
  from: i32,
  to: i32,
  logRows: i32,
  table: usize,
  lookup: usize,
  periodic: usize,
  periodicShift: i32,
  uniforms: usize,
  coefficients: usize,
  twiddles: usize,
  inverses: usize,
  constants: usize,
  scratch: usize,
): void {
  const stride = VECTOR << (<usize>logRows);
  const cells = scratch;
  const every = scratch + SUMS;
  const transition = every + VECTOR;
  const first = transition + VECTOR;
  const last = first + VECTOR;
  const x = scratch + X;
  const t = scratch + T;
  const u = scratch + U;
  for (let position = from; position < to; position += 4) {
    loadCells(cells, table, lookup, stride, BLOCKS, position, logRows, periodic, periodicShift);
    evaluateConstraints(every, cells, uniforms, coefficients, scratch + CELLS_SIZE);
    pointsAt(x, position, twiddles, constants + SHIFT);
    sub(t, x, constants + LAST);
    mul(t, t, transition);
    add(t, t, every);
    mul(t, t, constants + QUOTIENT);
    mul(u, first, inverses + <usize>(position >> 2) * VECTOR);
    add(t, t, u);
    // 1 / (x - w^-1) = w / (w x - 1), and w x is the next point of the coset.
    for (let lane = 0; lane < 4; lane++) {
      const next = nextPosition(position + lane, logRows);
      extract(scratch + ELEMENT, inverses + <usize>(next >> 2) * VECTOR, next & 3);
      insert(u, lane, scratch + ELEMENT);
    }
    mul(u, u, constants + ROOT);
    mul(u, u, last);
    add(t, t, u);
    normalise(out + <usize>(position >> 2) * VECTOR, t);
  }
}

const FIRSTS: usize = memory.data(144, 8);
const STEPS: usize = memory.data(144, 8);

/**
 * From the composition on the 4 n points of the first four cosets (rows of four positions) to n times
 * the coefficients of its four columns h_k, H(X) = sum X^k h_k(X^4): row j has those of X^j in its
 * lanes. In place. With position p = 4 q + l, exponent e = rev(q) + n rev(l), and coefficient
 * number 4 j + k, the inverse transform of size 4 n is a transform of size 4 across the lanes, a twiddle
 * w^(-rev(q) k), and one of size n down the rows. `inverseTwiddles`: of a domain of at least 4 n.
 * `powers`: n vectors of scratch.
 */
export function splitComposition(
  rows: usize,
  logRows: i32,
  inverseTwiddles: usize,
  powers: usize,
  scratch: usize,
): void {
  const n = 1 << logRows;
  const lanes = scratch;
  const tw1 = scratch + 4 * VECTOR;
  const tw2 = tw1 + VECTOR;
  const a = tw2 + VECTOR;
  const b = a + VECTOR;
  const imaginary = b + VECTOR;
  rootOfUnity(F, 2);
  invert(F, F);
  splatFelt(imaginary, F);
  for (let q = 0; q < n; q += 4) {
    const at = rows + <usize>q * VECTOR;
    transpose(lanes, VECTOR, at, at + VECTOR, at + 2 * VECTOR, at + 3 * VECTOR);
    const l0 = lanes;
    const l1 = lanes + VECTOR;
    const l2 = lanes + 2 * VECTOR;
    const l3 = lanes + 3 * VECTOR;
    // Lanes 0..3 hold exponents 0, 2, 1, 3 times n.
    add(a, l0, l1);
    sub(b, l0, l1);
    add(l0, l2, l3);
    sub(l1, l2, l3);
    mul(l1, l1, imaginary);
    add(l2, b, l1); // k = 1
    sub(l3, b, l1); // k = 3
    sub(l1, a, l0); // k = 2
    add(l0, a, l0); // k = 0
    for (let i: usize = 0; i < 4; i++) {
      const even = inverseTwiddles + 2 * (<usize>q + i) * LIMBS28;
      insert(tw1, <i32>i, even);
    }
    gather(tw2, inverseTwiddles + <usize>q * LIMBS28);
    mul(l2, l2, tw1);
    mul(l3, l3, tw1);
    mul(l3, l3, tw2);
    mul(l1, l1, tw2);
    normalise(l0, l0);
    transpose(at, VECTOR, l0, l2, l1, l3);
  }
  inverse(rows, n, inverseTwiddles, scratch);
  // Undo the coset: coefficient m = 4 j + k by COSET^-m; and 4 n times becomes n times.
  setInteger(F, COSET);
  invert(F, F);
  setInteger(G, 4);
  invert(FIRSTS, G);
  for (let k: usize = 1; k < 4; k++) mulFelt(FIRSTS + k * FELT, FIRSTS + (k - 1) * FELT, F);
  square(F, F);
  square(F, F);
  for (let k: usize = 0; k < 4; k++) copyFelt(STEPS + k * FELT, F);
  buildPowers(powers, n, FIRSTS, STEPS);
  for (let j: usize = 0, end = <usize>n * VECTOR; j < end; j += VECTOR)
    mul(rows + j, rows + j, powers + j);
}
