// Out-of-domain samples, and the DEEP quotient: all in coefficient form. (f(X) - f(z)) / (X - z) is
// what synthetic division leaves, so only one polynomial has to be extended.
import {
  LOOKUP_BLOCKS,
  LOOKUP_COLUMNS,
  MAIN_BLOCKS,
  MAIN_COLUMNS,
  NEXT_BLOCK_NUMBERS,
  NEXT_BLOCKS,
  NEXT_COLUMNS,
  NEXT_POSITIONS,
} from '../../build/assembly/air-constants';
import {
  add,
  copy,
  insert,
  LIMBS28,
  mul,
  normalise,
  splat,
  transpose,
  VECTOR,
} from '../../../field/assembly/simd';
import { forward } from '../../../field/assembly/simd-ntt';
import { serialise } from '../../../field/assembly/simd-wire';
import { FELT, invert, mul as mulFelt, setInteger } from '../felt';
import { COMPOSITION_COLUMNS } from '../parameters';
import { toLimbs28 } from './table';

const BLOCKS: i32 = MAIN_BLOCKS + LOOKUP_BLOCKS;
const F: usize = memory.data(36, 8);
const LIMBS: usize = memory.data(48, 16);

/** Vectors that `buildWeights` fills: all columns, the next-row columns, the composition. */
export const WEIGHTS: usize = <usize>(BLOCKS + NEXT_BLOCKS + 1) * VECTOR;

/**
 * out (128 bytes, wire form) = the four polynomials of a block at the point whose powers are given
 * (36 bytes each, divided by n as the coefficients are multiplied by it).
 */
export function evaluateBlock(
  out: usize,
  coefficients: usize,
  powers: usize,
  n: i32,
  scratch: usize,
): void {
  const sum = scratch;
  const power = sum + VECTOR;
  const term = power + VECTOR;
  memory.fill(sum, 0, VECTOR);
  for (let j = 0; j < n; j++) {
    splat(power, powers + <usize>j * LIMBS28);
    mul(term, coefficients + <usize>j * VECTOR, power);
    add(sum, sum, term);
    if ((j & 3) == 3) normalise(sum, sum);
  }
  serialise(out, sum);
}

/** Lane of a table's blocks to the weight that is next in line. */
function setWeight(weights: usize, position: i32): void {
  toLimbs28(LIMBS, F);
  insert(weights + <usize>(position >> 2) * VECTOR, position & 3, LIMBS);
}

/**
 * The powers of `gamma` divided by n, in the order of the samples, at the lanes of their columns.
 */
export function buildWeights(weights: usize, gamma: usize, logRows: i32): void {
  memory.fill(weights, 0, WEIGHTS);
  setInteger(F, (<i64>1) << logRows);
  invert(F, F);
  for (let c = 0; c < MAIN_COLUMNS; c++, mulFelt(F, F, gamma)) setWeight(weights, c);
  for (let c = 0; c < LOOKUP_COLUMNS; c++, mulFelt(F, F, gamma))
    setWeight(weights, 4 * MAIN_BLOCKS + c);
  const next = weights + <usize>BLOCKS * VECTOR;
  for (let i = 0; i < NEXT_COLUMNS; i++, mulFelt(F, F, gamma)) {
    const position = load<i32>(NEXT_POSITIONS + 4 * <usize>i);
    let block = 0;
    while (load<i32>(NEXT_BLOCK_NUMBERS + 4 * <usize>block) != position >> 2) block++;
    setWeight(next, 4 * block + (position & 3));
  }
  const composition = next + <usize>NEXT_BLOCKS * VECTOR;
  for (let k = 0; k < COMPOSITION_COLUMNS; k++, mulFelt(F, F, gamma)) setWeight(composition, k);
}

/** out = the lane-wise sum over blocks of weight * row. */
function weigh(
  out: usize,
  table: usize,
  stride: usize,
  blocks: i32,
  weights: usize,
  term: usize,
): void {
  mul(out, table, weights);
  for (let b = 1; b < blocks; b++) {
    mul(term, table + <usize>b * stride, weights + <usize>b * VECTOR);
    add(out, out, term);
    if ((b & 3) == 3) normalise(out, out);
  }
  normalise(out, out);
}

/**
 * For coefficient rows [from, to) (multiples of 4): the weighted sums of all columns at z, of the
 * next-row columns, and of the composition, in lanes 0, 1, 2 of the row. `table`: blocks of
 * coefficients, the composition's last.
 */
export function combineColumns(
  out: usize,
  table: usize,
  stride: usize,
  from: i32,
  to: i32,
  weights: usize,
  scratch: usize,
): void {
  const sums = scratch; // three times four rows, then four zeros
  const lanes = sums + 12 * VECTOR;
  const parts = lanes + 4 * VECTOR;
  const term = parts + 4 * VECTOR;
  const nextWeights = weights + <usize>BLOCKS * VECTOR;
  const compositionWeights = nextWeights + <usize>NEXT_BLOCKS * VECTOR;
  memory.fill(parts, 0, 4 * VECTOR);
  for (let j = from; j < to; j += 4) {
    for (let i: usize = 0; i < 4; i++) {
      const row = table + (<usize>j + i) * VECTOR;
      weigh(sums + i * VECTOR, row, stride, BLOCKS, weights, term);
      const next = sums + (4 + i) * VECTOR;
      memory.fill(next, 0, VECTOR);
      for (let b: usize = 0; b < <usize>NEXT_BLOCKS; b++) {
        const block: usize = load<i32>(NEXT_BLOCK_NUMBERS + 4 * b);
        mul(term, row + block * stride, nextWeights + b * VECTOR);
        add(next, next, term);
        normalise(next, next);
      }
      mul(sums + (8 + i) * VECTOR, row + <usize>BLOCKS * stride, compositionWeights);
    }
    // Sum over the lanes: transpose four rows, then add the four vectors.
    for (let part: usize = 0; part < 3; part++) {
      const four = sums + 4 * part * VECTOR;
      transpose(lanes, VECTOR, four, four + VECTOR, four + 2 * VECTOR, four + 3 * VECTOR);
      add(lanes, lanes, lanes + VECTOR);
      add(lanes + 2 * VECTOR, lanes + 2 * VECTOR, lanes + 3 * VECTOR);
      add(lanes, lanes, lanes + 2 * VECTOR);
      normalise(parts + part * VECTOR, lanes);
    }
    transpose(
      out + <usize>j * VECTOR,
      VECTOR,
      parts,
      parts + VECTOR,
      parts + 2 * VECTOR,
      parts + 3 * VECTOR,
    );
  }
}

/**
 * Divides the polynomials in lanes 0, 1, 2 by X - z, X - w z, X - z^4 (`points`: three scalar
 * elements) and adds the quotients: out[j] = coefficient j, 36 bytes each, j < n. Destroys `rows`.
 */
export function divide(out: usize, rows: usize, n: i32, points: usize, scratch: usize): void {
  const point = scratch;
  const quotient = point + VECTOR;
  const lanes = quotient + VECTOR;
  memory.fill(point, 0, VECTOR);
  for (let lane = 0; lane < 3; lane++) {
    toLimbs28(LIMBS, points + <usize>lane * FELT);
    insert(point, lane, LIMBS);
  }
  // q_(j-1) = a_j + x q_j takes the place of row j.
  memory.fill(quotient, 0, VECTOR);
  for (let j = n - 1; j > 0; j--) {
    const row = rows + <usize>j * VECTOR;
    mul(quotient, quotient, point);
    add(quotient, quotient, row);
    normalise(quotient, quotient);
    copy(row, quotient);
  }
  for (let j = 0; j < n; j += 4) {
    const row = rows + <usize>j * VECTOR;
    transpose(lanes, VECTOR, row, row + VECTOR, row + 2 * VECTOR, row + 3 * VECTOR);
    add(lanes, lanes, lanes + VECTOR);
    add(lanes, lanes, lanes + 2 * VECTOR);
    normalise(lanes, lanes);
    for (let lane = 0; lane < 4; lane++) {
      if (j + lane == 0) continue;
      storeElement(out + <usize>(j + lane - 1) * LIMBS28, lanes, lane);
    }
  }
  memory.fill(out + <usize>(n - 1) * LIMBS28, 0, LIMBS28);
}

function storeElement(out: usize, vector: usize, lane: i32): void {
  const from = vector + ((<usize>lane) << 2);
  for (let k: usize = 0; k < LIMBS28; k += 4) store<i32>(out + k, load<i32>(from + 4 * k));
}

/**
 * Extends one polynomial (36-byte coefficients, true ones: the powers' 1/n is undone) to four cosets at
 * once, one in each lane, and writes them as parts 4 g .. 4 g + 3 of the first FRI layer: values of
 * consecutive positions, four to a vector. `rows`: n vectors of scratch.
 */
export function extendQuotient(
  layer: usize,
  group: i32,
  coefficients: usize,
  logRows: i32,
  powers: usize,
  twiddles: usize,
  rows: usize,
  scratch: usize,
): void {
  const n = 1 << logRows;
  const factor = scratch + 288;
  const size = scratch + 288 + VECTOR;
  setInteger(F, n);
  toLimbs28(LIMBS, F);
  splat(size, LIMBS);
  for (let j = 0; j < n; j++) {
    splat(factor, coefficients + <usize>j * LIMBS28);
    mul(factor, factor, size);
    mul(rows + <usize>j * VECTOR, powers + <usize>j * VECTOR, factor);
  }
  forward(rows, n, twiddles, scratch);
  for (let q = 0; q < n; q += 4) {
    const row = rows + <usize>q * VECTOR;
    transpose(
      layer + (<usize>4 * group * n + q) * LIMBS28,
      <usize>n * LIMBS28,
      row,
      row + VECTOR,
      row + 2 * VECTOR,
      row + 3 * VECTOR,
    );
  }
}
