// Pedersen hash: x of P0 + a_low P1 + a_high P2 + b_low P3 + b_high P4, where `low` is the first 248
// bits of a felt and `high` the last four (StarkWare, "Pedersen hash function", docs.starkware.co).
//
// Each 248-bit scalar is cut into WINDOWS signed digits of WIDTH bits, so that a table of
// 2^(WIDTH-1) multiples serves both signs, and a rest that shares one table with `high`. The shift
// P0 is folded into the rest's tables as 2 P0 and -P0: no entry is infinity, and all partial sums
// contain a point of unknown discrete logarithm, so additions need no exceptional cases.
import { FELT, mul } from '../../field/assembly/scalar';
import { combine, copy, fromBytes, toBytes } from '../../field/assembly/scalar-linear';
import { invertBatch } from '../../field/assembly/scalar-invert';
import { PEDERSEN_POINTS } from './constants';
import { AFFINE, POINT, addAffineUnchecked, select, setAffine } from './curve';
import { addAffinePair, addToAll, doubleAffine, fillMultiples } from './multiples';

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

const POINTS: usize = memory.data(72 * 5, 8);
const BASE: usize = memory.data(72, 8);
const SHIFT: usize = memory.data(72, 8);
const ENTRY: usize = memory.data(72, 8);
const MULTIPLES: usize = memory.data(72 * 128, 8);
/** Hashes of one batch, their ZZ and scratch for the inversion. */
const BATCH: i32 = 256;
const SUMS: usize = memory.data(144 * 256, 8);
const PREFIXES: usize = memory.data(36 * 256, 8);
const X: usize = memory.data(36, 8);

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
  for (let i: usize = 0; i < 10; i++) fromBytes(POINTS + FELT * i, PEDERSEN_POINTS + 32 * i);
  doubleAffine(SHIFT, POINTS);
  buildTable(TABLES, POINTS + AFFINE, POINTS + 2 * AFFINE, SHIFT);
  copy(SHIFT, POINTS);
  combine(SHIFT + FELT, POINTS + FELT, -1, POINTS, 0);
  buildTable(TABLES + TABLE_BYTES, POINTS + 3 * AFFINE, POINTS + 4 * AFFINE, SHIFT);
  ready = true;
}

/** Adds (or, for the first, sets) the contribution of one canonical scalar. */
function accumulate(sum: usize, scalar: usize, table: usize, first: bool): void {
  // The rest needs the last carry, and a sum starts with it: digits are cut twice.
  let carry: i32 = 0;
  for (let i = 0, bit: usize = 0; i < WINDOWS; i++, bit += WIDTH) {
    const digit = (<i32>(load<u32>(scalar + (bit >> 3)) >> (bit & 7)) & (2 * HALF - 1)) + carry;
    carry = <i32>(digit > HALF);
  }
  const bit: usize = WINDOWS * WIDTH;
  const rest = (<i32>(load<u32>(scalar + (bit >> 3)) >> (bit & 7)) & (RESTS - 2)) + carry;
  const high = <i32>load<u8>(scalar, 31);
  const entry = table + WINDOWS * WINDOW_BYTES + (high * RESTS + rest) * AFFINE;
  if (first) setAffine(sum, entry);
  else addAffineUnchecked(sum, entry);
  carry = 0;
  let window = table;
  for (let i = 0, bit: usize = 0; i < WINDOWS; i++, bit += WIDTH, window += WINDOW_BYTES) {
    let digit = (<i32>(load<u32>(scalar + (bit >> 3)) >> (bit & 7)) & (2 * HALF - 1)) + carry;
    carry = <i32>(digit > HALF);
    digit -= carry << WIDTH;
    if (digit == 0) continue;
    const negative = digit >>> 31;
    select(ENTRY, window + ((digit ^ -negative) + negative - 1) * AFFINE, negative);
    addAffineUnchecked(sum, ENTRY);
  }
}

/**
 * Hashes `count` pairs (64 bytes each, canonical) at `pairs` into 32 bytes each at `out`, which may
 * be `pairs`. One inversion serves up to 256 hashes.
 */
export function pedersenMany(out: usize, pairs: usize, count: i32): void {
  preparePedersen();
  let left = count;
  while (left > 0) {
    const n = min(left, BATCH);
    let sum = SUMS;
    for (let i = 0; i < n; i++, sum += POINT) {
      accumulate(sum, pairs, TABLES, true);
      accumulate(sum, pairs + 32, TABLES + TABLE_BYTES, false);
      pairs += 64;
    }
    invertBatch(SUMS + 2 * FELT, POINT, n, PREFIXES);
    sum = SUMS;
    for (let i = 0; i < n; i++, sum += POINT) {
      mul(X, sum, sum + 2 * FELT);
      toBytes(out, X);
      out += 32;
    }
    left -= n;
  }
}
