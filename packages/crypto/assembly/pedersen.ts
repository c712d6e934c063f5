// Pedersen hash: x of P0 + a_low P1 + a_high P2 + b_low P3 + b_high P4, where `low` is the first 248
// bits of a felt and `high` the last four (StarkWare, "Pedersen hash function", docs.starkware.co).
//
// Each 248-bit scalar is cut into WINDOWS signed digits of WIDTH bits, so that a table of
// 2^(WIDTH-1) multiples serves both signs, and a rest that shares one table with `high`. The shift
// P0 is folded into the rest's tables as 2 P0 and -P0: no entry is infinity, and all partial sums
// contain a point of unknown discrete logarithm, so additions need no exceptional cases.
import { FELT, mul } from '../../field/assembly/scalar';
import { mulSub, squareSub } from '../../field/assembly/scalar-fused';
import { combine, copy, fromBytes, sub, toBytes } from '../../field/assembly/scalar-linear';
import { invertBatch } from '../../field/assembly/scalar-invert';
import { PEDERSEN_POINTS } from './constants';
import { AFFINE, addAffineUnchecked, affineX, select, setAffine } from './curve';
import { addAffinePair, addToAll, doubleAffine, fillMultiples } from './multiples';
import { memoEntry, memoHolds, memoResult, memoTake } from './memo';

const WIDTH: i32 = 11;
const WINDOWS: i32 = 22;
/** Bits of a 248-bit scalar above the windows. */
const REST: i32 = 6;
const HALF: i32 = 1 << (WIDTH - 1);
/** Values of the rest, a carry included, and of the high four bits of a felt (< P, so at most 8). */
const RESTS: i32 = (1 << REST) + 1;
const HIGHS: i32 = 9;

const WINDOW_BYTES: usize = 72 * 1024;
const TABLE_BYTES: usize = 22 * WINDOW_BYTES + 72 * 65 * 9;
const TABLES: usize = memory.data(2 * (22 * 72 * 1024 + 72 * 65 * 9), 64);

const BASES: usize = memory.data(72 * 5, 8);
const BASE: usize = memory.data(72, 8);
const SHIFT: usize = memory.data(72, 8);
const MULTIPLES: usize = memory.data(72 * 128, 8);

/** Hashes of one batch; of each the points to add, at most 46. */
const BATCH: i32 = 64;
const LIST_BYTES: usize = 72 * 46;
const POINTS: usize = memory.data(64 * 72 * 46, 64);
const LENGTHS: usize = memory.data(64, 8);
const DIFFERENCES: usize = memory.data(64 * 36 * 23, 64);
const PREFIXES: usize = memory.data(64 * 36 * 23, 64);
const SUM: usize = memory.data(144, 8);
const X: usize = memory.data(36, 8);
const T: usize = memory.data(36, 8);
const SLOPE: usize = memory.data(36, 8);
const ZERO: usize = memory.data(36, 8);

let ready = false;

/** Fills one scalar's tables: windows of `low`, then rows of the rest, one for each value of `high`. */
function buildTable(table: usize, low: usize, high: usize, shift: usize): void {
  memory.copy(BASE, low, AFFINE);
  let window = table;
  for (let i = 0; i < WINDOWS; i++, window += WINDOW_BYTES) {
    memory.copy(window, BASE, AFFINE);
    fillMultiples(window, HALF);
    doubleAffine(BASE, window + (HALF - 1) * AFFINE);
  }
  memory.copy(MULTIPLES, BASE, AFFINE);
  fillMultiples(MULTIPLES, 1 << REST);
  let row = window;
  memory.copy(row, shift, AFFINE);
  for (let i = 0; i < HIGHS; i++, row += RESTS * AFFINE) {
    if (i > 0) addAffinePair(row, row - RESTS * AFFINE, high);
    addToAll(row + AFFINE, row, MULTIPLES, RESTS - 1);
  }
}

/** Builds the tables on first use: a few milliseconds. */
export function preparePedersen(): void {
  if (ready) return;
  for (let i: usize = 0; i < 10; i++) fromBytes(BASES + FELT * i, PEDERSEN_POINTS + 32 * i);
  doubleAffine(SHIFT, BASES);
  buildTable(TABLES, BASES + AFFINE, BASES + 2 * AFFINE, SHIFT);
  copy(SHIFT, BASES);
  combine(SHIFT + FELT, BASES + FELT, -1, BASES, 0);
  buildTable(TABLES + TABLE_BYTES, BASES + 3 * AFFINE, BASES + 4 * AFFINE, SHIFT);
  ready = true;
}

/** Digit `i` of a scalar before carries: WIDTH bits. */
// @ts-ignore: decorator
@inline
function rawDigit(scalar: usize, i: i32): i32 {
  const bit: usize = i * WIDTH;
  return <i32>(load<u32>(scalar + (bit >> 3)) >> (bit & 7)) & (2 * HALF - 1);
}

/**
 * Writes the table entries (affine, y perhaps loose) whose sum is the contribution of one canonical
 * scalar, at most WINDOWS + 1, and returns their end. The first is the rest's.
 */
function gather(to: usize, scalar: usize, table: usize): usize {
  const first = to;
  to += AFFINE;
  let carry: i32 = 0;
  let window = table;
  for (let i = 0; i < WINDOWS; i++, window += WINDOW_BYTES) {
    let digit = rawDigit(scalar, i) + carry;
    carry = <i32>(digit > HALF);
    digit -= carry << WIDTH;
    if (digit == 0) continue;
    const negative = digit >>> 31;
    select(to, window + ((digit ^ -negative) + negative - 1) * AFFINE, negative);
    to += AFFINE;
  }
  const rest = (rawDigit(scalar, WINDOWS) & (RESTS - 2)) + carry;
  const high = <i32>(load<u8>(scalar, 31));
  select(first, window + (high * RESTS + rest) * AFFINE, 0);
  return to;
}

/** One hash: mixed additions into one accumulator, one inversion. */
function hashOne(out: usize, pair: usize): void {
  const end = gather(gather(POINTS, pair, TABLES), pair + 32, TABLES + TABLE_BYTES);
  setAffine(SUM, POINTS);
  for (let at = POINTS + AFFINE; at < end; at += AFFINE) addAffineUnchecked(SUM, at);
  affineX(X, SUM);
  toBytes(out, X);
}

/**
 * out = p + q for affine points of different x, with `inverse` = 1 / (x_q - x_p). Not folded: values grow to
 * 2^7 P for x and 2^3 P for y over the six rounds of a batch, and products bring them back.
 */
function addAffines(out: usize, p: usize, q: usize, inverse: usize): void {
  sub(SLOPE, q + FELT, p + FELT);
  mul(SLOPE, SLOPE, inverse);
  squareSub(X, SLOPE, p, q, ZERO);
  sub(T, p, X);
  mulSub(out + FELT, SLOPE, T, p + FELT);
  copy(out, X);
}

/**
 * `count` <= BATCH hashes at once: every list of points is halved again and again by affine additions,
 * five multiplications and a squaring each, because one inversion serves a whole round. No two points
 * that meet have the same x: multiples of one base over disjoint windows differ in size, and others are
 * related by discrete logarithms that nobody knows.
 */
function hashBatch(out: usize, pairs: usize, count: i32): void {
  let most = 0;
  let list = POINTS;
  for (let i = 0; i < count; i++, list += LIST_BYTES, pairs += 64) {
    const end = gather(gather(list, pairs, TABLES), pairs + 32, TABLES + TABLE_BYTES);
    const length = <i32>((end - list) / AFFINE);
    store<u8>(LENGTHS + i, <u8>length);
    most = max(most, length);
  }
  for (; most > 1; most = (most + 1) >> 1) {
    let differences = 0;
    let to = DIFFERENCES;
    list = POINTS;
    for (let i = 0; i < count; i++, list += LIST_BYTES) {
      const end = list + (<usize>load<u8>(LENGTHS + i) >> 1) * (2 * AFFINE);
      for (let at = list; at < end; at += 2 * AFFINE, to += FELT, differences++) {
        sub(to, at + AFFINE, at);
      }
    }
    invertBatch(DIFFERENCES, FELT, differences, PREFIXES);
    to = DIFFERENCES;
    list = POINTS;
    for (let i = 0; i < count; i++, list += LIST_BYTES) {
      const length: i32 = load<u8>(LENGTHS + i);
      const end = list + (length >> 1) * (2 * AFFINE);
      let sum = list;
      for (let at = list; at < end; at += 2 * AFFINE, sum += AFFINE, to += FELT) {
        addAffines(sum, at, at + AFFINE, to);
      }
      if (length & 1) select(sum, end, 0);
      store<u8>(LENGTHS + i, <u8>((length + 1) >> 1));
    }
  }
  list = POINTS;
  for (let i = 0; i < count; i++, list += LIST_BYTES, out += 32) toBytes(out, list);
}

/** Below this many hashes a batch's inversions cost more than they save. */
const LEAST_BATCH: i32 = 8;

/** Hashes `count` pairs (64 bytes each, canonical) into 32 bytes each at `out`, which may be `pairs`. */
export function pedersenMany(out: usize, pairs: usize, count: i32): void {
  preparePedersen();
  for (let left = count; left > 0; ) {
    if (left < LEAST_BATCH) {
      hashOne(out, pairs);
      left--;
      out += 32;
      pairs += 64;
      continue;
    }
    const n = min(left, BATCH);
    hashBatch(out, pairs, n);
    left -= n;
    out += 32 * n;
    pairs += 64 * n;
  }
}

/** Remembered hashes: a pair, then its hash. */
const MEMO_BITS: i32 = 13;
const MEMO_BYTES: usize = 8 + 64 + 32;
const MEMO: usize = memory.data((8 + 64 + 32) << 13, 64);

/** Hashes one pair (64 bytes, canonical) into 32 bytes, or remembers its hash. */
export function pedersen(out: usize, pair: usize): void {
  const entry = memoEntry(MEMO, MEMO_BITS, MEMO_BYTES, pair, 64);
  if (!memoHolds(entry, pair, 64)) pedersenMany(memoTake(entry, pair, 64), pair, 1);
  memory.copy(out, memoResult(entry, 64), 32);
}
