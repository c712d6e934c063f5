// The periodic columns at the out-of-domain point, from their values: barycentric interpolation. With
// m values v_i on the powers w^i of a root of order m, and y = z^(n / m),
//   f(z) = (y^m - 1) / m * sum of v_i w^i / (y - w^i).
// Values take less room than coefficients: most of them are small.
import { PERIODIC_COLUMNS, PERIODS } from '../../build/assembly/air-constants';
import { PERIODIC_COMPACT, PERIODIC_WIDTHS } from '../../build/assembly/air-periodic-compact';
import {
  add,
  copy,
  FELT,
  fromBytes,
  invert,
  invertBatch,
  isZero,
  mul,
  ONE,
  rootOfUnity,
  setInteger,
  square,
  sub,
  zero,
} from '../felt';
import { element, felts } from './heap';

const Y: usize = memory.data(36, 8);
const ROOT: usize = memory.data(36, 8);
const POINT: usize = memory.data(36, 8);
const SCALE: usize = memory.data(36, 8);
const TERM: usize = memory.data(36, 8);

/** The weight of each of `period` values; false when z is on the trace domain. */
function fillWeights(weights: usize, prefixes: usize, period: i32, z: usize, logRows: i32): bool {
  const bits = 31 - clz(period);
  copy(Y, z);
  for (let i = bits; i < logRows; i++) square(Y, Y);
  copy(SCALE, Y);
  for (let i = 0; i < bits; i++) square(SCALE, SCALE);
  sub(SCALE, SCALE, ONE);
  if (isZero(SCALE)) return false;
  setInteger(TERM, period);
  invert(TERM, TERM);
  mul(SCALE, SCALE, TERM);
  rootOfUnity(ROOT, bits);
  copy(POINT, ONE);
  for (let i = 0; i < period; i++, mul(POINT, POINT, ROOT)) sub(element(weights, i), Y, POINT);
  invertBatch(weights, FELT, period, prefixes);
  for (let i = 0; i < period; i++, mul(SCALE, SCALE, ROOT))
    mul(element(weights, i), element(weights, i), SCALE);
  return true;
}

/** out = the periodic columns at z, in order; false when z is on the trace domain. */
export function evaluatePeriodic(out: usize, z: usize, logRows: i32): bool {
  let longest = 0;
  for (let c = 0; c < PERIODIC_COLUMNS; c++)
    longest = max(longest, load<i32>(PERIODS + 4 * <usize>c));
  const weights = felts(longest);
  const prefixes = felts(longest + 2);
  let at = PERIODIC_COMPACT;
  let filled = 0;
  for (let c = 0; c < PERIODIC_COLUMNS; c++) {
    const period = load<i32>(PERIODS + 4 * <usize>c);
    if (period != filled && !fillWeights(weights, prefixes, period, z, logRows)) return false;
    filled = period;
    const sum = element(out, c);
    zero(sum);
    const width: usize = load<i32>(PERIODIC_WIDTHS + 4 * <usize>c);
    for (let i = 0; i < period; i++, at += width) {
      if (width == 32) {
        fromBytes(TERM, at);
      } else {
        const value: i64 = width == 1 ? <i64>load<u8>(at) : <i64>load<u32>(at);
        if (value == 0) continue;
        setInteger(TERM, value);
      }
      mul(TERM, TERM, element(weights, i));
      add(sum, sum, TERM);
    }
  }
  return true;
}
