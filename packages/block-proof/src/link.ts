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
  relocate,
  type SyscallHandler,
} from '@stackctl/cairo-vm';
import { type CairoTrace, type EntryPointType, type Felt, StackError } from '@stackctl/types';
import { slotsOf } from './driver.ts';
import { type ClassLookup, findEntryPoint, type LinkedProgram, linkProgram } from './program.ts';
import type { CallPosition, CoveredCall, LinkedRun } from './public-inputs.ts';
import { TraceCells } from './trace-cells.ts';

/** A call as it ran in the block, with what is needed to run it again elsewhere. */
export interface ReplayableCall extends CallPosition {
  readonly classHash: Felt;
  readonly contractAddress: Felt;
  readonly entryPointType: EntryPointType;
  readonly selector: Felt;
  readonly calldata: readonly Felt[];
  /** Gas on the stack at entry. */
  readonly gas: Felt;
  /** Steps that the call took in the block, nested calls apart. */
  readonly steps: number;
  /** A handler for one more run of the call: it answers as the block's run was answered. */
  readonly replay: () => SyscallHandler;
}

/** The linked run, relocated: everything about it but the public pages. */
export interface LinkedTrace {
  readonly trace: CairoTrace;
  readonly cells: TraceCells;
  readonly calls: readonly CoveredCall[];
  readonly run: Omit<LinkedRun, 'logSteps'>;
}

/** The machine's limit counts the work of hints as steps too: it only has to end what would not end. */
const STEP_LIMIT_FACTOR = 1000;

/** Segments that the linked program names, in the order in which they are allocated. */
const COSTS_SEGMENT = FIRST_FREE_SEGMENT;
const syscallsSegment = (call: number): number => FIRST_FREE_SEGMENT + 1 + 2 * call;
const calldataSegment = (call: number): number => FIRST_FREE_SEGMENT + 2 + 2 * call;

/**
 * Runs the calls of a block as one program in proof mode (design: driver.ts). Every call must end as it
 * did in the block, in as many steps; a difference means that the records are wrong.
 * @throws StackError PROVER, VM
 */
export function runLinked(calls: readonly ReplayableCall[], lookup: ClassLookup): LinkedTrace {
  const program = linkPointers(calls, lookup);
  const expectedSteps = calls.reduce((sum, call) => sum + call.steps, program.driver.steps);
  const vm = createProofMachine(new Program(program.cells, shiftedHints(program, lookup)), {
    stepLimit: STEP_LIMIT_FACTOR * expectedSteps,
    syscalls: dispatch(calls),
  });
  allocateInputs(vm, calls);
  vm.pc = 0;
  vm.run();
  vm.memory.verify();
  if (vm.steps !== expectedSteps)
    throw prover(`the linked run took ${vm.steps} steps, the block's calls ${expectedSteps}`);

  const { trace, addressOf } = relocate(vm, { builtins: ['range_check'], publicRanges: [] });
  const cells = new TraceCells(trace);
  const [execution, rangeCheck] = [boundsOf(trace, 'execution'), boundsOf(trace, 'range_check')];
  let slot = execution.begin + 2;
  const covered = calls.map((call, index): CoveredCall => {
    const { takesRangeCheck } = requireEntryPoint(call, lookup);
    const first = slot + (takesRangeCheck ? 1 : 0);
    const rangeCheckEnd = takesRangeCheck ? cells.pointer(slot) : undefined;
    slot += slotsOf(takesRangeCheck);
    const { replay: _replay, calldata, ...rest } = call;
    return {
      ...rest,
      syscalls: addressOf(new Relocatable(syscallsSegment(index), 0)),
      calldata: addressOf(new Relocatable(calldataSegment(index), 0)),
      calldataEnd: addressOf(new Relocatable(calldataSegment(index), calldata.length)),
      result: {
        ...(rangeCheckEnd === undefined ? {} : { rangeCheckEnd }),
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
    calls: covered,
    run: {
      finalAp: trace.registers[trace.registers.length - 2] as number,
      execution,
      rangeCheck,
      builtinCosts: addressOf(new Relocatable(COSTS_SEGMENT, 0)),
    },
  };
}

/** The program with pointers where the verifier's has addresses. */
function linkPointers(
  calls: readonly ReplayableCall[],
  lookup: ClassLookup,
): LinkedProgram<MemoryValue> {
  return linkProgram<MemoryValue>(
    calls.map((call, index) => ({
      classHash: call.classHash,
      entryPoint: requireEntryPoint(call, lookup),
      gas: call.gas,
      syscalls: new Relocatable(syscallsSegment(index), 0),
      calldata: new Relocatable(calldataSegment(index), 0),
      calldataEnd: new Relocatable(calldataSegment(index), call.calldata.length),
    })),
    lookup,
    {
      rangeCheck: new Relocatable(builtinSegment('range_check'), 0),
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

function requireEntryPoint(call: ReplayableCall, lookup: ClassLookup) {
  const casm = lookup(call.classHash);
  const entryPoint =
    casm === undefined ? undefined : findEntryPoint(casm, call.entryPointType, call.selector);
  if (entryPoint === undefined) throw prover('a call has no provable entry point');
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
