// The columns of pedersen (src/air/pedersen.ts). Unused instances hash zeros.
import {
  COLUMN_PEDERSEN_ENTRY_X,
  COLUMN_PEDERSEN_ENTRY_Y,
  COLUMN_PEDERSEN_MULTIPLICITY,
  COLUMN_PEDERSEN_SLOPE,
  COLUMN_PEDERSEN_SUM,
  COLUMN_PEDERSEN_TIGHT,
  COLUMN_PEDERSEN_USED,
  COLUMN_PEDERSEN_X,
  COLUMN_PEDERSEN_Y,
} from '../../build/assembly/air-constants';
import {
  PEDERSEN_START_X,
  PEDERSEN_START_Y,
  PERIODIC_VALUES,
  PERIODIC_VALUES_PEDERSEN_TABLE_X,
  PERIODIC_VALUES_PEDERSEN_TABLE_Y,
} from '../../build/assembly/air-periodic-values';
import { ACCEPTED, TRACE_UNDEFINED } from '../../build/assembly/reasons';
import { copy, fromBytes, invert, mul, square, sub, toBytes } from '../felt';
import {
  copyCell,
  countCell,
  logRows,
  output,
  put,
  putBytes,
  putFelt,
  shiftRight,
  valueAt,
} from './fill-cells';

const ROWS: i32 = 128;
const CELLS: u32 = 3;
const NIBBLES: i32 = 63;
/** Rows of one input. */
const HALF: i32 = 64;
/** Entries of a topmost window, and of the others. */
const TOP_ENTRIES: i32 = 9;
const ENTRIES: i32 = 16;
const HALF_TABLE: i32 = TOP_ENTRIES + (NIBBLES - 1) * ENTRIES;
const TABLE_ROWS: usize = 2048;
/** The topmost nibble of P - 1; it has ones at nibbles 49 and 48, and zeros. */
const TOP_LIMIT: u32 = 8;

const ZERO: usize = memory.data(40, 8);
const SHIFTED: usize = memory.data(40, 8);
const X: usize = memory.data(36, 8);
const Y: usize = memory.data(36, 8);
const PX: usize = memory.data(36, 8);
const PY: usize = memory.data(36, 8);
const SLOPE: usize = memory.data(36, 8);
const T: usize = memory.data(36, 8);
/** Lookups of each entry, u32. */
const COUNTS: usize = memory.data(8192, 8);

/** Number of the entry for a nibble in row `i` of input `input`. */
function entryOf(input: i32, i: i32, nibble: u32): usize {
  const window = i == 0 ? 0 : TOP_ENTRIES + (i - 1) * ENTRIES;
  return input * HALF_TABLE + window + nibble;
}

function count(entry: usize, times: u32): void {
  store<u32>(COUNTS + 4 * entry, load<u32>(COUNTS + 4 * entry) + times);
}

function nibbleOf(bytes: usize, i: i32): u32 {
  const k = NIBBLES - 1 - i;
  return (load<u8>(bytes + (k >> 1)) >> <u8>(4 * (k & 1))) & 15;
}

/** (X, Y) += (PX, PY), SLOPE being the chord's. */
function addEntry(): void {
  sub(SLOPE, X, PX);
  invert(SLOPE, SLOPE);
  sub(T, Y, PY);
  mul(SLOPE, SLOPE, T);
  square(T, SLOPE);
  sub(T, T, X);
  sub(T, T, PX);
  sub(PX, X, T);
  copy(X, T);
  mul(T, SLOPE, PX);
  sub(Y, T, Y);
}

/** The 64 rows of one input. */
function fillInput(first: i32, input: i32, bytes: usize): void {
  let tight: u32 = 0;
  for (let i = 0; i < NIBBLES; i++) {
    const row = first + i;
    const nibble = nibbleOf(bytes, i);
    const entry = entryOf(input, i, nibble);
    const values = PERIODIC_VALUES + 32 * entry;
    count(entry, 1);
    putFelt(COLUMN_PEDERSEN_X, row, X);
    putFelt(COLUMN_PEDERSEN_Y, row, Y);
    putBytes(COLUMN_PEDERSEN_ENTRY_X, row, values + PERIODIC_VALUES_PEDERSEN_TABLE_X);
    putBytes(COLUMN_PEDERSEN_ENTRY_Y, row, values + PERIODIC_VALUES_PEDERSEN_TABLE_Y);
    fromBytes(PX, values + PERIODIC_VALUES_PEDERSEN_TABLE_X);
    fromBytes(PY, values + PERIODIC_VALUES_PEDERSEN_TABLE_Y);
    addEntry();
    putFelt(COLUMN_PEDERSEN_SLOPE, row, SLOPE);
    // After this row.
    const k = NIBBLES - 1 - i;
    const limit: u32 = i == 0 ? TOP_LIMIT : k == 49 || k == 48 ? 1 : 0;
    tight = (i == 0 || tight != 0) && nibble == limit ? 1 : 0;
    put(COLUMN_PEDERSEN_TIGHT, row + 1, tight);
    shiftRight(SHIFTED, bytes, 4 * k);
    putBytes(COLUMN_PEDERSEN_SUM, row + 1, SHIFTED);
  }
  putFelt(COLUMN_PEDERSEN_X, first + NIBBLES, X);
  putFelt(COLUMN_PEDERSEN_Y, first + NIBBLES, Y);
}

function fillHash(first: i32, a: usize, b: usize): void {
  fromBytes(X, PEDERSEN_START_X);
  fromBytes(Y, PEDERSEN_START_Y);
  fillInput(first, 0, a);
  fillInput(first + HALF, 1, b);
}

function fillInstance(first: i32, address: u32): i32 {
  const a = valueAt(address);
  if (a == 0) return TRACE_UNDEFINED;
  const b = valueAt(address + 1);
  if (b == 0) return TRACE_UNDEFINED;
  countCell(address);
  countCell(address + 1);
  fillHash(first, a, b);
  toBytes(SHIFTED, X);
  if (!output(address + 2, SHIFTED)) return TRACE_UNDEFINED;
  for (let row = first; row < first + ROWS; row++) put(COLUMN_PEDERSEN_USED, row, 1);
  return ACCEPTED;
}

/** Fills the instances from row `model` on with the hash of zeros. */
function fillUnused(model: i32): void {
  const n = 1 << logRows;
  if (model == n) return;
  fillHash(model, ZERO, ZERO);
  for (let row = model + ROWS; row < n; row++) {
    const from = model + (row & (ROWS - 1));
    // The inputs and what is tight are zero.
    copyCell(COLUMN_PEDERSEN_X, from, row);
    copyCell(COLUMN_PEDERSEN_Y, from, row);
    copyCell(COLUMN_PEDERSEN_SLOPE, from, row);
    copyCell(COLUMN_PEDERSEN_ENTRY_X, from, row);
    copyCell(COLUMN_PEDERSEN_ENTRY_Y, from, row);
  }
  const copies = (n - model) / ROWS - 1;
  for (let i = 0; i < NIBBLES; i++) {
    count(entryOf(0, i, 0), copies);
    count(entryOf(1, i, 0), copies);
  }
}

export function fillPedersen(begin: u32, used: i32): i32 {
  memory.fill(COUNTS, 0, 4 * TABLE_ROWS);
  for (let instance = 0; instance < used; instance++) {
    const fault = fillInstance(instance * ROWS, begin + CELLS * instance);
    if (fault != ACCEPTED) return fault;
  }
  fillUnused(used * ROWS);
  // The table repeats; its first copy carries all lookups.
  for (let i: usize = 0; i < TABLE_ROWS; i++)
    put(COLUMN_PEDERSEN_MULTIPLICITY, <i32>i, load<u32>(COUNTS + 4 * i));
  return ACCEPTED;
}
