// The columns of ec_op (src/air/ec-op.ts). Instances are filled a few at a time, row by row, so that one
// inversion serves them all. Unused ones add 0 times one constant point to another.
import {
  COLUMN_EC_OP_ABOVE,
  COLUMN_EC_OP_DOUBLED_X,
  COLUMN_EC_OP_DOUBLED_Y,
  COLUMN_EC_OP_INVERSE,
  COLUMN_EC_OP_SCALAR,
  COLUMN_EC_OP_SUM_X,
  COLUMN_EC_OP_SUM_Y,
  COLUMN_EC_OP_USED,
} from '../../build/assembly/air-constants';
import {
  EC_OP_BETA,
  EC_OP_IDLE_P_X,
  EC_OP_IDLE_P_Y,
  EC_OP_IDLE_Q_X,
  EC_OP_IDLE_Q_Y,
} from '../../build/assembly/air-periodic-values';
import { ACCEPTED, TRACE_CURVE, TRACE_EC_OP, TRACE_UNDEFINED } from '../../build/assembly/reasons';
import {
  add,
  copy,
  FELT,
  fromBytes,
  invertBatch,
  isZero,
  mul,
  ONE,
  square,
  sub,
  toBytes,
} from '../felt';
import {
  copyCell,
  countCell,
  logRows,
  output,
  put,
  putBytes,
  putFelt,
  refuseAddress,
  shiftRight,
  valueAt,
} from './fill-cells';

const ROWS: i32 = 256;
const CELLS: u32 = 7;
/** Instances filled at a time. */
const BATCH: i32 = 16;

/** Of each instance of a batch: the sum's x and y, the doubled point's; m; whether its bits exceed. */
const POINTS: usize = memory.data(16 * 144, 8);
const SCALARS: usize = memory.data(16 * 32, 8);
const ABOVE: usize = memory.data(16, 8);
/** Of each instance: the abscissas' difference and twice the ordinate of the doubled point. */
const DIVISORS: usize = memory.data(16 * 72, 8);
const PREFIXES: usize = memory.data(16 * 72, 8);

const BETA: usize = memory.data(36, 8);
const SLOPE: usize = memory.data(36, 8);
const T: usize = memory.data(36, 8);
const U: usize = memory.data(36, 8);
const BYTES: usize = memory.data(40, 8);

/** (x, y) of a batch's instance: the sum, and the doubled point. */
// @ts-ignore: decorator
@inline
function sumOf(k: i32): usize {
  return POINTS + 4 * FELT * <usize>k;
}
// @ts-ignore: decorator
@inline
function doubledOf(k: i32): usize {
  return sumOf(k) + 2 * FELT;
}
// @ts-ignore: decorator
@inline
function divisorsOf(k: i32): usize {
  return DIVISORS + 2 * FELT * <usize>k;
}

function isOnCurve(point: usize): bool {
  square(T, point);
  mul(T, T, point);
  add(T, T, point);
  add(T, T, BETA);
  square(U, point + FELT);
  sub(T, T, U);
  return isZero(T);
}

/** Reads the inputs of an instance. */
function start(k: i32, address: u32): i32 {
  for (let i: u32 = 0; i < 5; i++) {
    const value = valueAt(address + i);
    if (value == 0) return TRACE_UNDEFINED;
    countCell(address + i);
    if (i < 4) fromBytes(sumOf(k) + FELT * i, value);
    else memory.copy(SCALARS + 32 * <usize>k, value, 32);
  }
  if (isOnCurve(sumOf(k)) && isOnCurve(doubledOf(k))) return ACCEPTED;
  refuseAddress(address);
  return TRACE_CURVE;
}

function startIdle(k: i32): void {
  const sum = sumOf(k);
  fromBytes(sum, EC_OP_IDLE_P_X);
  fromBytes(sum + FELT, EC_OP_IDLE_P_Y);
  fromBytes(sum + 2 * FELT, EC_OP_IDLE_Q_X);
  fromBytes(sum + 3 * FELT, EC_OP_IDLE_Q_Y);
  memory.fill(SCALARS + 32 * <usize>k, 0, 32);
}

/** Bit i of P - 1 = 2^251 + 2^196 + 2^192. */
function limitBit(i: i32): u32 {
  return i == 251 || i == 196 || i == 192 ? 1 : 0;
}

/** (x, y) = the third point of the line through (x, y) with slope SLOPE, mirrored; `x2`: its second. */
function follow(x: usize, x2: usize): void {
  square(T, SLOPE);
  sub(T, T, x);
  sub(T, T, x2);
  sub(U, x, T);
  copy(x, T);
  mul(U, U, SLOPE);
  sub(x + FELT, U, x + FELT);
}

/** Writes row i of an instance whose divisors are inverted, and goes on to the next. */
function fillRow(k: i32, row: i32, i: i32): void {
  const sum = sumOf(k);
  const doubled = doubledOf(k);
  const inverse = divisorsOf(k);
  const m = SCALARS + 32 * <usize>k;
  putFelt(COLUMN_EC_OP_SUM_X, row, sum);
  putFelt(COLUMN_EC_OP_SUM_Y, row, sum + FELT);
  putFelt(COLUMN_EC_OP_DOUBLED_X, row, doubled);
  putFelt(COLUMN_EC_OP_DOUBLED_Y, row, doubled + FELT);
  putFelt(COLUMN_EC_OP_INVERSE, row, inverse);
  shiftRight(BYTES, m, i);
  putBytes(COLUMN_EC_OP_SCALAR, row, BYTES);
  const above = ABOVE + <usize>k;
  put(COLUMN_EC_OP_ABOVE, row, load<u8>(above));
  const bit: u32 = load<u8>(BYTES) & 1;
  if (bit != limitBit(i)) store<u8>(above, <u8>bit);
  if (bit != 0) {
    sub(SLOPE, sum + FELT, doubled + FELT);
    mul(SLOPE, SLOPE, inverse);
    follow(sum, doubled);
  }
  square(T, doubled);
  add(SLOPE, T, T);
  add(SLOPE, SLOPE, T);
  add(SLOPE, SLOPE, ONE);
  mul(SLOPE, SLOPE, inverse + FELT);
  follow(doubled, doubled);
}

/** The rows of `count` instances from number `from` on; leaves their sums. Returns a reason. */
function fillRows(from: i32, count: i32, begin: u32): i32 {
  memory.fill(ABOVE, 0, BATCH);
  for (let i = 0; i < ROWS; i++) {
    for (let k = 0; k < count; k++) {
      const divisors = divisorsOf(k);
      sub(divisors, sumOf(k), doubledOf(k));
      if (isZero(divisors)) {
        refuseAddress(begin + CELLS * (from + k));
        return TRACE_EC_OP;
      }
      add(divisors + FELT, doubledOf(k) + FELT, doubledOf(k) + FELT);
    }
    invertBatch(DIVISORS, FELT, 2 * count, PREFIXES);
    for (let k = 0; k < count; k++) fillRow(k, (from + k) * ROWS + i, i);
  }
  return ACCEPTED;
}

/** What the used instances of a batch return, and that they are used. */
function finish(k: i32, instance: i32, address: u32): i32 {
  for (let i: u32 = 0; i < 2; i++) {
    toBytes(BYTES, sumOf(k) + FELT * i);
    if (!output(address + 5 + i, BYTES)) return TRACE_UNDEFINED;
  }
  for (let row = instance * ROWS; row < (instance + 1) * ROWS; row++)
    put(COLUMN_EC_OP_USED, row, 1);
  return ACCEPTED;
}

/** Copies the first unused instance, in the rows from `model` on, to all others. */
function repeat(model: i32): void {
  for (let row = model + ROWS; row < 1 << logRows; row++) {
    const from = model + (row & (ROWS - 1));
    // m and what exceeds are zero.
    copyCell(COLUMN_EC_OP_SUM_X, from, row);
    copyCell(COLUMN_EC_OP_SUM_Y, from, row);
    copyCell(COLUMN_EC_OP_DOUBLED_X, from, row);
    copyCell(COLUMN_EC_OP_DOUBLED_Y, from, row);
    copyCell(COLUMN_EC_OP_INVERSE, from, row);
  }
}

export function fillEcOp(begin: u32, used: i32): i32 {
  fromBytes(BETA, EC_OP_BETA);
  const all = min(used + 1, (1 << logRows) / ROWS);
  for (let from = 0; from < all; from += BATCH) {
    const count = min(BATCH, all - from);
    for (let k = 0; k < count; k++) {
      if (from + k == used) {
        startIdle(k);
        continue;
      }
      const fault = start(k, begin + CELLS * (from + k));
      if (fault != ACCEPTED) return fault;
    }
    const fault = fillRows(from, count, begin);
    if (fault != ACCEPTED) return fault;
    for (let k = 0; k < count && from + k < used; k++) {
      const fault = finish(k, from + k, begin + CELLS * (from + k));
      if (fault != ACCEPTED) return fault;
    }
  }
  repeat(used * ROWS);
  return ACCEPTED;
}
