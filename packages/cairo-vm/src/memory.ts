import { BUILTIN_ORDER, type BuiltinName } from '@stackctl/types';
import { BUILTINS, type Builtin } from './builtins/index.ts';
import { checkModulo } from './builtins/modulo.ts';
import { Fault } from './fault.ts';
import { describe, equalValues, MAX_OFFSET, type MemoryValue, Relocatable } from './values.ts';

/** A cell that nothing has written yet is undefined. */
export type Cell = MemoryValue | undefined;

export const PROGRAM_SEGMENT = 0;
export const EXECUTION_SEGMENT = 1;
const OUTPUT_SEGMENT = 2;
const FIRST_BUILTIN_SEGMENT = 3;
/** The first segment that `allocate` gives on a fresh memory. */
export const FIRST_FREE_SEGMENT: number = FIRST_BUILTIN_SEGMENT + BUILTIN_ORDER.length;

/** Segment of a builtin: the same in every run, so that programs can be prepared before it. */
export function builtinSegment(name: BuiltinName | 'output'): number {
  return name === 'output' ? OUTPUT_SEGMENT : FIRST_BUILTIN_SEGMENT + BUILTIN_ORDER.indexOf(name);
}

/** Cells that `move` looks at in about the time of one step. */
const CELLS_MOVED_IN_A_STEP = 8;

/** Segments that one run may have: a bound on what `alloc_segment` in a loop can take. */
const MAX_SEGMENTS = 2 ** 20;

/**
 * Write-once memory in segments (Cairo whitepaper, section 2.6; segments as in section 5). Segment 0
 * is the program, 1 the execution segment (stack), 2 the output, then one a builtin in
 * BUILTIN_ORDER, whether used or not; the rest are allocated on demand.
 *
 * The program segment is read-only: its array may be shared by many runs.
 */
export class Memory {
  readonly segments: Cell[][];
  /** Builtin of a segment, by segment number. */
  readonly #builtins: Array<Builtin | undefined>;
  /**
   * Work that single steps do not show, in steps: deductions of builtins, divisions, costly hints. It
   * counts against the step limit.
   */
  extraSteps = 0;
  /** Deducible cells that the program wrote before they could be deduced: checked by `verify`. */
  readonly #claimed: Array<readonly [segment: number, offset: number]> = [];

  constructor(program: Cell[]) {
    this.segments = [program, [], []];
    this.#builtins = [undefined, undefined, undefined];
    for (const name of BUILTIN_ORDER) {
      this.segments.push([]);
      this.#builtins.push(BUILTINS[name]);
    }
  }

  /** A new segment holding `values` (the array is taken over, not copied). Returns its base. */
  allocate(values: Cell[] = []): Relocatable {
    if (this.segments.length >= MAX_SEGMENTS) throw new Fault('too many memory segments');
    this.segments.push(values);
    return new Relocatable(this.segments.length - 1, 0);
  }

  /**
   * Moves an allocated segment to a place in another one, and with it every pointer into it: from here on
   * the two are one. Throws a Fault when cells of both contradict each other. Takes time for each cell of
   * the memory, which counts against the step limit.
   */
  move(from: number, to: Relocatable): void {
    const movable = (segment: number) =>
      segment >= FIRST_FREE_SEGMENT && segment < this.segments.length;
    if (!movable(from) || !movable(to.segment) || from === to.segment) {
      throw new Fault(`segment ${from} cannot be moved to ${describe(to)}`);
    }
    const moved = this.segments[from] as Cell[];
    this.segments[from] = [];
    moved.forEach((value, offset) => {
      if (value !== undefined) this.write(to, offset, value);
    });
    let visited = 0;
    for (const [segment, cells] of this.segments.entries()) {
      if (segment === PROGRAM_SEGMENT) continue;
      visited += cells.length;
      cells.forEach((value, offset) => {
        if (typeof value === 'object' && value.segment === from) {
          cells[offset] = to.plus(value.offset);
        }
      });
    }
    this.extraSteps += Math.ceil(visited / CELLS_MOVED_IN_A_STEP);
  }

  /** Value of a cell, deduced by its builtin when nothing was written; undefined when unknown. */
  peek(segment: number, offset: number): Cell {
    if (offset < 0) throw new Fault(`read at ${segment}:${offset}, below its segment`);
    const cells = this.segments[segment];
    if (cells === undefined) throw new Fault(`read in segment ${segment}, which does not exist`);
    return cells[offset] ?? this.deduce(segment, offset);
  }

  /** Value of an undefined cell of a builtin segment, when its inputs are known; it is stored. */
  deduce(segment: number, offset: number): Cell {
    const builtin = this.#builtins[segment];
    if (builtin?.deduce === undefined) return undefined;
    const cells = this.segments[segment] as Cell[];
    const value = builtin.deduce(cells, offset);
    if (value === undefined) return undefined;
    this.extraSteps += builtin.steps ?? 0;
    cells[offset] = value;
    return value;
  }

  /** Value at an address. Throws a Fault when it is not known. */
  read(address: Relocatable, distance = 0): MemoryValue {
    const value = this.peek(address.segment, address.offset + distance);
    if (value === undefined) {
      throw new Fault(`unknown cell ${address.segment}:${address.offset + distance}`);
    }
    return value;
  }

  readFelt(address: Relocatable, distance = 0): bigint {
    const value = this.read(address, distance);
    if (typeof value !== 'bigint') {
      throw new Fault(
        `expected a felt at ${describe(address)}+${distance}, got the pointer ${describe(value)}`,
      );
    }
    return value;
  }

  readPointer(address: Relocatable, distance = 0): Relocatable {
    const value = this.read(address, distance);
    if (typeof value === 'bigint') {
      throw new Fault(
        `expected a pointer at ${describe(address)}+${distance}, got ${describe(value)}`,
      );
    }
    return value;
  }

  /** Writes once: a second write of the same value is allowed, of another one is a Fault. */
  write(address: Relocatable, distance: number, value: MemoryValue): void {
    this.writeAt(address.segment, address.offset + distance, value);
  }

  writeAt(segment: number, offset: number, value: MemoryValue): void {
    if (offset < 0 || offset > MAX_OFFSET) {
      throw new Fault(`write at ${segment}:${offset}, outside its segment`);
    }
    const cells = this.segments[segment];
    if (cells === undefined) throw new Fault(`write in segment ${segment}, which does not exist`);
    const present = cells[offset];
    if (present !== undefined) {
      if (!equalValues(present, value)) {
        throw new Fault(
          `cell ${segment}:${offset} holds ${describe(present)}, cannot become ${describe(value)}`,
        );
      }
      return;
    }
    if (segment === PROGRAM_SEGMENT) throw new Fault(`write in the program segment at ${offset}`);
    const builtin = this.#builtins[segment];
    if (builtin !== undefined) {
      builtin.check?.(offset, value);
      if (!builtin.isInput(offset)) this.#claimed.push([segment, offset]);
    }
    cells[offset] = value;
  }

  /**
   * The values of `[start, end)`. Throws a Fault when the ends are not of one segment and in order,
   * or a cell is unknown (so that the length is bounded by what was written).
   */
  range(start: MemoryValue, end: MemoryValue): MemoryValue[] {
    if (typeof start === 'bigint' || typeof end === 'bigint') {
      throw new Fault(`[${describe(start)}, ${describe(end)}) is not a range of cells`);
    }
    if (start.segment !== end.segment || end.offset < start.offset) {
      throw new Fault(`[${describe(start)}, ${describe(end)}) is not a range of cells`);
    }
    const values: MemoryValue[] = [];
    for (let distance = 0; distance < end.offset - start.offset; distance++) {
      values.push(this.read(start, distance));
    }
    return values;
  }

  /** Like `range`, for felts only. */
  felts(start: MemoryValue, end: MemoryValue): bigint[] {
    return this.range(start, end).map((value) => {
      if (typeof value !== 'bigint')
        throw new Fault(`expected a felt, got the pointer ${describe(value)}`);
      return value;
    });
  }

  builtinBase(name: BuiltinName | 'output'): Relocatable {
    return new Relocatable(builtinSegment(name), 0);
  }

  /** Cells used in a builtin's segment, rounded up to whole instances. */
  builtinCells(name: BuiltinName): number {
    const used = (this.segments[builtinSegment(name)] as Cell[]).length;
    const { cells } = BUILTINS[name];
    return Math.ceil(used / cells) * cells;
  }

  /** Complete instances of a builtin. */
  builtinInstances(name: BuiltinName): number {
    return this.builtinCells(name) / BUILTINS[name].cells;
  }

  /**
   * Final check of the builtins: cells that the program wrote itself agree with the rule of their
   * builtin, and every instance is whole. Throws a Fault.
   */
  verify(): void {
    for (const [segment, offset] of this.#claimed) {
      const builtin = this.#builtins[segment] as Builtin;
      const cells = this.segments[segment] as Cell[];
      const start = offset - (offset % builtin.cells);
      const instance = cells.slice(start, start + builtin.cells);
      const claimed = instance[offset - start] as MemoryValue;
      instance[offset - start] = undefined;
      const value = builtin.deduce?.(instance, offset - start);
      if (value === undefined || !equalValues(value, claimed)) {
        throw new Fault(
          `${builtin.name} cell ${segment}:${offset} holds ${describe(claimed)}, not ${describe(value)}`,
        );
      }
    }
    for (const name of BUILTIN_ORDER) this.#completeInstances(name);
    checkModulo(this, 'add_mod');
    checkModulo(this, 'mul_mod');
  }

  #completeInstances(name: BuiltinName): void {
    const builtin = BUILTINS[name];
    const segment = builtinSegment(name);
    const cells = this.segments[segment] as Cell[];
    const used = this.builtinCells(name);
    for (let offset = 0; offset < used; offset++) {
      if (cells[offset] === undefined && this.deduce(segment, offset) === undefined) {
        throw new Fault(`${builtin.name} cell ${segment}:${offset} was skipped`);
      }
    }
  }
}
