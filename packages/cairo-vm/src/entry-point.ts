import { BUILTIN_COSTS, BUILTIN_COSTS_SEGMENT, type EntryPoint } from './casm-class.ts';
import { vmError } from './fault.ts';
import type { CairoMachine } from './machine.ts';
import { type Cell, EXECUTION_SEGMENT } from './memory.ts';
import { describe, type MemoryValue, Relocatable } from './values.ts';

/** Gas that the compiled code has already counted for entering it (its first gas withdrawal). */
export const ENTRY_POINT_INITIAL_BUDGET = 10_000n;

/** An entry point about to run: what `finishEntryPoint` needs to read its results. */
export interface EntryPointFrame {
  readonly entryPoint: EntryPoint;
  /** Base of the segment of its syscalls. */
  readonly syscalls: Relocatable;
  readonly calldata: Relocatable;
  /** Gas on the stack. */
  readonly gas: bigint;
}

export interface EntryPointResult {
  /** The panic flag: the call failed, and `retdata` is the panic's data. */
  readonly failed: boolean;
  readonly retdata: bigint[];
  /** Where the return data stands. */
  readonly retdataStart: Relocatable;
  readonly gas: bigint;
}

/**
 * Puts the arguments of an entry point on the stack of a fresh machine and sets its registers
 * (Starknet's calling convention): builtin pointers in the entry point's order, gas, syscall
 * pointer, calldata start and end, return fp, return pc.
 *
 * `gas`: budget of the call; the stack gets it less ENTRY_POINT_INITIAL_BUDGET.
 */
export function startEntryPoint(
  vm: CairoMachine,
  entryPoint: EntryPoint,
  calldata: readonly bigint[],
  gas: bigint,
): EntryPointFrame {
  const { memory } = vm;
  const costs = memory.allocate([...BUILTIN_COSTS]);
  // The class's tail points there: see loadCasmClass.
  if (costs.segment !== BUILTIN_COSTS_SEGMENT) throw new TypeError('the machine is not fresh');
  const syscalls = memory.allocate();
  const data = memory.allocate([...calldata]);
  const end = memory.allocate();
  const budget = gas - ENTRY_POINT_INITIAL_BUDGET;
  const stack: MemoryValue[] = entryPoint.builtins.map((name) =>
    name === 'segment_arena' ? openArena(vm) : memory.builtinBase(name),
  );
  stack.push(budget, syscalls, data, data.plus(calldata.length));
  stack.push(new Relocatable(EXECUTION_SEGMENT, 0), end);
  for (const [offset, value] of stack.entries()) memory.writeAt(EXECUTION_SEGMENT, offset, value);
  vm.endSegment = end.segment;
  vm.pc = entryPoint.offset;
  vm.ap = stack.length;
  vm.fp = stack.length;
  return { entryPoint, syscalls, calldata: data, gas: budget };
}

/** Writes the arena's first instance, [infos, 0, 0], and returns the pointer behind it. */
function openArena(vm: CairoMachine): Relocatable {
  const base = vm.memory.builtinBase('segment_arena');
  vm.memory.write(base, 0, vm.memory.allocate());
  vm.memory.write(base, 1, 0n);
  vm.memory.write(base, 2, 0n);
  return base.plus(3);
}

/**
 * Reads and checks the results of an entry point that returned, within its step limit: end pointers of the builtins exact,
 * dictionaries squashed, syscall pointer at the end of its segment, gas not above the call's budget, return data felts.
 * Throws VM when the code broke a rule.
 */
export function finishEntryPoint(vm: CairoMachine, frame: EntryPointFrame): EntryPointResult {
  const { memory } = vm;
  const fail = (reason: string): never => {
    throw vmError(vm.pc, reason);
  };
  const cell = (distance: number): MemoryValue =>
    (memory.segments[EXECUTION_SEGMENT] as Cell[])[vm.ap - distance] ??
    fail('a return value is missing');
  const [end, start, flag, syscalls, gas] = [cell(1), cell(2), cell(3), cell(4), cell(5)];

  const { builtins } = frame.entryPoint;
  for (const [index, name] of builtins.entries()) {
    const pointer = cell(5 + builtins.length - index);
    const expected = memory.builtinBase(name).plus(memory.builtinCells(name));
    if (!samePointer(pointer, expected)) {
      fail(`${name} ends at ${describe(pointer)}, not at ${describe(expected)}`);
    }
    if (name === 'segment_arena' && !arenaClosed(vm, expected)) {
      fail('a dictionary was not squashed');
    }
  }
  const syscallsEnd = (memory.segments[frame.syscalls.segment] as Cell[]).length;
  if (!samePointer(syscalls, frame.syscalls.plus(syscallsEnd))) {
    fail(`syscalls end at ${describe(syscalls)}, not at ${frame.syscalls.segment}:${syscallsEnd}`);
  }
  // Code that needs less than it was charged for at entry puts the rest back.
  if (typeof gas !== 'bigint' || gas > frame.gas + ENTRY_POINT_INITIAL_BUDGET) {
    fail(`gas grew to ${describe(gas)}`);
  }
  if (flag !== 0n && flag !== 1n) fail(`the panic flag is ${describe(flag)}`);
  try {
    const retdata = memory.felts(start, end);
    memory.extraLimit = vm.stepLimit - vm.steps;
    memory.verify();
    return {
      failed: flag === 1n,
      retdata,
      retdataStart: start as Relocatable,
      gas: gas as bigint,
    };
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
}

/** The last instance of the arena says [infos, allocated, squashed]. */
function arenaClosed(vm: CairoMachine, end: Relocatable): boolean {
  return vm.memory.read(end, -2) === vm.memory.read(end, -1);
}

function samePointer(value: MemoryValue, expected: Relocatable): boolean {
  return (
    typeof value === 'object' &&
    value.segment === expected.segment &&
    value.offset === expected.offset
  );
}
