import { BUILTIN_COSTS } from '@stackctl/cairo-vm';
import { type CairoStatement, type CairoTrace, isStackError, StackError } from '@stackctl/types';
import { type BlockFacts, callAt, type TracedCall } from './block-facts.ts';
import { checkCall } from './check-call.ts';
import { checkIdentity, checkShape, comesBefore } from './check-shape.ts';
import { driverSteps, MAX_SLOTS, slotsOf } from './driver.ts';
import { type LinkedTrace, type ReplayableCall, runLinked } from './link.ts';
import { type ClassLookup, findEntryPoint } from './program.ts';
import type { CoveredCall, PublicInputs } from './public-inputs.ts';
import { contextOf, encodePublicInputs } from './public-inputs-codec.ts';
import { joinRanges } from './public-memory.ts';
import { deriveStatement, FRAME_HEADER } from './statement.ts';

/** A block with the records of its run. */
export interface ExecutedCalls {
  readonly facts: BlockFacts;
  /** Steps of all calls of the block, the failed and the reverted ones too. */
  readonly executedSteps: number;
  /** The calls that can be run again, in any order; those that cannot be proven are left out here. */
  readonly calls: readonly ReplayableCall[];
}

export interface PrepareOptions {
  /** Rows that the proof may have, a power of two; calls that do not fit are not covered. */
  readonly maxSteps: number;
  /**
   * log2 of the rows that the prover will give a trace (its memory and its range checks take rows too).
   * Throws StackError PROVER when they are too many for it.
   */
  readonly logStepsOf: (trace: CairoTrace) => number;
}

/** What goes to the prover, and what is stored beside its proof. */
export interface PreparedBlock {
  readonly trace: CairoTrace;
  readonly statement: CairoStatement;
  readonly inputs: PublicInputs;
  /** The public-inputs file. */
  readonly publicInputs: Uint8Array;
  readonly context: Uint8Array;
}

/**
 * Turns an executed block into a trace and the statement that it proves:
 * 1. choose the calls to cover;
 * 2. run them as one program;
 * 3. run the verifier's checks over the whole memory: the cells that they read become public;
 * 4. write the public inputs; their digest binds the proof.
 *
 * @throws StackError PROVER when the records contradict the block, VM
 */
export function prepareBlock(
  block: ExecutedCalls,
  lookup: ClassLookup,
  options: PrepareOptions,
): PreparedBlock {
  const { linked, logSteps } = linkWithin(block, lookup, options);
  const { facts } = block;
  const inputs: PublicInputs = {
    chainId: facts.chainId,
    blockNumber: facts.header.number,
    blockHash: facts.header.hash,
    parentHash: facts.header.parentHash,
    transactionHashes: facts.transactionHashes,
    executedSteps: block.executedSteps,
    calls: linked.calls,
    run: { logSteps, ...linked.run },
    pages: publicPages(linked, facts),
  };
  checkShape(inputs);
  checkIdentity(inputs, facts);
  const publicInputs = encodePublicInputs(inputs);
  const context = contextOf(publicInputs);
  const statement = deriveStatement(inputs, lookup, context);
  const publicMemory = statement.publicMemory;
  const trace = {
    ...linked.trace,
    publicPages: publicMemory.map(({ address, values }) => ({ address, length: values.length })),
  };
  return { trace, statement, inputs, publicInputs, context };
}

/** Links as many calls as give a trace within the bound: mostly all, and in one attempt. */
function linkWithin(block: ExecutedCalls, lookup: ClassLookup, options: PrepareOptions) {
  for (let budget = options.maxSteps; ; budget = Math.floor(budget / 2)) {
    const calls = selectCalls(block, lookup, budget);
    const linked = runLinked(calls, lookup);
    try {
      const logSteps = options.logStepsOf(linked.trace);
      if (2 ** logSteps <= options.maxSteps || calls.length === 0) return { linked, logSteps };
    } catch (error) {
      if (!isStackError(error, 'PROVER') || calls.length === 0) throw error;
    }
  }
}

/**
 * The calls to cover, in the order of the block: those whose entry point the layout proves and that the
 * block's traces show, as long as the steps (and the driver's slots) last.
 */
export function selectCalls(
  block: ExecutedCalls,
  lookup: ClassLookup,
  maxSteps: number,
): ReplayableCall[] {
  const ordered = [...block.calls].sort((left, right) => (comesBefore(left, right) ? -1 : 1));
  let steps = driverSteps([]);
  let slots = 0;
  return ordered.filter((call) => {
    const casm = lookup(call.classHash);
    if (casm === undefined) return false;
    const entryPoint = findEntryPoint(casm, call.entryPointType, call.selector);
    if (entryPoint === undefined || callAt(block.facts, call) === undefined) return false;
    const added = call.steps + driverSteps([entryPoint]) - driverSteps([]);
    const addedSlots = slotsOf(entryPoint.takesRangeCheck);
    if (steps + added > maxSteps || slots + addedSlots > MAX_SLOTS) return false;
    steps += added;
    slots += addedSlots;
    return true;
  });
}

/** Every cell that the verifier's checks read, but for the program and the driver's frame. */
function publicPages({ cells, calls, run, trace }: LinkedTrace, facts: BlockFacts) {
  cells.forget();
  cells.range(run.builtinCosts, run.builtinCosts + BUILTIN_COSTS.length);
  for (const call of calls) checkAgainstBlock(call, facts, cells);
  const frame = calls.reduce(
    (sum, call) => sum + slotsOf(call.result.rangeCheckEnd !== undefined),
    FRAME_HEADER,
  );
  const program = trace.segments[0] as { begin: number; stop: number };
  const derived = [program, { begin: run.execution.begin, stop: run.execution.begin + frame }];
  return joinRanges(cells.readRanges().flatMap((range) => subtract(range, derived))).map(
    ({ begin, stop }) => ({ address: begin, values: cells.range(begin, stop) }),
  );
}

/** The verifier's checks; a contradiction here means wrong records, not a bad proof. */
function checkAgainstBlock(
  call: CoveredCall,
  facts: BlockFacts,
  cells: LinkedTrace['cells'],
): void {
  try {
    checkCall(call, callAt(facts, call) as TracedCall, facts, cells);
  } catch (error) {
    const where = `transaction ${call.transaction}, ${call.phase} ${call.path.join('.')}`;
    const reason = error instanceof Error ? error.message : String(error);
    throw new StackError('PROVER', { reason: `${where}: ${reason}` }, { cause: error });
  }
}

/** The parts of a range that lie in none of the others (which are disjoint). */
function subtract(
  range: { begin: number; stop: number },
  others: ReadonlyArray<{ readonly begin: number; readonly stop: number }>,
): Array<{ begin: number; stop: number }> {
  return others
    .reduce<Array<{ begin: number; stop: number }>>(
      (parts, other) =>
        parts.flatMap(({ begin, stop }) => [
          { begin, stop: Math.min(stop, Math.max(begin, other.begin)) },
          { begin: Math.max(begin, Math.min(stop, other.stop)), stop },
        ]),
      [{ ...range }],
    )
    .filter(({ begin, stop }) => begin < stop);
}
