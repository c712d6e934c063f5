// The rows of mul_mod and add_mod (src/air/modulo.ts, whose schedule this follows). An unused instance is
// 0 op 0 = 0 modulo 0 with n = 1.
import {
  COLUMN_MODULO_ADDRESS_A, COLUMN_MODULO_ADDRESS_B, COLUMN_MODULO_ADDRESS_C, COLUMN_MODULO_LIMBS,
  COLUMN_MODULO_LOW, COLUMN_MODULO_TOTAL, COLUMN_MODULO_U, COLUMN_MODULO_W, COLUMN_MODULO_X, COLUMN_MODULO_Y,
} from '../../build/assembly/air-constants';
import { ACCEPTED, TRACE_MODULO, TRACE_UNDEFINED } from '../../build/assembly/reasons';
import { add, copy, FELT, fromBytes, invert, mul, setInteger, sub, toBytes, zero } from '../felt';
import { countByte, countCell, isShort, logRows, put, putBytes, putFelt, refuseAddress, shiftRight, valueAt } from './fill-cells';

const ROWS: i32 = 128;
const CELLS: u32 = 7;
const WORDS: i32 = 4;
/** 32-bit digits of a word, of a number, of a product. */
const DIGITS: i32 = 3;
const NUMBER: i32 = 12;
const WIDE: i32 = 25;

const P: usize = memory.data(100, 8);
const A: usize = memory.data(100, 8);
const B: usize = memory.data(100, 8);
const C: usize = memory.data(100, 8);
const D: usize = memory.data(100, 8);
const Q: usize = memory.data(100, 8);
const R: usize = memory.data(100, 8);
const BYTES: usize = memory.data(40, 8);
const SHIFTED: usize = memory.data(40, 8);
const TOTAL: usize = memory.data(36, 8);
const X: usize = memory.data(36, 8);
const Y: usize = memory.data(36, 8);
const T: usize = memory.data(36, 8);
const WORD: usize = memory.data(36, 8);
const WORD_INVERSE: usize = memory.data(36, 8);

function digit(a: usize, i: i32): u64 {
  return load<u32>(a + 4 * <usize>i);
}

/** a -= b; whether it was not negative (if it was, a is not to be used). */
function subtract(a: usize, b: usize): bool {
  let borrow: i64 = 0;
  for (let i = 0; i < WIDE; i++) {
    const d = <i64>digit(a, i) - <i64>digit(b, i) + borrow;
    store<u32>(a + 4 * <usize>i, <u32>d);
    borrow = d >> 32;
  }
  return borrow == 0;
}

function isBelow(a: usize, b: usize): bool {
  for (let i = WIDE - 1; i >= 0; i--) if (digit(a, i) != digit(b, i)) return digit(a, i) < digit(b, i);
  return false;
}

function isNothing(a: usize, from: i32): bool {
  for (let i = from; i < WIDE; i++) if (digit(a, i) != 0) return false;
  return true;
}

function combine(isProduct: bool): void {
  memory.fill(D, 0, 100);
  if (isProduct) {
    for (let i = 0; i < NUMBER; i++) {
      let over: u64 = 0;
      for (let j = 0; j < NUMBER; j++) {
        const at = D + 4 * <usize>(i + j);
        over += digit(A, i) * digit(B, j) + load<u32>(at);
        store<u32>(at, <u32>over);
        over >>= 32;
      }
      store<u32>(D + 4 * <usize>(i + NUMBER), <u32>over);
    }
  } else {
    let over: u64 = 0;
    for (let i = 0; i <= NUMBER; i++) {
      over += digit(A, i) + digit(B, i);
      store<u32>(D + 4 * <usize>i, <u32>over);
      over >>= 32;
    }
  }
}

/** Q = (A op B - C) / P; whether there is such a quotient. Long division, a bit at a time. */
function findQuotient(isProduct: bool): bool {
  combine(isProduct);
  memory.fill(Q, 0, 100);
  memory.fill(R, 0, 100);
  if (!subtract(D, C)) return false;
  if (isNothing(D, 0)) return true;
  if (isNothing(P, 0)) return false;
  for (let bit = 32 * (WIDE - 1) - 1; bit >= 0; bit--) {
    let over = (digit(D, bit >> 5) >> (bit & 31)) & 1;
    for (let i = 0; i < WIDE; i++) {
      const doubled = (digit(R, i) << 1) | over;
      store<u32>(R + 4 * <usize>i, <u32>doubled);
      over = doubled >> 32;
    }
    if (isBelow(R, P)) continue;
    subtract(R, P);
    const at = Q + 4 * <usize>(bit >> 5);
    store<u32>(at, load<u32>(at) | (1 << (bit & 31)));
  }
  if (!isNothing(R, 0)) return false;
  return isProduct ? isNothing(Q, NUMBER) : isNothing(Q, 1) && digit(Q, 0) < 2;
}

/** The four words at an address; a reason. `used`: 0 for an instance without memory. */
function readNumber(out: usize, address: u32): i32 {
  memory.fill(out, 0, 100);
  for (let i: u32 = 0; i < <u32>WORDS; i++) {
    const value = valueAt(address + i);
    if (value == 0) return TRACE_UNDEFINED;
    if (!isShort(value, 2) || load<u32>(value, 12) != 0) {
      refuseAddress(address + i);
      return TRACE_MODULO;
    }
    memory.copy(out + 4 * <usize>DIGITS * i, value, 4 * DIGITS);
  }
  return ACCEPTED;
}

/** A cell that holds an address or a count: below 2^32; -1 otherwise. */
function small(address: u32): i64 {
  const value = valueAt(address);
  if (value == 0 || !isShort(value, 1) || load<u64>(value) >> 32 != 0) {
    refuseAddress(address);
    return -1;
  }
  return <i64>load<u64>(value);
}

/** BYTES = word i of a number. */
function word(number: usize, i: i32): void {
  memory.fill(BYTES, 0, 40);
  memory.copy(BYTES, number + 4 * <usize>(DIGITS * i), 4 * DIGITS);
}

function putWord(column: i32, row: i32, number: usize, i: i32): void {
  word(number, i);
  putBytes(column, row, BYTES);
}

function felt(out: usize, number: usize, i: i32): void {
  word(number, i);
  fromBytes(out, BYTES);
}

/** Rows first + 1 to first + count: the limbs of BYTES, most significant first. */
function putLimbs(first: i32, count: i32): void {
  for (let i = 0; i < count; i++) {
    shiftRight(SHIFTED, BYTES, 16 * (count - 1 - i));
    putBytes(COLUMN_MODULO_LIMBS, first + i + 1, SHIFTED);
    put(COLUMN_MODULO_LOW, first + i, load<u8>(SHIFTED));
    countByte(load<u8>(SHIFTED));
    countByte(load<u8>(SHIFTED, 1));
  }
}

/** TOTAL becomes its carry, whose limbs (with the bias 2^bits) end in `row`. */
function carry(row: i32, count: i32, bits: i32): void {
  mul(T, TOTAL, WORD_INVERSE);
  copy(TOTAL, T);
  memory.fill(BYTES, 0, 40);
  store<u32>(BYTES + ((bits >> 5) << 2), 1 << (bits & 31));
  fromBytes(X, BYTES);
  add(X, X, TOTAL);
  toBytes(BYTES, X);
  putLimbs(row - count, count);
}

let atA: i64 = 0;
let atB: i64 = 0;
let atC: i64 = 0;

function putOperands(row: i32, i: i32, j: i32, begin: u32, used: bool): void {
  putWord(COLUMN_MODULO_X, row, A, i);
  putWord(COLUMN_MODULO_Y, row, B, j);
  putWord(COLUMN_MODULO_U, row, P, i);
  if (!used) return;
  countCell(<u32>atA + i);
  countCell(<u32>atB + j);
  countCell(begin + i);
}

function subtractResult(row: i32, k: i32, used: bool): void {
  putWord(COLUMN_MODULO_X, row, C, k);
  felt(X, C, k);
  sub(TOTAL, TOTAL, X);
  if (used) countCell(<u32>atC + k);
}

function putTotal(row: i32): void {
  putFelt(COLUMN_MODULO_TOTAL, row, TOTAL);
}

function multiply(first: i32, begin: u32, used: bool): void {
  for (let j = 0; j < WORDS; j++) {
    const row = first + 8 + 6 * j;
    word(Q, j);
    putBytes(COLUMN_MODULO_W, row + 6, BYTES);
    putLimbs(row, 6);
  }
  zero(TOTAL);
  for (let k = 0; k < 2 * WORDS - 1; k++) {
    const block = first + 33 + 8 * k;
    let row = block;
    for (let i = max(0, k - WORDS + 1); i <= min(k, WORDS - 1); i++, row++) {
      putTotal(row);
      putOperands(row, i, k - i, begin, used);
      putWord(COLUMN_MODULO_W, row, Q, k - i);
      felt(X, A, i);
      felt(Y, B, k - i);
      mul(T, X, Y);
      add(TOTAL, TOTAL, T);
      felt(X, P, i);
      felt(Y, Q, k - i);
      mul(T, X, Y);
      sub(TOTAL, TOTAL, T);
    }
    if (k < WORDS) {
      putTotal(row);
      subtractResult(row, k, used);
      row++;
    }
    if (k == 2 * WORDS - 2) putTotal(row);
    else {
      for (; row <= block + 7; row++) putTotal(row);
      carry(block + 7, 7, 111);
    }
  }
}

function sum(first: i32, begin: u32, used: bool): void {
  zero(TOTAL);
  for (let k = 0; k < WORDS; k++) {
    const row = first + 92 + 3 * k;
    putTotal(row);
    putOperands(row, k, k, begin, used);
    felt(X, A, k);
    add(TOTAL, TOTAL, X);
    felt(X, B, k);
    add(TOTAL, TOTAL, X);
    if (load<u32>(Q) != 0) {
      felt(X, P, k);
      sub(TOTAL, TOTAL, X);
    }
    putTotal(row + 1);
    subtractResult(row + 1, k, used);
    putTotal(row + 2);
    if (k + 1 < WORDS) carry(row + 2, 1, 15);
  }
  for (let row = first + 92; row < first + 104; row++) put(COLUMN_MODULO_W, row, load<u32>(Q));
}

/** Cell `cell` of an instance, as a felt. */
function cellFelt(out: usize, begin: u32, cell: u32, used: bool): i32 {
  if (!used) {
    setInteger(out, cell == 6 ? 1 : 0);
    return ACCEPTED;
  }
  const value = valueAt(begin + cell);
  if (value == 0) return TRACE_UNDEFINED;
  fromBytes(out, value);
  return ACCEPTED;
}

function header(first: i32, begin: u32, offsets: u32, goesOn: bool, used: bool): i32 {
  for (let i = 0; i < 9; i++) {
    const cell: u32 = i < 4 ? i : i < 7 ? 4 : i - 2;
    const fault = cellFelt(X, begin, cell, used);
    if (fault != ACCEPTED) return fault;
    putFelt(COLUMN_MODULO_U, first + i, X);
    setInteger(T, cell == 5 ? 3 : cell == 6 ? -1 : 0);
    add(X, X, T);
    putFelt(COLUMN_MODULO_Y, first + i, X);
    if (goesOn) {
      const next = valueAt(begin + CELLS + cell);
      if (next == 0) return TRACE_UNDEFINED;
      toBytes(BYTES, X);
      if (memory.compare(BYTES, next, 32) != 0) {
        refuseAddress(begin + CELLS + cell);
        return TRACE_MODULO;
      }
      put(COLUMN_MODULO_W, first + i, 1);
      countCell(begin + CELLS + cell);
    }
    if (used) countCell(begin + cell);
    if (i < 4 || i > 7) continue;
    put(COLUMN_MODULO_TOTAL, first + i, offsets);
    if (i == 7 || !used) continue;
    putBytes(COLUMN_MODULO_X, first + i, valueAt(offsets + i - 4));
    countCell(offsets + i - 4);
  }
  return ACCEPTED;
}

function fillInstance(instance: i32, begin: u32, isProduct: bool, used: bool): i32 {
  const first = instance * ROWS;
  let offsets: i64 = 0;
  let goesOn = false;
  memory.fill(P, 0, 100);
  memory.fill(A, 0, 100);
  memory.fill(B, 0, 100);
  memory.fill(C, 0, 100);
  memory.fill(Q, 0, 100);
  atA = atB = atC = 0;
  if (used) {
    let fault = readNumber(P, begin);
    if (fault != ACCEPTED) return fault;
    const values = small(begin + 4);
    offsets = small(begin + 5);
    const n = small(begin + 6);
    if (values < 0 || offsets < 0 || n < 0) return TRACE_MODULO;
    goesOn = n != 1;
    const i = small(<u32>offsets);
    const j = small(<u32>offsets + 1);
    const k = small(<u32>offsets + 2);
    if (i < 0 || j < 0 || k < 0) return TRACE_MODULO;
    atA = values + i;
    atB = values + j;
    atC = values + k;
    fault = readNumber(A, <u32>atA);
    if (fault == ACCEPTED) fault = readNumber(B, <u32>atB);
    if (fault == ACCEPTED) fault = readNumber(C, <u32>atC);
    if (fault != ACCEPTED) return fault;
    if (!findQuotient(isProduct)) {
      refuseAddress(begin);
      return TRACE_MODULO;
    }
  }
  const from = first + (isProduct ? 0 : 83);
  const to = first + (isProduct ? 82 : 103);
  const fault = header(from, begin, <u32>offsets, goesOn, used);
  if (fault != ACCEPTED) return fault;
  for (let row = from + 4; row <= to; row++) {
    put(COLUMN_MODULO_ADDRESS_A, row, <u32>atA);
    put(COLUMN_MODULO_ADDRESS_B, row, <u32>atB);
    put(COLUMN_MODULO_ADDRESS_C, row, <u32>atC);
  }
  if (isProduct) multiply(first, begin, used);
  else sum(first, begin, used);
  return ACCEPTED;
}

/** Fills the rows of all instances, the first `used` from memory. */
export function fillModulo(begin: u32, used: i32, isProduct: bool, usedColumn: i32): i32 {
  setInteger(WORD, <i64>1 << 48);
  mul(WORD, WORD, WORD);
  invert(WORD_INVERSE, WORD);
  for (let instance = 0; instance < (1 << logRows) / ROWS; instance++) {
    const isUsed = instance < used;
    const fault = fillInstance(instance, begin + CELLS * instance, isProduct, isUsed);
    if (fault != ACCEPTED) return fault;
    if (!isUsed) continue;
    for (let i = 0; i < ROWS; i++) put(usedColumn, instance * ROWS + i, 1);
  }
  return ACCEPTED;
}
