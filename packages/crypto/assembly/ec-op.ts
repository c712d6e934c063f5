// P + m Q as the ec_op builtin deduces it (StarkWare, cairo-lang, ec_op_builtin_runner.py,
// `ec_op_impl`): for each of 256 bits of m, the doubled point 2^i Q is added when the bit is set, and
// the result is undefined if the two ever have the same x, whether the bit is set or not.
//
// Three ways to it, the first that applies: a remembered result; a table of 2^i Q, kept for each Q that
// came twice (the generator, signers' keys); both points in projective form.
import { FELT, mul, square } from '../../field/assembly/scalar';
import { copy, fromBytes, isZero, sub, toBytes } from '../../field/assembly/scalar-linear';
import { invertBatch } from '../../field/assembly/scalar-invert';
import {
  AFFINE,
  POINT,
  addAffineUnchecked,
  addPoint,
  double,
  setAffine,
  toAffine,
} from './curve';
import { memoEntry, memoHolds, memoResult, memoTake } from './memo';

const HEIGHT: i32 = 256;

/** Tables of doubled points kept, least recently used first to go. */
const SLOTS: i32 = 64;
const SLOT_BYTES: usize = 72 * 256;
const TABLES: usize = memory.data(64 * 72 * 256, 64);
/** Canonical (x, y) of each slot's Q, and when it was last used (0: never). */
const KEYS: usize = memory.data(64 * 64, 8);
const USED: usize = memory.data(4 * 64, 8);
let clock: u32 = 0;
/** Low words of the x of Q that came once, by their low bits. */
const SEEN: usize = memory.data(8 * 1024, 8);

/** Remembered results: P, Q, m, then the sum. */
const MEMO_BITS: i32 = 12;
const INPUT: usize = 160;
const MEMO_BYTES: usize = 8 + 160 + 64;
const MEMO: usize = memory.data((8 + 160 + 64) << 12, 64);

const DOUBLES: usize = memory.data(144 * 256, 8);
const PREFIXES: usize = memory.data(36 * 256, 8);
const SUM: usize = memory.data(144, 8);
const DOUBLED: usize = memory.data(144, 8);
const START: usize = memory.data(72, 8);
const T: usize = memory.data(36, 8);
const U: usize = memory.data(36, 8);

/** table[i] = 2^i Q, affine, for i < 256. */
function fillDoubles(table: usize): void {
  setAffine(DOUBLES, table);
  let at = DOUBLES;
  for (let i = 1; i < HEIGHT; i++, at += POINT) {
    for (let part: usize = 0; part < POINT; part += FELT) copy(at + POINT + part, at + part);
    double(at + POINT);
  }
  invertBatch(DOUBLES + 3 * FELT, POINT, HEIGHT, PREFIXES);
  at = DOUBLES;
  for (let i = 0; i < HEIGHT; i++, at += POINT, table += AFFINE) {
    mul(T, at + 3 * FELT, at + 2 * FELT); // 1 / Z
    square(U, T);
    mul(table, at, U);
    mul(table + FELT, at + FELT, at + 3 * FELT);
  }
}

/** The table of a canonical point: a kept one, a new one for a point that came before, or 0. */
function tableOf(q: usize): usize {
  clock++;
  let oldest = 0;
  for (let i = 0; i < SLOTS; i++) {
    const used = load<u32>(USED + 4 * i);
    if (used != 0 && load<u64>(KEYS + 64 * i) == load<u64>(q)) {
      if (memory.compare(KEYS + 64 * i, q, 64) == 0) {
        store<u32>(USED + 4 * i, clock);
        return TABLES + SLOT_BYTES * i;
      }
    }
    if (used < load<u32>(USED + 4 * oldest)) oldest = i;
  }
  const low = load<u64>(q);
  const seen = SEEN + 8 * <usize>(low & 1023);
  if (load<u64>(seen) != low) {
    store<u64>(seen, low);
    return 0;
  }
  const table = TABLES + SLOT_BYTES * oldest;
  fromBytes(table, q);
  fromBytes(table + FELT, q + 32);
  fillDoubles(table);
  memory.copy(KEYS + 64 * oldest, q, 64);
  store<u32>(USED + 4 * oldest, clock);
  return table;
}

/** Whether bit `i` of a 256-bit number is set. */
// @ts-ignore: decorator
@inline
function bit(m: usize, i: usize): bool {
  return ((load<u8>(m + (i >> 3)) >> <u8>(i & 7)) & 1) != 0;
}

/** SUM += m Q from a table of doubled points; false when undefined. */
function addFromTable(doubled: usize, m: usize): bool {
  for (let i: usize = 0; i < 256; i++, doubled += AFFINE) {
    mul(T, doubled, SUM + 2 * FELT);
    sub(T, T, SUM);
    if (isZero(T)) return false;
    if (bit(m, i)) addAffineUnchecked(SUM, doubled);
  }
  return true;
}

/** SUM += m Q, doubling on the way; false when undefined. */
function addDoubling(q: usize, m: usize): bool {
  fromBytes(START, q);
  fromBytes(START + FELT, q + 32);
  setAffine(DOUBLED, START);
  for (let i: usize = 0; i < 256; i++) {
    if (bit(m, i)) {
      if (!addPoint(SUM, DOUBLED)) return false;
    } else {
      mul(T, DOUBLED, SUM + 2 * FELT);
      mul(U, SUM, DOUBLED + 2 * FELT);
      sub(T, T, U);
      if (isZero(T)) return false;
    }
    double(DOUBLED);
  }
  return true;
}

/**
 * out (64 bytes) = P + m Q for 160 bytes at `input`: P, Q, m, canonical, both points on the curve.
 * Returns 0, and writes nothing, when the builtin would be undefined.
 */
export function ecOp(out: usize, input: usize): i32 {
  const entry = memoEntry(MEMO, MEMO_BITS, MEMO_BYTES, input, INPUT);
  if (memoHolds(entry, input, INPUT)) {
    memory.copy(out, memoResult(entry, INPUT), 64);
    return 1;
  }
  fromBytes(START, input);
  fromBytes(START + FELT, input + 32);
  setAffine(SUM, START);
  const table = tableOf(input + 64);
  const defined =
    table == 0 ? addDoubling(input + 64, input + 128) : addFromTable(table, input + 128);
  if (!defined) return 0;
  toAffine(START, SUM);
  const result = memoTake(entry, input, INPUT);
  toBytes(result, START);
  toBytes(result + 32, START + FELT);
  memory.copy(out, result, 64);
  return 1;
}
