import { BUILTIN_COSTS, ENTRY_POINT_INITIAL_BUDGET } from '@stackctl/cairo-vm';
import type { BuiltinUses } from '@stackctl/execution';
import { type BuiltinName, isStackError } from '@stackctl/types';
import { BuiltinPointers } from './builtins.ts';
import { checkArena } from './check-arena.ts';
import { type ClassLookup, findEntryPoint } from './program.ts';
import type { Part, ProvenCall } from './public-inputs.ts';
import { rejected } from './public-memory.ts';
import { type Cells, readTranscript } from './transcript.ts';
import type { VerifiedCall } from './verified-call.ts';

/** A part of the public inputs with its memory: public cells for a verifier, all for the prover. */
export interface ReadablePart extends Pick<Part, 'calls'> {
  readonly run: Pick<Part['run'], 'builtins' | 'builtinCosts'>;
  readonly cells: Cells;
}

/**
 * Reads what the calls of a block did from the memory of its parts, and checks what can be said of memory
 * alone: the table of builtin costs, builtin pointers, squashed dictionaries, syscall segments that are
 * exactly requests and responses, gas that does not grow.
 *
 * The prover runs this function too, over its whole memory, and publishes the cells that it read: so the
 * two cannot drift apart.
 *
 * @throws StackError PROOF_REJECTED
 */
export function readCalls(parts: readonly ReadablePart[], lookup: ClassLookup): VerifiedCall[] {
  const made = callsMade(parts.flatMap((part) => part.calls));
  const calls: VerifiedCall[] = [];
  for (const { calls: own, run, cells } of parts) {
    for (const [index, cost] of BUILTIN_COSTS.entries())
      if (cells.at(run.builtinCosts + index) !== cost)
        throw rejected('the table of builtin costs is another');
    const pointers = new BuiltinPointers(run.builtins);
    const arenaEnds: number[] = [];
    for (const call of own) {
      const index = calls.length;
      labelled(`call ${index}`, () => {
        const names = builtinsOf(call, lookup);
        const builtinUses = usesOf(call, names, pointers);
        const arena = names.indexOf('segment_arena');
        if (arena >= 0) arenaEnds.push(call.result.builtins[arena] as number);
        calls.push(readCall(call, index, builtinUses, cells, made[index] ?? new Map()));
      });
    }
    const arena = run.builtins.find(({ name }) => name === 'segment_arena');
    if (arena !== undefined) checkArena(cells, arena.begin, arenaEnds);
  }
  return calls;
}

function readCall(
  call: ProvenCall,
  index: number,
  builtinUses: BuiltinUses,
  cells: Cells,
  made: ReadonlyMap<number, number>,
): VerifiedCall {
  const { result } = call;
  const initialGas = call.gas + ENTRY_POINT_INITIAL_BUDGET;
  // What it was charged at entry and did not need comes back.
  if (result.gas > initialGas) throw rejected('it returns more gas than it was given');
  const syscalls = readTranscript(cells, call.syscalls, result.syscallsEnd, made);
  const last = Math.max(-1, ...made.keys());
  if (last >= syscalls.length) throw rejected('a call is made by a syscall that is not there');
  return {
    index,
    parent: call.parent,
    parentSyscall: call.parentSyscall,
    transaction: call.transaction,
    phase: call.phase,
    classHash: call.classHash,
    contractAddress: call.contractAddress,
    callerAddress: call.callerAddress,
    entryPointType: call.entryPointType,
    callType: call.callType,
    selector: call.selector,
    calldata: cells.range(call.calldata, call.calldataEnd),
    initialGas,
    gasLeft: result.gas,
    steps: call.steps,
    builtinUses,
    failed: result.failed,
    retdata: cells.range(result.retdata, result.retdataEnd),
    syscalls,
  };
}

/** For each call, the calls that its syscalls made. */
function callsMade(calls: readonly ProvenCall[]): Array<Map<number, number>> {
  const made = calls.map(() => new Map<number, number>());
  for (const [index, { parent, parentSyscall }] of calls.entries())
    if (parent !== undefined && parentSyscall !== undefined)
      made[parent]?.set(parentSyscall, index);
  return made;
}

function builtinsOf(call: ProvenCall, lookup: ClassLookup): readonly BuiltinName[] {
  const casm = lookup(call.classHash);
  const entryPoint = casm && findEntryPoint(casm, call.entryPointType, call.selector);
  if (entryPoint === undefined) throw rejected('its class has no such entry point');
  if (entryPoint.builtins.length !== call.result.builtins.length)
    throw rejected('its builtins are not those of its entry point');
  return entryPoint.builtins;
}

/** Instances that the call used: how far it moved each pointer. */
function usesOf(
  call: ProvenCall,
  names: readonly BuiltinName[],
  pointers: BuiltinPointers,
): BuiltinUses {
  const uses: Partial<Record<BuiltinName, number>> = {};
  for (const [index, name] of names.entries()) {
    const instances = pointers.advance(name, call.result.builtins[index] as number);
    // Run on its own, as in the block, a call is given the first instance of the arena.
    const given = name === 'segment_arena' ? 1 : 0;
    if (instances + given > 0) uses[name] = instances + given;
  }
  return uses;
}

/** Names the call in the reason of its rejection. */
export function labelled(label: string, check: () => void): void {
  try {
    check();
  } catch (error) {
    if (!isStackError(error, 'PROOF_REJECTED')) throw error;
    throw rejected(`${label}: ${error.facts.reason}`);
  }
}
