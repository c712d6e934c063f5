// The trace in the making: where cells are, and what is looked up how often. Cells are written as plain
// integers first and brought into Montgomery form together at the end.
import { VECTOR } from '../../../field/assembly/simd';
import { unpack28 } from '../../../field/assembly/simd-wire';
import { reverseBits, toBytes } from '../felt';

// The run: memory (32 bytes a cell, little-endian), defined (a byte a cell).
let memoryBytes: usize = 0;
let defined: usize = 0;
export let cells: u32 = 0;
// The output.
let trace: usize = 0;
export let logRows: i32 = 0;
let blockBytes: usize = 0;
/** Lookups of each cell of the memory table and of each byte, u32. */
export let cellCounts: usize = 0;
export let byteCounts: usize = 0;

/** The step and the address at fault when `fill` refuses a run. */
export let faultStep: i32 = 0;
export let faultAddress: f64 = 0;

const WORDS: usize = memory.data(40, 8);

/** Starts on a table of 2^bits rows with all counts zero. `counts`: 4 * (2 * 2^bits + 256) bytes. */
export function startCells(
  table: usize,
  bits: i32,
  memoryAt: usize,
  definedAt: usize,
  cellCount: u32,
  counts: usize,
): void {
  trace = table;
  logRows = bits;
  blockBytes = VECTOR << (<usize>bits);
  memoryBytes = memoryAt;
  defined = definedAt;
  cells = cellCount;
  cellCounts = counts;
  byteCounts = counts + (<usize>8 << (<usize>bits));
  memory.fill(counts, 0, (<usize>8 << (<usize>bits)) + 1024);
  faultStep = -1;
  faultAddress = -1;
}

/** Notes where a run was refused. */
export function refuseAt(step: i32): void {
  faultStep = step;
}
export function refuseAddress(address: i64): void {
  faultAddress = <f64>address;
}

/** Whether a cell has a value. */
export function isDefined(address: u32): bool {
  return address < cells && load<u8>(defined + address) != 0;
}

export function place(column: i32, row: i32): usize {
  return (
    trace +
    <usize>(column >> 2) * blockBytes +
    <usize>reverseBits(row, logRows) * VECTOR +
    ((<usize>(column & 3)) << 2)
  );
}

/** Writes an integer below 2^32. */
export function put(column: i32, row: i32, value: u32): void {
  const at = place(column, row);
  store<u32>(at, value & 0xfffffff);
  store<u32>(at, value >> 28, 16);
}

/** Writes a 32-byte little-endian value. */
export function putBytes(column: i32, row: i32, bytes: usize): void {
  unpack28(place(column, row), 16, bytes);
}

export function countCell(address: u32): void {
  const at = cellCounts + 4 * <usize>address;
  store<u32>(at, load<u32>(at) + 1);
}

export function countByte(byte: u32): void {
  const at = byteCounts + 4 * <usize>byte;
  store<u32>(at, load<u32>(at) + 1);
}

/** The bytes of a cell, or 0 if the address has no value. */
export function valueAt(address: i64): usize {
  if (address < 0 || address >= <i64>cells || load<u8>(defined + <usize>address) == 0) {
    refuseAddress(address);
    return 0;
  }
  return memoryBytes + 32 * <usize>address;
}

/** Whether bytes [from, 32) of a value are zero (from: 8, 16). */
export function isShort(bytes: usize, words: i32): bool {
  let high = load<u64>(bytes, 16) | load<u64>(bytes, 24);
  if (words == 1) high |= load<u64>(bytes, 8);
  return high == 0;
}

/** Writes an element. */
export function putFelt(column: i32, row: i32, felt: usize): void {
  toBytes(WORDS, felt);
  putBytes(column, row, WORDS);
}

/** Copies a cell from one row to another. */
export function copyCell(column: i32, from: i32, to: i32): void {
  const source = place(column, from);
  const target = place(column, to);
  for (let k: usize = 0; k < VECTOR; k += 16) store<u32>(target + k, load<u32>(source + k));
}

/**
 * Counts a lookup of an output of a builtin. A run may leave it without a value when it never reads it:
 * then it gets the right one. Returns whether the memory has the cell at all.
 */
export function output(address: u32, bytes: usize): bool {
  if (address >= cells) {
    refuseAddress(address);
    return false;
  }
  if (!load<u8>(defined + address)) {
    memory.copy(memoryBytes + 32 * <usize>address, bytes, 32);
    store<u8>(defined + address, 1);
  }
  countCell(address);
  return true;
}

/** out = bytes >> bits, of 32-byte little-endian integers. `out` has 40 bytes. */
export function shiftRight(out: usize, bytes: usize, bits: i32): void {
  const skip: usize = (<usize>bits) >> 3;
  memory.fill(out, 0, 40);
  memory.copy(out, bytes + skip, 32 - skip);
  const low: u64 = bits & 7;
  if (low == 0) return;
  for (let i: usize = 0; i < 32; i += 8)
    store<u64>(out + i, (load<u64>(out + i) >> low) | (load<u64>(out + i + 8) << (64 - low)));
}
