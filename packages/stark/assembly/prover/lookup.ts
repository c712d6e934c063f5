// The lookup columns: the sum of each group of fractions in its row, and the running sum.
import { GROUPS, LOOKUP_BLOCKS, MAIN_BLOCKS } from '../../build/assembly/air-constants';
import { CELLS_SIZE, EVALUATION_SCRATCH, evaluateFractions } from '../../build/assembly/air-vector';
import {
  add,
  copy,
  extract,
  insert,
  mul,
  normalise,
  sub,
  transpose,
  VECTOR,
} from '../../../field/assembly/simd';
import { invertVectors } from '../../../field/assembly/simd-invert';
import { reverseBits } from '../felt';
import { loadCells } from './evaluate';

/** Scratch of the functions here, besides the fractions and prefixes. */
export const LOOKUP_SCRATCH: usize = CELLS_SIZE + EVALUATION_SCRATCH + 8 * 144;

/** Products that may be added up before limbs must be carried. */
const SUMS_UNCARRIED: i32 = 5;
const GROUP_BYTES: usize = <usize>GROUPS * VECTOR;

/**
 * Numerators and denominators of all groups for positions [from, to) of the trace: GROUPS vectors for
 * each four positions.
 */
export function computeFractions(
  numerators: usize,
  denominators: usize,
  from: i32,
  to: i32,
  trace: usize,
  logRows: i32,
  periodic: usize,
  periodicShift: i32,
  uniforms: usize,
  scratch: usize,
): void {
  const stride = VECTOR << (<usize>logRows);
  for (let position = from; position < to; position += 4) {
    const at = <usize>(position >> 2) * GROUP_BYTES;
    loadCells(
      scratch,
      trace,
      trace,
      stride,
      MAIN_BLOCKS,
      position,
      logRows,
      periodic,
      periodicShift,
    );
    evaluateFractions(numerators + at, denominators + at, scratch, uniforms, scratch + CELLS_SIZE);
  }
}

/**
 * The sum of every group, in place of its numerator, for positions [from, to). Destroys the denominators.
 * `prefixes`: two vectors more than the denominators of these positions.
 */
export function divideFractions(
  numerators: usize,
  denominators: usize,
  from: i32,
  to: i32,
  prefixes: usize,
): void {
  const first = <usize>(from >> 2) * GROUP_BYTES;
  const end = <usize>(to >> 2) * GROUP_BYTES;
  invertVectors(denominators + first, VECTOR, ((to - from) >> 2) * GROUPS, prefixes);
  for (let i = first; i < end; i += VECTOR)
    mul(numerators + i, numerators + i, denominators + i);
}

/**
 * The running sum before each row, within its quarter of the trace, at the place of the row's first
 * denominator; and in the lanes of `total` what each quarter starts with. `mean`: a vector with the mean
 * of a row's fractions in all lanes. The four positions of a vector are the rows j, j + n/2, j + n/4,
 * j + 3n/4: each lane sums its own quarter, then the quarters are chained.
 */
export function sumFractions(
  numerators: usize,
  denominators: usize,
  logRows: i32,
  mean: usize,
  total: usize,
  scratch: usize,
): void {
  const quarter = 1 << (logRows - 2);
  const running = scratch;
  memory.fill(running, 0, VECTOR);
  for (let j = 0; j < quarter; j++) {
    const group = reverseBits(j, logRows - 2);
    const sums = numerators + <usize>group * GROUP_BYTES;
    // The running sum before this row takes the denominators' place.
    copy(denominators + <usize>group * GROUP_BYTES, running);
    sub(running, running, mean);
    for (let g = 0; g < GROUPS; g++) {
      add(running, running, sums + <usize>g * VECTOR);
      if (g % SUMS_UNCARRIED == SUMS_UNCARRIED - 1) normalise(running, running);
    }
    normalise(running, running);
  }
  chainQuarters(running, total, scratch + VECTOR);
}

/** The lookup blocks of the trace, rows [from, to): sums of groups but the last, then the running sum. */
export function fillLookup(
  blocks: usize,
  numerators: usize,
  denominators: usize,
  from: i32,
  to: i32,
  logRows: i32,
  total: usize,
  scratch: usize,
): void {
  const blockBytes = VECTOR << (<usize>logRows);
  for (let position = from; position < to; position += 4) {
    const at = <usize>(position >> 2) * GROUP_BYTES;
    add(denominators + at, denominators + at, total);
    normalise(denominators + at, denominators + at);
    storeColumns(blocks, blockBytes, position, numerators + at, denominators + at, scratch);
  }
}

/** From the sums of the quarters (lanes 0, 2, 1, 3) to what each quarter starts with. */
function chainQuarters(sums: usize, out: usize, scratch: usize): void {
  // Lane order of quarters 0, 1, 2, 3: 0, 2, 1, 3.
  const accumulated = scratch;
  const shifted = scratch + VECTOR;
  memory.fill(out, 0, VECTOR);
  memory.fill(accumulated, 0, VECTOR);
  for (let quarter = 1; quarter < 4; quarter++) {
    const from = laneOfQuarter(quarter - 1);
    for (let k: usize = 0; k < VECTOR; k += 16) {
      v128.store(shifted + k, v128.load32_splat(sums + k + 4 * <usize>from));
    }
    add(accumulated, accumulated, shifted);
    normalise(accumulated, accumulated);
    const element = shifted;
    extract(element, accumulated, 0);
    insert(out, laneOfQuarter(quarter), element);
  }
}

function laneOfQuarter(quarter: i32): i32 {
  return quarter == 1 ? 2 : quarter == 2 ? 1 : quarter;
}

/** Writes the group sums but the last, then the running sum, into four rows of the lookup blocks. */
function storeColumns(
  blocks: usize,
  blockBytes: usize,
  position: i32,
  sums: usize,
  running: usize,
  zeros: usize,
): void {
  const row = <usize>position * VECTOR;
  memory.fill(zeros, 0, VECTOR);
  for (let b = 0; b < LOOKUP_BLOCKS; b++) {
    const c = 4 * b;
    transpose(
      blocks + <usize>b * blockBytes + row,
      VECTOR,
      column(c, sums, running, zeros),
      column(c + 1, sums, running, zeros),
      column(c + 2, sums, running, zeros),
      column(c + 3, sums, running, zeros),
    );
  }
}

function column(c: i32, sums: usize, running: usize, zeros: usize): usize {
  return c < GROUPS - 1 ? sums + <usize>c * VECTOR : c == GROUPS - 1 ? running : zeros;
}
