// From a Cairo run to the main columns: the CPU, memory, and range checks. Other builtins have files of
// their own.
import {
  COLUMN_AP,
  COLUMN_BYTE_MULTIPLICITY,
  COLUMN_DST,
  COLUMN_FLAGS_0,
  COLUMN_FP,
  COLUMN_INDEX,
  COLUMN_MEMORY_EVEN,
  COLUMN_MEMORY_ODD,
  COLUMN_MULTIPLICITY_EVEN,
  COLUMN_MULTIPLICITY_ODD,
  COLUMN_OFF_DST,
  COLUMN_OFF_DST_LOW,
  COLUMN_OFF_OP0,
  COLUMN_OFF_OP0_LOW,
  COLUMN_OFF_OP1,
  COLUMN_OFF_OP1_LOW,
  COLUMN_OP0,
  COLUMN_OP1,
  COLUMN_PC,
  COLUMN_RANGE_CHECK_LOW,
  COLUMN_RANGE_CHECK_SUM,
  COLUMN_RANGE_CHECK_USED,
  COLUMN_RES,
  MAIN_BLOCKS,
} from '../../build/assembly/air-constants';
import {
  ACCEPTED,
  TRACE_INSTRUCTION,
  TRACE_RANGE,
  TRACE_UNDEFINED,
} from '../../build/assembly/reasons';
import { fillBuiltins } from '../../build/assembly/fill-builtins';
import { VECTOR } from '../../../field/assembly/simd';
import { toMontgomery } from '../../../field/assembly/simd-wire';
import { add, FELT, fromBytes, invertBatch, isZero, mul, toBytes } from '../felt';
import {
  byteCounts,
  cellCounts,
  countByte,
  countCell,
  isDefined,
  isShort,
  logRows,
  put,
  putBytes,
  refuseAddress,
  refuseAt,
  startCells,
  valueAt,
} from './fill-cells';

const FLAG_COUNT: i32 = 15;
const BIAS: i64 = 32768;
const ROWS_PER_INSTANCE: i32 = 8;

// The run: registers (3 u32 a step).
let steps: i32 = 0;
let registers: usize = 0;
/** Rows of jnz steps with dst != 0 (u32) and their dst (elements), to be inverted together. */
let jumps: i32 = 0;
let jumpRows: usize = 0;
let jumpValues: usize = 0;

const BYTES: usize = memory.data(40, 8);
const A: usize = memory.data(36, 8);
const B: usize = memory.data(36, 8);

/** Scratch of `fill` for n rows: counts of 2 n cells and 256 bytes; rows and values of jumps, prefixes. */
export function fillScratch(n: i32): usize {
  return 4 * (2 * <usize>n + 256) + <usize>n * (4 + 2 * FELT) + 64;
}

function putOffset(column: i32, lowColumn: i32, row: i32, offset: u32): void {
  put(column, row, offset);
  put(lowColumn, row, offset & 255);
  countByte(offset & 255);
  countByte(offset >> 8);
}

/** One row of the CPU (Cairo whitepaper, section 4.5). */
function fillStep(row: i32, step: i32): i32 {
  const state = registers + 12 * <usize>step;
  const pc = load<u32>(state);
  const ap: i64 = load<u32>(state, 4);
  const fp: i64 = load<u32>(state, 8);
  const code = valueAt(pc);
  if (code == 0) return TRACE_UNDEFINED;
  const instruction = load<u64>(code);
  if (!isShort(code, 1) || instruction >> 63 != 0) {
    refuseAddress(pc);
    return TRACE_INSTRUCTION;
  }
  const offDst = <u32>(instruction & 0xffff);
  const offOp0 = <u32>((instruction >> 16) & 0xffff);
  const offOp1 = <u32>((instruction >> 32) & 0xffff);
  const flags = <u32>(instruction >> 48);

  const dstAddress = ((flags & 1) != 0 ? fp : ap) + <i64>offDst - BIAS;
  const dst = valueAt(dstAddress);
  if (dst == 0) return TRACE_UNDEFINED;
  const op0Address = ((flags & 2) != 0 ? fp : ap) + <i64>offOp0 - BIAS;
  const op0 = valueAt(op0Address);
  if (op0 == 0) return TRACE_UNDEFINED;
  let base: i64;
  if (flags & 4) base = pc;
  else if (flags & 8) base = fp;
  else if (flags & 16) base = ap;
  else base = isShort(op0, 1) && load<u64>(op0) <= 0xffffffff ? <i64>load<u64>(op0) : -1 << 40;
  const op1Address = base + <i64>offOp1 - BIAS;
  const op1 = valueAt(op1Address);
  if (op1 == 0) return TRACE_UNDEFINED;
  countCell(pc);
  countCell(<u32>dstAddress);
  countCell(<u32>op0Address);
  countCell(<u32>op1Address);

  put(COLUMN_PC, row, pc);
  put(COLUMN_AP, row, <u32>ap);
  put(COLUMN_FP, row, <u32>fp);
  for (let i = 0; i < FLAG_COUNT; i++) put(COLUMN_FLAGS_0 + i, row, flags >> i);
  putOffset(COLUMN_OFF_DST, COLUMN_OFF_DST_LOW, row, offDst);
  putOffset(COLUMN_OFF_OP0, COLUMN_OFF_OP0_LOW, row, offOp0);
  putOffset(COLUMN_OFF_OP1, COLUMN_OFF_OP1_LOW, row, offOp1);
  putBytes(COLUMN_DST, row, dst);
  putBytes(COLUMN_OP0, row, op0);
  putBytes(COLUMN_OP1, row, op1);
  fillResult(row, flags, dst, op0, op1);
  return ACCEPTED;
}

/** res; in a jnz, the inverse of dst (later). */
function fillResult(row: i32, flags: u32, dst: usize, op0: usize, op1: usize): void {
  if (flags & 0x200) {
    fromBytes(A, dst);
    if (isZero(A)) return;
    store<u32>(jumpRows + 4 * <usize>jumps, row);
    memory.copy(jumpValues + FELT * <usize>jumps, A, FELT);
    jumps++;
  } else if (flags & 0x4000) {
    // An assert_eq that holds has res = dst; one that does not must fail whatever stands here.
    putBytes(COLUMN_RES, row, dst);
  } else if (flags & 0x60) {
    fromBytes(A, op0);
    fromBytes(B, op1);
    if (flags & 0x20) add(A, A, B);
    else mul(A, A, B);
    toBytes(BYTES, A);
    putBytes(COLUMN_RES, row, BYTES);
  } else {
    putBytes(COLUMN_RES, row, op1);
  }
}

function fillJumps(prefixes: usize): void {
  invertBatch(jumpValues, FELT, jumps, prefixes);
  for (let i = 0; i < jumps; i++) {
    toBytes(BYTES, jumpValues + FELT * <usize>i);
    putBytes(COLUMN_RES, load<u32>(jumpRows + 4 * <usize>i), BYTES);
  }
}

/** The range_check instances: limbs, most significant first, and the running value. */
function fillRangeChecks(begin: u32, used: i32): i32 {
  const n = 1 << logRows;
  for (let instance = 0; instance < n / ROWS_PER_INSTANCE; instance++) {
    memory.fill(BYTES, 0, 40);
    if (instance < used) {
      const address = begin + instance;
      const value = valueAt(address);
      if (value == 0) return TRACE_UNDEFINED;
      if (!isShort(value, 2)) {
        refuseAddress(address);
        return TRACE_RANGE;
      }
      memory.copy(BYTES, value, 16);
      countCell(address);
    }
    const low = load<u64>(BYTES);
    const high = load<u64>(BYTES, 8);
    for (let i = 0; i < ROWS_PER_INSTANCE; i++) {
      const row = instance * ROWS_PER_INSTANCE + i;
      // The running value is the top i + 1 of eight 16-bit limbs: a shift right by 16 (7 - i).
      const shift = 16 * (ROWS_PER_INSTANCE - 1 - i);
      store<u64>(
        BYTES,
        shift >= 64
          ? high >> (shift - 64)
          : shift == 0
            ? low
            : (low >> shift) | (high << (64 - shift)),
      );
      store<u64>(BYTES, shift >= 64 ? 0 : high >> shift, 8);
      putBytes(COLUMN_RANGE_CHECK_SUM, row, BYTES);
      if (instance < used) put(COLUMN_RANGE_CHECK_USED, row, 1);
      // The limb's low byte stands in the row before, beside the step that makes it.
      const limb = <u32>load<u16>(BYTES);
      put(COLUMN_RANGE_CHECK_LOW, (row - 1) & (n - 1), limb & 255);
      countByte(limb & 255);
      countByte(limb >> 8);
    }
  }
  return ACCEPTED;
}

/** The memory table, the byte table's multiplicities and the row numbers. */
function fillTables(): void {
  const n = 1 << logRows;
  for (let row = 0; row < n; row++) {
    put(COLUMN_INDEX, row, row);
    const even: u32 = (<u32>row) << 1;
    if (isDefined(even)) putBytes(COLUMN_MEMORY_EVEN, row, valueAt(even));
    if (isDefined(even + 1)) putBytes(COLUMN_MEMORY_ODD, row, valueAt(even + 1));
    put(COLUMN_MULTIPLICITY_EVEN, row, load<u32>(cellCounts + 4 * even));
    put(COLUMN_MULTIPLICITY_ODD, row, load<u32>(cellCounts + 4 * (even + 1)));
  }
  // The byte table repeats; its first copy carries all lookups.
  for (let byte = 0; byte < 256; byte++)
    put(COLUMN_BYTE_MULTIPLICITY, byte, load<u32>(byteCounts + 4 * byte));
}

/** Brings `rows` vectors of plain limbs into Montgomery form. */
export function convert(rows: usize, count: i32): void {
  for (let at = rows, end = rows + <usize>count * VECTOR; at < end; at += VECTOR)
    toMontgomery(at, at);
}

/**
 * Fills the main blocks of a trace of 2^bits rows. `publicRuns`: pairs of u32 (address, length), each
 * cell of which the verifier looks up once. `uses`: for each builtin of the layout u32 (address of the
 * first instance, number of instances). Memory is completed where builtins imply it. Values are left as
 * plain limbs: `convert` has to follow. Returns a reason.
 */
export function fill(
  table: usize,
  bits: i32,
  stepCount: i32,
  registersAt: usize,
  memoryAt: usize,
  definedAt: usize,
  cellCount: u32,
  publicRuns: usize,
  runCount: i32,
  uses: usize,
  scratch: usize,
): i32 {
  const n = 1 << bits;
  startCells(table, bits, memoryAt, definedAt, cellCount, scratch);
  steps = stepCount;
  registers = registersAt;
  jumpRows = scratch + 8 * <usize>n + 1024;
  jumpValues = jumpRows + 4 * <usize>n;
  const prefixes = jumpValues + FELT * <usize>n;
  jumps = 0;
  memory.fill(table, 0, <usize>MAIN_BLOCKS * VECTOR << (<usize>bits));

  for (let row = 0; row < n; row++) {
    const fault = fillStep(row, min(row, steps - 1));
    if (fault != ACCEPTED) {
      refuseAt(row);
      return fault;
    }
  }
  fillJumps(prefixes);
  let fault = fillRangeChecks(load<u32>(uses), load<u32>(uses, 4));
  if (fault != ACCEPTED) return fault;
  fault = fillBuiltins(uses);
  if (fault != ACCEPTED) return fault;
  for (let i = 0; i < runCount; i++) {
    const address = load<u32>(publicRuns + 8 * <usize>i);
    const length = load<u32>(publicRuns + 8 * <usize>i, 4);
    for (let j: u32 = 0; j < length; j++) countCell(address + j);
  }
  fillTables();
  return ACCEPTED;
}
