// The columns of bitwise (src/air/bitwise.ts). Rows of unused instances stay zero.
import {
  COLUMN_BITWISE_AND,
  COLUMN_BITWISE_MULTIPLICITY,
  COLUMN_BITWISE_USED,
  COLUMN_BITWISE_X,
  COLUMN_BITWISE_Y,
} from '../../build/assembly/air-constants';
import { ACCEPTED, TRACE_BITWISE, TRACE_UNDEFINED } from '../../build/assembly/reasons';
import {
  countByte,
  countCell,
  logRows,
  output,
  put,
  putBytes,
  refuseAddress,
  shiftRight,
  valueAt,
} from './fill-cells';

const ROWS: i32 = 64;
const CELLS: u32 = 5;
/** What makes a byte of a nibble below 8 only. */
const TOP_BIAS: u32 = 248;
const AND: usize = memory.data(40, 8);
const OUT: usize = memory.data(40, 8);
const SHIFTED: usize = memory.data(40, 8);
/** Lookups of each pair of nibbles, u32. */
const COUNTS: usize = memory.data(1024, 8);

function count(x: u32, y: u32, times: u32): void {
  const at = COUNTS + 4 * <usize>(x + 16 * y);
  store<u32>(at, load<u32>(at) + times);
}

function nibble(bytes: usize, i: i32): u32 {
  return (load<u8>(bytes + (i >> 1)) >> <u8>(4 * (i & 1))) & 15;
}

function putRunning(column: i32, row: i32, bytes: usize, shift: i32): void {
  shiftRight(SHIFTED, bytes, shift);
  putBytes(column, row, SHIFTED);
}

function fillInstance(instance: i32, address: u32): i32 {
  const x = valueAt(address);
  if (x == 0) return TRACE_UNDEFINED;
  const y = valueAt(address + 1);
  if (y == 0) return TRACE_UNDEFINED;
  for (let cell: u32 = 0; cell < 2; cell++) {
    countCell(address + cell);
    if (load<u8>(cell == 0 ? x : y, 31) < 8) continue;
    refuseAddress(address + cell);
    return TRACE_BITWISE;
  }
  for (let i: usize = 0; i < 32; i += 8) store<u64>(AND + i, load<u64>(x + i) & load<u64>(y + i));
  if (!output(address + 2, AND)) return TRACE_UNDEFINED;
  for (let i: usize = 0; i < 32; i += 8) store<u64>(OUT + i, load<u64>(x + i) ^ load<u64>(y + i));
  if (!output(address + 3, OUT)) return TRACE_UNDEFINED;
  for (let i: usize = 0; i < 32; i += 8) store<u64>(OUT + i, load<u64>(x + i) | load<u64>(y + i));
  if (!output(address + 4, OUT)) return TRACE_UNDEFINED;
  for (let i = 0; i < ROWS; i++) {
    const row = instance * ROWS + i;
    const shift = 4 * (ROWS - 1 - i);
    putRunning(COLUMN_BITWISE_X, row, x, shift);
    putRunning(COLUMN_BITWISE_Y, row, y, shift);
    putRunning(COLUMN_BITWISE_AND, row, AND, shift);
    put(COLUMN_BITWISE_USED, row, 1);
    count(nibble(x, ROWS - 1 - i), nibble(y, ROWS - 1 - i), 1);
  }
  countByte(nibble(x, ROWS - 2) + TOP_BIAS);
  countByte(nibble(y, ROWS - 2) + TOP_BIAS);
  return ACCEPTED;
}

export function fillBitwise(begin: u32, used: i32): i32 {
  const instances = (1 << logRows) / ROWS;
  memory.fill(COUNTS, 0, 1024);
  for (let instance = 0; instance < used; instance++) {
    const fault = fillInstance(instance, begin + CELLS * instance);
    if (fault != ACCEPTED) return fault;
  }
  count(0, 0, ROWS * (instances - used));
  for (let i = 2 * (instances - used); i > 0; i--) countByte(TOP_BIAS);
  // The table repeats; its first copy carries all lookups.
  for (let i = 0; i < 256; i++) put(COLUMN_BITWISE_MULTIPLICITY, i, load<u32>(COUNTS + 4 * <usize>i));
  return ACCEPTED;
}
