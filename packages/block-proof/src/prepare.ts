import { type CairoStatement, type CairoTrace, isStackError, StackError } from '@stackctl/types';
import type { BlockFacts } from './block-facts.ts';
import { checkCalls } from './check-calls.ts';
import { checkIdentity, checkShape } from './check-shape.ts';
import { MAX_SLOTS, slotsOfAll } from './driver.ts';
import type { BlockCalls } from './from-execution.ts';
import { type LinkedTrace, type ReplayableCall, runLinked } from './link.ts';
import { type ClassLookup, findEntryPoint } from './program.ts';
import type { LinkedRun, Part, PublicInputs } from './public-inputs.ts';
import { contextOf, digestOf, encodePublicInputs } from './public-inputs-codec.ts';
import { joinRanges } from './public-memory.ts';
import { readCalls } from './read-calls.ts';
import { deriveStatement, FRAME_HEADER, slotsOfCall } from './statement.ts';

/** A block with the records of its run. */
export interface ExecutedCalls extends BlockCalls {
  readonly facts: BlockFacts;
}

/** What a trace takes in the STARK: its layout and log2 of its rows. */
export type TraceShape = Pick<LinkedRun, 'layout' | 'logSteps'>;

export interface PrepareOptions {
  /** Rows that one STARK may have, a power of two: a block that needs more is proven in parts. */
  readonly maxSteps: number;
  /**
   * The shape that the prover will give a trace (its memory and its builtins take rows too).
   * Throws StackError PROVER when they are too many for it.
   */
  readonly shapeOf: (trace: CairoTrace) => TraceShape;
}

/** What goes to the prover for one part. */
export interface PreparedPart {
  readonly trace: CairoTrace;
  readonly statement: CairoStatement;
  readonly context: Uint8Array;
}

/** What goes to the prover, part by part, and what is stored beside its proofs. */
export interface PreparedBlock {
  readonly parts: readonly PreparedPart[];
  readonly inputs: PublicInputs;
  /** The public-inputs file. */
  readonly publicInputs: Uint8Array;
}

/**
 * Turns an executed block into traces and the statements that they prove:
 * 1. cut its calls into parts that fit, and run each part as one program;
 * 2. run the verifier's checks over the whole memory: the cells that they read become public;
 * 3. write the public inputs; their digest binds the proofs.
 *
 * @throws StackError PROVER when the records contradict the block or one call does not fit, VM
 */
export function prepareBlock(
  block: ExecutedCalls,
  lookup: ClassLookup,
  options: PrepareOptions,
): PreparedBlock {
  const { facts, stopped } = block;
  const linked = linkParts(block.calls, lookup, options);
  const pages = publicPages(linked, block, lookup);
  const parts = linked.map(({ calls, run, shape }, index): Part => {
    return { calls, run: { ...run, ...shape }, pages: pages[index] ?? [] };
  });
  const inputs: PublicInputs = {
    chainId: facts.chainId,
    blockNumber: facts.header.number,
    blockHash: facts.header.hash,
    parentHash: facts.header.parentHash,
    transactionHashes: facts.transactionHashes,
    stopped,
    parts,
  };
  ofProver(() => checkShape(inputs));
  ofProver(() => checkIdentity(inputs, facts));
  const publicInputs = encodePublicInputs(inputs);
  const digest = digestOf(publicInputs);
  const prepared = parts.map((part, index): PreparedPart => {
    const context = contextOf(digest, index);
    const statement = deriveStatement(part, lookup, context);
    const publicPages = statement.publicMemory.map(({ address, values }) => ({
      address,
      length: values.length,
    }));
    return { trace: { ...(linked[index] as LinkedPart).trace, publicPages }, statement, context };
  });
  return { parts: prepared, inputs, publicInputs };
}

interface LinkedPart extends LinkedTrace {
  readonly shape: TraceShape;
}

/** One part when it fits, as mostly; otherwise the calls are halved by their steps, and so on. */
function linkParts(
  calls: readonly ReplayableCall[],
  lookup: ClassLookup,
  options: PrepareOptions,
): LinkedPart[] {
  const linked = linkWithin(calls, lookup, options);
  if (linked !== undefined) return [linked];
  const cut = middleOf(calls);
  return [calls.slice(0, cut), calls.slice(cut)].flatMap((half) =>
    linkParts(half, lookup, options),
  );
}

/** The calls as one part; undefined when they do not fit and are more than one. */
function linkWithin(
  calls: readonly ReplayableCall[],
  lookup: ClassLookup,
  { maxSteps, shapeOf }: PrepareOptions,
): LinkedPart | undefined {
  const mayBeCut = calls.length > 1;
  const steps = calls.reduce((sum, call) => sum + call.steps, 0);
  if (mayBeCut && (steps > maxSteps || slotsNeeded(calls, lookup) > MAX_SLOTS)) return undefined;
  const linked = runLinked(calls, lookup);
  try {
    const shape = shapeOf(linked.trace);
    // One call alone may be larger, as long as the prover takes it.
    if (mayBeCut && 2 ** shape.logSteps > maxSteps) return undefined;
    return { ...linked, shape };
  } catch (error) {
    if (!isStackError(error, 'PROVER') || !mayBeCut) throw error;
    return undefined;
  }
}

function slotsNeeded(calls: readonly ReplayableCall[], lookup: ClassLookup): number {
  return slotsOfAll(
    calls.map(({ classHash, entryPointType, selector }) => {
      const casm = lookup(classHash);
      const entryPoint = casm && findEntryPoint(casm, entryPointType, selector);
      return { builtins: entryPoint?.builtins ?? [] };
    }),
  );
}

/** Where to cut so that both sides have calls, and about half of the steps. */
function middleOf(calls: readonly ReplayableCall[]): number {
  const half = calls.reduce((sum, call) => sum + call.steps, 0) / 2;
  let steps = 0;
  const cut = calls.findIndex((call) => {
    steps += call.steps;
    return steps > half;
  });
  return Math.min(Math.max(cut, 1), calls.length - 1);
}

/** Every cell that the verifier's checks read, but for the programs and the drivers' frames. */
function publicPages(
  parts: readonly LinkedPart[],
  { facts, stopped }: ExecutedCalls,
  lookup: ClassLookup,
): Array<Part['pages']> {
  for (const { cells } of parts) cells.forget();
  ofProver(() => checkCalls({ calls: readCalls(parts, lookup), stopped }, facts));
  return parts.map(({ cells, calls, run, trace }) => {
    const slots = calls.reduce((sum, call) => sum + slotsOfCall(call), 0);
    const program = trace.segments[0] as { begin: number; stop: number };
    const { begin } = run.execution;
    const derived = [program, { begin, stop: begin + FRAME_HEADER + slots }];
    const read = cells.readRanges().flatMap((range) => subtract(range, derived));
    return joinRanges(read).map(({ begin: address, stop }) => ({
      address,
      values: cells.range(address, stop),
    }));
  });
}

/** The verifier's checks; a contradiction here means wrong records, not a bad proof. */
function ofProver(check: () => void): void {
  try {
    check();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StackError('PROVER', { reason }, { cause: error });
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
