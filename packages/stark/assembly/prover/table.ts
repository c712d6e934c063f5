// Tables of columns. A block is four columns: n rows of one vector, the columns in its lanes. A table
// is blocks one after the other. Rows stand in bit-reversed order: row i of the trace is at
// rev(i), and an extended table is its 2^logBlowup cosets one after the other, each in that order,
// which makes it the bit-reversed order of the whole domain.
import { extract, insert, transpose, VECTOR } from '../../../field/assembly/simd';
import { fromWireForm, serialise } from '../../../field/assembly/simd-wire';
import { fromWire, reverseBits, toWire } from '../felt';

/** Row after the one at `position`, cyclically, in a block of 2^logRows. */
export function nextPosition(position: i32, logRows: i32): i32 {
  const next = (reverseBits(position, logRows) + 1) & ((1 << logRows) - 1);
  return reverseBits(next, logRows);
}

/** The four columns of a block in rows position .. position + 3, each as one vector at `out`. */
export function loadRows(out: usize, rows: usize, position: i32): void {
  const at = rows + <usize>position * VECTOR;
  transpose(out, VECTOR, at, at + VECTOR, at + 2 * VECTOR, at + 3 * VECTOR);
}

/** The same for the rows after them. */
export function loadNextRows(out: usize, rows: usize, position: i32, logRows: i32): void {
  transpose(
    out,
    VECTOR,
    rows + <usize>nextPosition(position, logRows) * VECTOR,
    rows + <usize>nextPosition(position + 1, logRows) * VECTOR,
    rows + <usize>nextPosition(position + 2, logRows) * VECTOR,
    rows + <usize>nextPosition(position + 3, logRows) * VECTOR,
  );
}

const WIRE4: usize = memory.data(128, 16);
const SPREAD: usize = memory.data(144, 16);

/** The 36-byte vector form (28-bit limbs, R = 2^252) of a scalar element. */
export function toLimbs28(out: usize, felt: usize): void {
  splatFelt(SPREAD, felt);
  extract(out, SPREAD, 0);
}

/** out = a scalar element in all four lanes. */
export function splatFelt(out: usize, felt: usize): void {
  toWire(WIRE4, felt);
  // Wire bytes are big-endian: limb k starts 28 k bits from the end.
  for (let k: usize = 0; k < 9; k++) {
    let limb: u32 = 0;
    for (let bit: usize = 0; bit < 28 && 28 * k + bit < 256; bit += 4) {
      const from = 28 * k + bit;
      const byte = load<u8>(WIRE4 + 31 - (from >> 3));
      limb |= (<u32>((byte >> <u8>(from & 7)) & 15)) << (<u32>bit);
    }
    v128.store(SPREAD + 16 * k, i32x4.splat(limb));
  }
  fromWireForm(out, SPREAD);
}

/** The scalar form of lane `lane` of a vector. */
export function fromLane(felt: usize, vector: usize, lane: i32): void {
  serialise(WIRE4, vector);
  fromWire(felt, WIRE4 + 32 * <usize>lane);
}

/** Wire form of a cell, 32 bytes: for opening rows and for tests. */
export function readCell(out: usize, block: usize, position: i32, lane: i32): void {
  serialise(WIRE4, block + <usize>position * VECTOR);
  memory.copy(out, WIRE4 + 32 * <usize>lane, 32);
}

/** Sets a cell from a scalar element (tests tamper with traces this way). */
export function writeCell(block: usize, position: i32, lane: i32, felt: usize): void {
  splatFelt(SPREAD, felt);
  extract(WIRE4, SPREAD, 0);
  insert(block + <usize>position * VECTOR, lane, WIRE4);
}

/** Wire forms of one row of a table whose blocks are `stride` bytes apart: 128 bytes a block. */
export function serialiseRow(
  out: usize,
  table: usize,
  stride: usize,
  blocks: i32,
  position: i32,
): void {
  let from = table + <usize>position * VECTOR;
  for (let b = 0; b < blocks; b++, from += stride, out += 128) serialise(out, from);
}
