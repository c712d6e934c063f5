// The statement: parsed from its canonical bytes, checked, and turned into the seed of the transcript
// and the values that the AIR uses.
//
// Encoding (integers little-endian, no padding, nothing after the end):
//   u8 version = 1; u8 length and ASCII name of the layout; u8 log2 steps; 32 bytes context
//   6 x u32: initial pc, ap, fp; final pc, ap, fp
//   u8 number of segments, each: u8 name, u32 begin, u32 stop
//   u32 number of pages, each: u32 address, u32 length, length x 32 bytes (big-endian, below P)
import { keccak256 } from '../../field/assembly/keccak';
import {
  BUILTIN_SIZES,
  BUILTINS,
  LAYOUT_NAME,
  UNIFORM_FINAL_AP,
  UNIFORM_FINAL_FP,
  UNIFORM_FINAL_PC,
  UNIFORM_INITIAL_AP,
  UNIFORM_INITIAL_FP,
  UNIFORM_INITIAL_PC,
  UNIFORM_LOOKUP_MEAN,
  UNIFORM_LOOKUP_POINT,
  UNIFORM_LOOKUP_WEIGHT,
} from '../build/assembly/air-constants';
import {
  ACCEPTED,
  BUILTIN_CAPACITY,
  BUILTIN_PARTIAL,
  BUILTIN_UNSUPPORTED,
  CHALLENGE,
  LAYOUT,
  PUBLIC_MEMORY,
  REGISTERS,
  SEGMENTS,
  SIZE,
  STATEMENT_FORMAT,
  STATEMENT_VERSION,
} from '../build/assembly/reasons';
import { start } from './channel';
import {
  add,
  FELT,
  fromBigEndian,
  invert,
  invertBatch,
  isCanonical,
  isZero,
  mul,
  setInteger,
  sub,
  zero,
} from './felt';
import { MAXIMAL_LOG_ROWS, MINIMAL_LOG_ROWS } from './parameters';

const VERSION: i32 = 1;
/** Codes of segment names, in the order of SegmentName (packages/types). */
const FIRST_BUILTIN: i32 = 3;
const SEGMENT_NAMES: i32 = 11;
/** Most builtins of a layout. */
const MOST_BUILTINS: usize = 8;

let bytes: usize = 0;
let size: usize = 0;
let segments: usize = 0;
let segmentCount: i32 = 0;
let pages: usize = 0;
let pageCount: u32 = 0;
/** Address of the first instance and number of instances of each builtin, u32. */
const USES: usize = memory.data(8 * MOST_BUILTINS, 8);

/** log2 of the rows of the parsed statement. */
export let logRows: i32 = 0;
/** Number of public cells of the parsed statement. */
export let publicCells: u32 = 0;

const HEADER: usize = 1 + 5 + 1 + 32 + 24 + 1;
const REGISTERS_AT: usize = 39;

/** Parses and checks; returns a reason, ACCEPTED if the statement is well-formed. */
export function parseStatement(at: usize, length: usize): i32 {
  bytes = at;
  size = length;
  if (length < HEADER) return STATEMENT_FORMAT;
  if (load<u8>(at) != VERSION) return STATEMENT_VERSION;
  if (load<u8>(at, 1) != 4 || load<u32>(at, 2) != LAYOUT_NAME) return LAYOUT;
  logRows = load<u8>(at, 6);
  if (logRows < MINIMAL_LOG_ROWS || logRows > MAXIMAL_LOG_ROWS) return SIZE;
  for (let i: usize = 0; i < 24; i += 4) {
    if (load<u32>(at + REGISTERS_AT + i) >= cells()) return REGISTERS;
  }
  const fault = parseSegments();
  return fault == ACCEPTED ? parsePages() : fault;
}

/** Cells of the memory table: two a row. */
function cells(): u32 {
  return 2 << logRows;
}

function parseSegments(): i32 {
  segmentCount = load<u8>(bytes, HEADER - 1);
  segments = bytes + HEADER;
  pages = segments + 9 * <usize>segmentCount;
  if (pages + 4 > bytes + size) return STATEMENT_FORMAT;
  let seen: u32 = 0;
  let free: u32 = 0;
  memory.fill(USES, 0, 8 * MOST_BUILTINS);
  for (let i = 0; i < segmentCount; i++) {
    const at = segments + 9 * <usize>i;
    const name: i32 = load<u8>(at);
    const begin = load<u32>(at, 1);
    const stop = load<u32>(at, 5);
    if (name >= SEGMENT_NAMES || ((seen >> name) & 1) != 0) return SEGMENTS;
    if (begin < free || stop < begin || stop > cells()) return SEGMENTS;
    seen |= 1 << name;
    free = stop;
    const fault = parseBuiltin(name, begin, stop);
    if (fault != ACCEPTED) return fault;
  }
  return ACCEPTED;
}

/** Checks a builtin's segment against the layout, and notes its instances. */
function parseBuiltin(name: i32, begin: u32, stop: u32): i32 {
  if (name < FIRST_BUILTIN) return ACCEPTED;
  for (let i: usize = 0; i < <usize>BUILTINS; i++) {
    const builtin = BUILTIN_SIZES + 16 * i;
    if (load<i32>(builtin) != name) continue;
    const cells = load<u32>(builtin, 4);
    const instances = (stop - begin) / cells;
    if (instances * cells != stop - begin) return BUILTIN_PARTIAL;
    if (instances > ((<u32>1) << logRows) / load<u32>(builtin, 8)) return BUILTIN_CAPACITY;
    store<u32>(USES + 8 * i, begin);
    store<u32>(USES + 8 * i, instances, 4);
    return ACCEPTED;
  }
  return begin == stop ? ACCEPTED : BUILTIN_UNSUPPORTED;
}

function parsePages(): i32 {
  pageCount = load<u32>(pages);
  pages += 4;
  publicCells = 0;
  const end = bytes + size;
  let at = pages;
  let free: u32 = 0;
  for (let i: u32 = 0; i < pageCount; i++) {
    if (end - at < 8) return STATEMENT_FORMAT;
    const address = load<u32>(at);
    const length = load<u32>(at, 4);
    at += 8;
    if (address < free || address >= cells() || length == 0 || length > cells() - address)
      return PUBLIC_MEMORY;
    free = address + length;
    if (end - at < <usize>length * 32) return STATEMENT_FORMAT;
    publicCells += length;
    for (const stop = at + <usize>length * 32; at < stop; at += 32) {
      if (!isCanonical(at)) return PUBLIC_MEMORY;
    }
  }
  return at == end ? ACCEPTED : STATEMENT_FORMAT;
}

/** Appends a small integer as a 32-byte big-endian word. */
function word(at: usize, value: u64): usize {
  memory.fill(at, 0, 24);
  store<u64>(at, bswap(value), 24);
  return at + 32;
}

/** Bytes of scratch that `seedTranscript` needs. */
export function seedSize(): usize {
  return 32 * (14 + 3 * <usize>segmentCount + 3 * <usize>pageCount);
}

/**
 * Starts the transcript. The seed is a list of 32-byte words: context; layout name; log2 steps; log2
 * blowup, queries, grinding bits; the six registers; number of segments, each name code, begin, stop;
 * number of pages, each address, size, keccak of its values.
 */
export function seedTranscript(logBlowup: i32, queries: i32, grinding: i32, scratch: usize): void {
  memory.copy(scratch, bytes + 7, 32);
  let at = scratch + 32;
  at = word(at, bswap(LAYOUT_NAME));
  at = word(at, logRows);
  at = word(at, logBlowup);
  at = word(at, queries);
  at = word(at, grinding);
  for (let i: usize = 0; i < 24; i += 4) at = word(at, load<u32>(bytes + REGISTERS_AT + i));
  at = word(at, segmentCount);
  for (let i = 0; i < segmentCount; i++) {
    const segment = segments + 9 * <usize>i;
    at = word(at, load<u8>(segment));
    at = word(at, load<u32>(segment, 1));
    at = word(at, load<u32>(segment, 5));
  }
  at = word(at, pageCount);
  let page = pages;
  for (let i: u32 = 0; i < pageCount; i++) {
    const length: usize = load<u32>(page, 4);
    at = word(at, load<u32>(page));
    at = word(at, length);
    keccak256(at, page + 8, 32 * length);
    at += 32;
    page += 8 + 32 * length;
  }
  start(scratch, at - scratch);
}

const TERM: usize = memory.data(36, 8);
const SUM: usize = memory.data(36, 8);

function set(given: usize, index: i32, value: u32): void {
  setInteger(given + <usize>index * FELT, value);
}

/**
 * Fills the given uniforms from the statement; the two lookup challenges are there already. The mean
 * of the fractions is what balances the verifier's own lookups of the public cells:
 * -1/n * sum 1 / (lookup_point - address - lookup_weight * value). `scratch`: 72 bytes a public cell.
 */
export function fillUniforms(given: usize, scratch: usize): i32 {
  const registers = bytes + REGISTERS_AT;
  set(given, UNIFORM_INITIAL_PC, load<u32>(registers));
  set(given, UNIFORM_INITIAL_AP, load<u32>(registers, 4));
  set(given, UNIFORM_INITIAL_FP, load<u32>(registers, 8));
  set(given, UNIFORM_FINAL_PC, load<u32>(registers, 12));
  set(given, UNIFORM_FINAL_AP, load<u32>(registers, 16));
  set(given, UNIFORM_FINAL_FP, load<u32>(registers, 20));
  for (let i: usize = 0; i < <usize>BUILTINS; i++) {
    const rows = load<u32>(USES + 8 * i, 4) * load<u32>(BUILTIN_SIZES + 16 * i, 8);
    const first = load<i32>(BUILTIN_SIZES + 16 * i, 12);
    set(given, first, load<u32>(USES + 8 * i));
    set(given, first + 1, rows);
    set(given, first + 2, rows == 0 ? 0 : 1);
    set(given, first + 3, rows == (<u32>1) << logRows ? 1 : 0);
  }

  const point = given + <usize>UNIFORM_LOOKUP_POINT * FELT;
  const weight = given + <usize>UNIFORM_LOOKUP_WEIGHT * FELT;
  let at = scratch;
  let page = pages;
  for (let i: u32 = 0; i < pageCount; i++) {
    const address = load<u32>(page);
    const length = load<u32>(page, 4);
    page += 8;
    for (let j: u32 = 0; j < length; j++, page += 32, at += FELT) {
      fromBigEndian(at, page);
      mul(at, at, weight);
      setInteger(TERM, address + j);
      add(at, at, TERM);
      sub(at, point, at);
      if (isZero(at)) return CHALLENGE;
    }
  }
  invertBatch(scratch, FELT, publicCells, at);
  zero(SUM);
  for (let term = scratch; term < at; term += FELT) sub(SUM, SUM, term);
  setInteger(TERM, (<i64>1) << logRows);
  invert(TERM, TERM);
  mul(given + <usize>UNIFORM_LOOKUP_MEAN * FELT, SUM, TERM);
  return ACCEPTED;
}
