import {
  BUILTIN_COSTS,
  builtinSegment,
  type CairoMachine,
  createProofMachine,
  FIRST_FREE_SEGMENT,
  type Hint,
  type MemoryValue,
  Program,
  Relocatable,
  type Relocation,
  relocate,
  type SyscallHandler,
} from '@stackctl/cairo-vm';
import {
  BUILTIN_ORDER,
  type BuiltinName,
  type CairoTrace,
  type Felt,
  StackError,
} from '@stackctl/types';
import { AIR_BUILTINS, BUILTIN_CELLS, type BuiltinSegment, firstPointer } from './builtins.ts';
import { slotsOf } from './driver.ts';
import {
  type ClassLookup,
  findEntryPoint,
  type LinkedProgram,
  linkProgram,
  type ProvableEntryPoint,
} from './program.ts';
import type { CallIdentity, LinkedRun, ProvenCall } from './public-inputs.ts';
import { FRAME_HEADER } from './statement.ts';
import { TraceCells } from './trace-cells.ts';

/** A call as it ran in the block, with what is needed to run it again elsewhere. */
export interface ReplayableCall extends CallIdentity {
  readonly calldata: readonly Felt[];
  /** A handler for one more run of the call: it answers as the block's run was answered. */
  readonly replay: () => SyscallHandler;
}

/** A part's linked run, relocated: everything about it but its size for the STARK and the public pages. */
export interface LinkedTrace {
  readonly trace: CairoTrace;
  readonly cells: TraceCells;
  readonly calls: readonly ProvenCall[];
  readonly run: Omit<LinkedRun, 'logSteps' | 'layout'>;
}

/** The machine's limit counts the work of hints as steps too: it only has to end what would not end. */
const STEP_LIMIT_FACTOR = 1000;

/** Segments that the linked program names, in the order in which they are allocated. */
const COSTS_SEGMENT = FIRST_FREE_SEGMENT;
const syscallsSegment = (call: number): number => FIRST_FREE_SEGMENT + 1 + 2 * call;
const calldataSegment = (call: number): number => FIRST_FREE_SEGMENT + 2 + 2 * call;

/**
 * Runs consecutive calls of a block as one program in proof mode (design: driver.ts). Every call must end
 * as it did in the block, in as many steps; a difference means that the records are wrong.
 * @throws StackError PROVER, VM
 */
export function runLinked(calls: readonly ReplayableCall[], lookup: ClassLookup): LinkedTrace {
  const entryPoints = calls.map((call) => requireEntryPoint(call, lookup));
  const program = linkPointers(calls, entryPoints, lookup);
  const expectedSteps = calls.reduce((sum, call) => sum + call.steps, program.driver.steps);
  const vm = createProofMachine(new Program(program.cells, shiftedHints(program, lookup)), {
    stepLimit: STEP_LIMIT_FACTOR * expectedSteps,
    syscalls: dispatch(calls),
  });
  allocateInputs(vm, calls);
  const taken = BUILTIN_ORDER.filter((name) =>
    entryPoints.some(({ builtins }) => builtins.includes(name)),
  );
  if (taken.includes('segment_arena')) openArena(vm);
  vm.pc = 0;
  vm.run();
  vm.memory.verify();
  if (vm.steps !== expectedSteps)
    throw prover(`the linked run took ${vm.steps} steps, the block's calls ${expectedSteps}`);

  const relocation = relocate(vm, {
    builtins: AIR_BUILTINS.filter((name) => taken.includes(name)),
    publicRanges: [],
    apart: dictionarySegments(vm),
  });
  const { trace, addressOf } = relocation;
  const cells = new TraceCells(trace);
  const execution = boundsOf(trace, 'execution');
  let slot = execution.begin + FRAME_HEADER;
  const proven = calls.map((call, index): ProvenCall => {
    const builtins = (entryPoints[index] as ProvableEntryPoint).builtins.map((_, at) =>
      cells.pointer(slot + at),
    );
    const first = slot + builtins.length;
    slot += slotsOf({ builtins: (entryPoints[index] as ProvableEntryPoint).builtins });
    const { replay: _replay, calldata, ...identity } = call;
    return {
      ...identity,
      syscalls: addressOf(new Relocatable(syscallsSegment(index), 0)),
      calldata: addressOf(new Relocatable(calldataSegment(index), 0)),
      calldataEnd: addressOf(new Relocatable(calldataSegment(index), calldata.length)),
      result: {
        builtins,
        gas: cells.at(first),
        syscallsEnd: cells.pointer(first + 1),
        failed: cells.at(first + 2) === 1n,
        retdata: cells.pointer(first + 3),
        retdataEnd: cells.pointer(first + 4),
      },
    };
  });
  return {
    trace,
    cells,
    calls: proven,
    run: {
      finalAp: trace.registers[trace.registers.length - 2] as number,
      execution,
      builtins: taken.map((name) => segmentOf(vm, relocation, name)),
      builtinCosts: addressOf(new Relocatable(COSTS_SEGMENT, 0)),
    },
  };
}

/** The program with pointers where the verifier's has addresses. */
function linkPointers(
  calls: readonly ReplayableCall[],
  entryPoints: readonly ProvableEntryPoint[],
  lookup: ClassLookup,
): LinkedProgram<MemoryValue> {
  return linkProgram<MemoryValue>(
    calls.map((call, index) => ({
      classHash: call.classHash,
      entryPoint: entryPoints[index] as ProvableEntryPoint,
      gas: call.gas,
      syscalls: new Relocatable(syscallsSegment(index), 0),
      calldata: new Relocatable(calldataSegment(index), 0),
      calldataEnd: new Relocatable(calldataSegment(index), call.calldata.length),
    })),
    lookup,
    {
      builtin: (name) => new Relocatable(builtinSegment(name), firstPointer({ name, begin: 0 })),
      builtinCosts: new Relocatable(COSTS_SEGMENT, 0),
    },
  );
}

/** Allocates what the program's words point to, in the order that the segment numbers above assume. */
function allocateInputs(vm: CairoMachine, calls: readonly ReplayableCall[]): void {
  const bases = [vm.memory.allocate([...BUILTIN_COSTS])];
  for (const call of calls) {
    bases.push(vm.memory.allocate());
    bases.push(vm.memory.allocate([...call.calldata]));
  }
  for (const [index, base] of bases.entries())
    if (base.segment !== FIRST_FREE_SEGMENT + index) throw prover('segments are out of order');
}

/** Writes the arena's first instance: [infos, 0 dictionaries, 0 squashed]. */
function openArena({ memory }: CairoMachine): void {
  const base = memory.builtinBase('segment_arena');
  for (const [offset, value] of [memory.allocate(), 0n, 0n].entries())
    memory.write(base, offset, value);
}

/**
 * The segments of the dictionaries. They are laid out with a cell between: the end of one must not be the
 * start of another, or squashing one could pass for squashing the other (checkArena).
 */
function dictionarySegments({ memory }: CairoMachine): Set<number> {
  const [infos] = memory.segments[builtinSegment('segment_arena')] ?? [];
  const cells = typeof infos === 'object' ? (memory.segments[infos.segment] ?? []) : [];
  const starts = cells.filter((_, index) => index % BUILTIN_CELLS.segment_arena === 0);
  return new Set(starts.flatMap((start) => (typeof start === 'object' ? [start.segment] : [])));
}

function segmentOf(vm: CairoMachine, { addressOf }: Relocation, name: BuiltinName): BuiltinSegment {
  const begin = addressOf(vm.memory.builtinBase(name));
  return { name, begin, stop: begin + vm.memory.builtinCells(name) };
}

/** Hands each syscall to the call in whose segment its request stands. */
function dispatch(calls: readonly ReplayableCall[]): SyscallHandler {
  const handlers = calls.map((call) => call.replay());
  return {
    handle(vm, selector, pointer) {
      const handler = handlers[(pointer.segment - syscallsSegment(0)) / 2];
      if (handler === undefined) throw prover('a syscall came from outside the calls');
      handler.handle(vm, selector, pointer);
    },
  };
}

function shiftedHints(
  program: LinkedProgram<MemoryValue>,
  lookup: ClassLookup,
): Map<number, readonly Hint[]> {
  const hints = new Map<number, readonly Hint[]>();
  for (const [classHash, base] of program.classes)
    for (const [pc, list] of lookup(classHash)?.hints ?? []) hints.set(base + pc, list);
  return hints;
}

function requireEntryPoint(call: ReplayableCall, lookup: ClassLookup): ProvableEntryPoint {
  const casm = lookup(call.classHash);
  const entryPoint =
    casm === undefined ? undefined : findEntryPoint(casm, call.entryPointType, call.selector);
  if (entryPoint === undefined) throw prover('a call has no entry point');
  return entryPoint;
}

function boundsOf(trace: CairoTrace, name: string): { begin: number; stop: number } {
  const segment = trace.segments.find((candidate) => candidate.name === name);
  if (segment === undefined) throw prover(`the trace has no ${name} segment`);
  return { begin: segment.begin, stop: segment.stop };
}

function prover(reason: string): StackError<'PROVER'> {
  return new StackError('PROVER', { reason });
}
