// The periodic columns: blocks of four, one row for each row of the longest period,
// on the trace domain and on every coset. A coset of n points sees the coset of `period` points whose
// shift is raised to n / period.
import {
  LONGEST_PERIOD,
  PERIODIC_BLOCKS,
  PERIODIC_COLUMNS,
  PERIODS,
} from '../../build/assembly/air-constants';
import { PERIODIC_VALUES } from '../../build/assembly/air-periodic-values';
import { VECTOR } from '../../../field/assembly/simd';
import { forward, inverse } from '../../../field/assembly/simd-ntt';
import { toMontgomery, unpack28 } from '../../../field/assembly/simd-wire';
import { mul, splatLane } from '../../../field/assembly/simd';
import { copy, FELT, invert, reverseBits, setInteger, square } from '../felt';
import { buildPowers, cosetShift } from './tables';

/** Bytes of one block of one coset. */
export const PERIODIC_BLOCK_BYTES: usize = <usize>LONGEST_PERIOD * VECTOR;
/** Bytes of the table of one coset. */
export const PERIODIC_BYTES: usize = <usize>PERIODIC_BLOCKS * PERIODIC_BLOCK_BYTES;
const FIRSTS: usize = memory.data(144, 8);
const STEPS: usize = memory.data(144, 8);

function logPeriod(): i32 {
  return 31 - clz(LONGEST_PERIOD);
}

/** The values on the trace domain: row i at rev(i). */
export function buildPeriodic(out: usize): void {
  memory.fill(out, 0, PERIODIC_BYTES);
  let values = PERIODIC_VALUES;
  for (let c = 0; c < PERIODIC_COLUMNS; c++) {
    const period = load<i32>(PERIODS + 4 * <usize>c);
    for (let i = 0; i < LONGEST_PERIOD; i++) {
      const row =
        out +
        <usize>(c >> 2) * PERIODIC_BLOCK_BYTES +
        <usize>reverseBits(i, logPeriod()) * VECTOR +
        4 * <usize>(c & 3);
      unpack28(row, 16, values + 32 * <usize>(i & (period - 1)));
    }
    values += 32 * <usize>period;
  }
  for (let i: usize = 0; i < PERIODIC_BYTES; i += VECTOR) toMontgomery(out + i, out + i);
}

/**
 * The values on cosets 0..3 of the domain, one table after the other, from the table of the trace
 * domain. `scratch`: PERIODIC_BYTES for coefficients, one block for powers, and 432.
 */
export function extendPeriodic(
  out: usize,
  values: usize,
  logRows: i32,
  logBlowup: i32,
  twiddles: usize,
  inverseTwiddles: usize,
  scratch: usize,
): void {
  const coefficients = scratch;
  const powers = coefficients + PERIODIC_BYTES;
  const prepared = powers + PERIODIC_BLOCK_BYTES;
  const splat = prepared + 288;
  memory.copy(coefficients, values, PERIODIC_BYTES);
  for (let i: usize = 0; i < PERIODIC_BYTES; i += PERIODIC_BLOCK_BYTES)
    inverse(coefficients + i, LONGEST_PERIOD, inverseTwiddles, prepared);
  setInteger(FIRSTS, LONGEST_PERIOD);
  invert(FIRSTS, FIRSTS);
  for (let coset: usize = 0; coset < 4; coset++) {
    if (coset > 0) copy(FIRSTS + coset * FELT, FIRSTS);
    const step = STEPS + coset * FELT;
    cosetShift(step, <i32>coset, logBlowup, logRows + logBlowup);
    for (let i = logPeriod(); i < logRows; i++) square(step, step);
  }
  buildPowers(powers, LONGEST_PERIOD, FIRSTS, STEPS);
  for (let coset = 0; coset < 4; coset++) {
    const table = out + <usize>coset * PERIODIC_BYTES;
    for (let block: usize = 0; block < PERIODIC_BYTES; block += PERIODIC_BLOCK_BYTES) {
      const from = coefficients + block;
      for (let i: usize = 0; i < PERIODIC_BLOCK_BYTES; i += VECTOR) {
        splatLane(splat, powers + i, coset);
        mul(table + block + i, from + i, splat);
      }
      forward(table + block, LONGEST_PERIOD, twiddles, prepared);
    }
  }
}
