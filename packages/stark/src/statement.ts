import {
  type CairoStatement,
  type CairoTrace,
  type Felt,
  PRIME,
  type PublicPage,
  type Registers,
  type SegmentBounds,
  StackError,
} from '@stackctl/types';
import { type Layout, layoutFor } from './air/layouts.ts';
import { FIRST_BUILTIN, SEGMENT_NAMES } from './segment-names.ts';

const VERSION = 1;
/** Bounds of log2 rows (assembly/parameters.ts); the least of a layout may be greater. */
export const MINIMAL_LOG_STEPS = 8;
export const MAXIMAL_LOG_STEPS = 20;
export const CONTEXT_BYTES = 32;

function refuse(reason: string): never {
  throw new StackError('PROVER', { reason });
}

/** A builtin of a layout as a run uses it. */
export interface BuiltinUse {
  /** Address of the first instance; 0 when there is none. */
  readonly begin: number;
  readonly instances: number;
}

/** The cheapest layout that has the builtins that a run uses. */
function layoutOfRun(trace: CairoTrace): Layout {
  const used = trace.segments.flatMap(({ name, begin, stop }) =>
    SEGMENT_NAMES.indexOf(name) >= FIRST_BUILTIN && begin !== stop ? [name] : [],
  );
  return layoutFor(used) ?? refuse(`no layout has all of the builtins ${used.join(', ')}`);
}

/**
 * The uses of a layout's builtins, in its order.
 *
 * @throws StackError PROVER when a segment does not end with an instance.
 */
export function usesOf(trace: CairoTrace, { builtins }: Layout): BuiltinUse[] {
  return builtins.map(({ name, cells }) => {
    const segment = trace.segments.find((other) => other.name === name);
    if (segment === undefined) return { begin: 0, instances: 0 };
    const instances = (segment.stop - segment.begin) / cells;
    if (!Number.isInteger(instances))
      refuse(`the segment of ${name} ends within an instance of ${cells} cells`);
    return { begin: segment.begin, instances };
  });
}

/**
 * log2 of the rows that proving this run takes.
 *
 * @throws StackError PROVER when they are more than 2^20, or no layout has the builtins.
 */
export function logStepsOf(trace: CairoTrace): number {
  const layout = layoutOfRun(trace);
  const uses = usesOf(trace, layout);
  const rows = Math.max(
    trace.steps,
    Math.ceil(trace.defined.length / 2),
    ...layout.builtins.map((builtin, i) => builtin.rows * (uses[i] as BuiltinUse).instances),
  );
  const logRows = Math.max(layout.minimalLogSteps, Math.ceil(Math.log2(rows)));
  if (logRows > MAXIMAL_LOG_STEPS)
    refuse(`a trace of ${rows} rows, at most 2^${MAXIMAL_LOG_STEPS}`);
  return logRows;
}

function registersAt(trace: CairoTrace, step: number): Registers {
  const [pc, ap, fp] = trace.registers.subarray(3 * step, 3 * step + 3);
  return { pc: pc as number, ap: ap as number, fp: fp as number };
}

/** The value of a memory cell of a trace; undefined where it has none. */
export function cellOf(trace: CairoTrace, address: number): Felt | undefined {
  if (trace.defined[address] !== 1) return undefined;
  const { buffer, byteOffset } = trace.memory;
  const view = new DataView(buffer, byteOffset + 32 * address, 32);
  let value = 0n;
  for (let word = 3; word >= 0; word--) value = (value << 64n) | view.getBigUint64(8 * word, true);
  return value;
}

function pageOf(trace: CairoTrace, address: number, length: number): PublicPage {
  const values = Array.from({ length }, (_, i) => {
    const value = cellOf(trace, address + i);
    if (value === undefined) refuse(`public cell ${address + i} has no value`);
    return value;
  });
  return { address, values };
}

/**
 * The statement that proving this run would prove. The layout is the cheapest that has the builtins
 * whose segments are not empty. The number of rows is the least power of two that holds the steps, two
 * memory cells a row, and the instances of each builtin, at least 2^8 (`lite`) or 2^11 (`full`).
 *
 * @throws StackError PROVER for a run that no layout can prove.
 */
export function statementOf(trace: CairoTrace, context: Uint8Array): CairoStatement {
  if (context.length !== CONTEXT_BYTES) refuse(`a context of ${context.length} bytes, not 32`);
  if (trace.steps < 1 || trace.registers.length !== 3 * trace.steps)
    refuse('no steps, or no registers for them');
  if (trace.memory.length !== 32 * trace.defined.length) refuse('memory is not 32 bytes a cell');
  return {
    layout: layoutOfRun(trace).name,
    logSteps: logStepsOf(trace),
    initial: registersAt(trace, 0),
    final: registersAt(trace, trace.steps - 1),
    segments: trace.segments,
    publicMemory: trace.publicPages.map(({ address, length }) => pageOf(trace, address, length)),
    context,
  };
}

/** Writes little-endian integers and big-endian felts. */
class Writer {
  private readonly view: DataView;
  readonly bytes: Uint8Array;
  private at = 0;

  constructor(length: number) {
    this.bytes = new Uint8Array(length);
    this.view = new DataView(this.bytes.buffer);
  }

  integer(value: number, bits: 8 | 32): void {
    if (!Number.isInteger(value) || value < 0 || value >= 2 ** bits)
      throw new RangeError(`${value} is not a u${bits}`);
    if (bits === 8) this.view.setUint8(this.at, value);
    else this.view.setUint32(this.at, value, true);
    this.at += bits / 8;
  }

  raw(bytes: Uint8Array): void {
    this.bytes.set(bytes, this.at);
    this.at += bytes.length;
  }

  felt(value: Felt): void {
    if (value < 0n || value >= PRIME) throw new RangeError('not a felt');
    for (let word = 3; word >= 0; word--, this.at += 8)
      this.view.setBigUint64(this.at, BigInt.asUintN(64, value >> BigInt(64 * word)));
  }
}

/**
 * The canonical bytes of a statement (format: assembly/statement.ts).
 *
 * @throws RangeError when a field does not fit the format; what the format can say is judged by `verify`.
 */
export function encodeStatement(statement: CairoStatement): Uint8Array {
  const { layout, segments, publicMemory, context } = statement;
  const name = new TextEncoder().encode(layout);
  if (context.length !== CONTEXT_BYTES) throw new RangeError('a context has 32 bytes');
  const cells = publicMemory.reduce((sum, page) => sum + 8 + 32 * page.values.length, 0);
  const writer = new Writer(2 + name.length + 1 + 32 + 24 + 1 + 9 * segments.length + 4 + cells);
  writer.integer(VERSION, 8);
  writer.integer(name.length, 8);
  writer.raw(name);
  writer.integer(statement.logSteps, 8);
  writer.raw(context);
  for (const { pc, ap, fp } of [statement.initial, statement.final])
    for (const register of [pc, ap, fp]) writer.integer(register, 32);
  writer.integer(segments.length, 8);
  for (const segment of segments) {
    const code = SEGMENT_NAMES.indexOf(segment.name);
    if (code < 0) throw new RangeError(`no segment ${segment.name}`);
    writer.integer(code, 8);
    writer.integer(segment.begin, 32);
    writer.integer(segment.stop, 32);
  }
  writer.integer(publicMemory.length, 32);
  for (const page of publicMemory) {
    writer.integer(page.address, 32);
    writer.integer(page.values.length, 32);
    for (const value of page.values) writer.felt(value);
  }
  return writer.bytes;
}

/** Parses the canonical bytes of a statement; undefined unless encoding it again gives them back. */
export function decodeStatement(bytes: Uint8Array): CairoStatement | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = 0;
  const u8 = () => view.getUint8(at++);
  const u32 = () => {
    at += 4;
    return view.getUint32(at - 4, true);
  };
  const take = (length: number) => {
    if (length > bytes.length - at) throw new RangeError('truncated');
    at += length;
    return bytes.slice(at - length, at);
  };
  const felt = (): Felt => {
    let value = 0n;
    for (let word = 0; word < 4; word++, at += 8) value = (value << 64n) | view.getBigUint64(at);
    if (value >= PRIME) throw new RangeError('not a felt');
    return value;
  };
  const registers = (): Registers => ({ pc: u32(), ap: u32(), fp: u32() });
  const segment = (): SegmentBounds => {
    const name = SEGMENT_NAMES[u8()];
    if (name === undefined) throw new RangeError('no such segment');
    return { name, begin: u32(), stop: u32() };
  };
  const page = (): PublicPage => {
    const address = u32();
    const length = u32();
    if (32 * length > bytes.length - at) throw new RangeError('truncated');
    return { address, values: Array.from({ length }, felt) };
  };
  const list = <T>(length: number, least: number, item: () => T): T[] => {
    if (least * length > bytes.length - at) throw new RangeError('truncated');
    return Array.from({ length }, item);
  };
  try {
    if (u8() !== VERSION) return undefined;
    const layout = new TextDecoder('utf-8', { fatal: true }).decode(take(u8()));
    const logSteps = u8();
    const context = take(CONTEXT_BYTES);
    const initial = registers();
    const final = registers();
    const segments = list(u8(), 9, segment);
    const publicMemory = list(u32(), 8, page);
    if (at !== bytes.length) return undefined;
    return { layout, logSteps, initial, final, segments, publicMemory, context };
  } catch (error) {
    // The readers above throw RangeError past the end, the decoder TypeError on bad UTF-8.
    if (error instanceof RangeError || error instanceof TypeError) return undefined;
    throw error;
  }
}
