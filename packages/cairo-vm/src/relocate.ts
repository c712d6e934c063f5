import { type CairoTrace, PRIME, type SegmentBounds, type SegmentName } from '@stackctl/types';
import { Fault, vmError } from './fault.ts';
import type { CairoMachine } from './machine.ts';
import { builtinSegment, EXECUTION_SEGMENT, PROGRAM_SEGMENT } from './memory.ts';
import { describe, equalValues, type MemoryValue, Relocatable } from './values.ts';

export interface RelocateOptions {
  /** Builtins that the layout is to know, used or not: their bounds go into `segments`. */
  readonly builtins: ReadonlyArray<Exclude<SegmentName, 'program' | 'execution'>>;
  /** Cells to be made public, besides the program. Disjoint. */
  readonly publicRanges: ReadonlyArray<{ readonly start: Relocatable; readonly length: number }>;
  /**
   * Segments that are laid over another place instead of having one of their own, by segment
   * number: "this return buffer is that callee's data". Cells that both hold must agree. The target
   * must itself have a place of its own.
   */
  readonly aliases?: ReadonlyMap<number, Relocatable>;
  /** Segments, by number, that get an unused cell behind them: the next one does not begin at their end. */
  readonly apart?: ReadonlySet<number>;
}

/** Where segments are in the flat memory. */
export interface Relocation {
  readonly trace: CairoTrace;
  /** Flat address of a pointer. */
  readonly addressOf: (pointer: Relocatable) => number;
}

/** Cells of a flat memory: 2^26 take 2 GiB, more than a prover here can hold. */
const MAX_CELLS = 2 ** 26;

/**
 * Lays the segments of a recorded run out in one memory (addresses from 1: program, execution,
 * builtins, then the rest by number), and turns pointers into addresses. Throws VM when the memory
 * is too large or an alias contradicts its target.
 */
export function relocate(vm: CairoMachine, options: RelocateOptions): Relocation {
  const { log, memory } = vm;
  if (log === null) throw new TypeError('the run was not recorded: set `record`');
  const aliases = options.aliases ?? new Map<number, Relocatable>();
  const sizes = memory.segments.map((cells) => cells.length);
  for (const [segment, target] of aliases) {
    if (aliases.has(target.segment)) throw new TypeError('an alias of an alias');
    const needed = target.offset + (sizes[segment] ?? 0);
    sizes[target.segment] = Math.max(sizes[target.segment] ?? 0, needed);
    sizes[segment] = 0;
  }
  const bases: number[] = [];
  let next = 1;
  for (const [segment, size] of sizes.entries()) {
    bases.push(next);
    next += size + (options.apart?.has(segment) === true ? 1 : 0);
    if (next > MAX_CELLS) throw vmError(vm.pc, `the memory has more than ${MAX_CELLS} cells`);
  }
  const addressOf = (pointer: Relocatable): number => {
    const target = aliases.get(pointer.segment);
    const base = bases[target?.segment ?? pointer.segment];
    if (base === undefined) throw vmError(vm.pc, `pointer ${describe(pointer)} has no segment`);
    return base + (target?.offset ?? 0) + pointer.offset;
  };

  const flat = new FlatMemory(next);
  const copied = new Map<number, MemoryValue>();
  for (const [segment, cells] of memory.segments.entries()) {
    const start = addressOf(new Relocatable(segment, 0));
    const shared = aliases.size > 0 && isShared(segment, aliases);
    // forEach skips holes, and does so quickly in a sparse array.
    cells.forEach((value, offset) => {
      if (value === undefined) return;
      const address = start + offset;
      const felt = typeof value === 'bigint' ? value : BigInt(addressOf(value));
      if (shared) {
        const present = copied.get(address);
        if (present !== undefined && !equalValues(present, felt)) {
          throw vmError(vm.pc, `alias of segment ${segment} contradicts the cell at ${address}`);
        }
        copied.set(address, felt);
      }
      flat.set(address, felt);
    });
  }

  const bounds = (name: SegmentName, segment: number): SegmentBounds => {
    const begin = bases[segment] as number;
    return { name, begin, stop: begin + (sizes[segment] as number) };
  };
  const programLength = memory.segments[PROGRAM_SEGMENT]?.length ?? 0;
  const publicPages = [
    { address: bases[PROGRAM_SEGMENT] as number, length: programLength },
    ...options.publicRanges.map(({ start, length }) => ({ address: addressOf(start), length })),
  ].sort((a, b) => a.address - b.address);
  for (let i = 1; i < publicPages.length; i++) {
    const [before, page] = [publicPages[i - 1], publicPages[i]] as [Page, Page];
    if (before.address + before.length > page.address) throw new TypeError('public pages overlap');
  }
  return {
    addressOf,
    trace: {
      steps: log.length / 3,
      registers: relocateRegisters(
        log.values.subarray(0, log.length),
        bases[PROGRAM_SEGMENT] as number,
        bases[EXECUTION_SEGMENT] as number,
      ),
      memory: flat.bytes,
      defined: flat.defined,
      segments: [
        bounds('program', PROGRAM_SEGMENT),
        bounds('execution', EXECUTION_SEGMENT),
        ...options.builtins
          .map((name) => bounds(name, builtinSegment(name)))
          .sort((a, b) => a.begin - b.begin),
      ],
      publicPages,
    },
  };
}

type Page = CairoTrace['publicPages'][number];

function isShared(segment: number, aliases: ReadonlyMap<number, Relocatable>): boolean {
  if (aliases.has(segment)) return true;
  for (const target of aliases.values()) if (target.segment === segment) return true;
  return false;
}

function relocateRegisters(
  offsets: Uint32Array,
  programBase: number,
  executionBase: number,
): Uint32Array {
  const registers = new Uint32Array(offsets.length);
  for (let i = 0; i < offsets.length; i += 3) {
    registers[i] = (offsets[i] as number) + programBase;
    registers[i + 1] = (offsets[i + 1] as number) + executionBase;
    registers[i + 2] = (offsets[i + 2] as number) + executionBase;
  }
  return registers;
}

/** 32 little-endian bytes a cell, written as four 64-bit limbs. */
class FlatMemory {
  readonly bytes: Uint8Array;
  readonly defined: Uint8Array;
  readonly #view: DataView;

  constructor(cells: number) {
    this.bytes = new Uint8Array(cells * 32);
    this.defined = new Uint8Array(cells);
    this.#view = new DataView(this.bytes.buffer);
  }

  set(address: number, value: bigint): void {
    if (value < 0n || value >= PRIME) throw new Fault('a cell is no canonical felt');
    this.defined[address] = 1;
    const at = address * 32;
    for (let limb = 0, rest = value; rest > 0n; limb++, rest >>= 64n) {
      this.#view.setBigUint64(at + 8 * limb, BigInt.asUintN(64, rest), true);
    }
  }
}
