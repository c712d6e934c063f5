import type { BuiltinName, CairoStatement, Felt, PublicPage, SegmentBounds } from '@stackctl/types';
import { type BuiltinSegment, firstPointer } from './builtins.ts';
import { slotsOf } from './driver.ts';
import {
  type ClassLookup,
  findEntryPoint,
  type LinkedProgram,
  linkProgram,
  type ProgramCall,
} from './program.ts';
import type { Part, ProvenCall } from './public-inputs.ts';
import { rejected } from './public-memory.ts';

/** Cairo memory starts here. */
export const PROGRAM_BASE = 1;
/** Below the driver's frame: `[fp - 2] = fp`, `[fp - 1] = 0` ("safe call", see docs). */
export const FRAME_HEADER = 2;

/**
 * The statement that the proof of a part must prove: a function of the public inputs and the classes
 * alone, so that the prover has no say in any cell of the program.
 *
 * @param context digest of the public inputs and the part's number (`contextOf`)
 * @throws StackError PROOF_REJECTED when the calls do not fit their classes, CLASS_UNKNOWN.
 */
export function deriveStatement(
  part: Part,
  lookup: ClassLookup,
  context: Uint8Array,
): CairoStatement {
  const { run } = part;
  const program = deriveProgram(part, lookup);
  const values = program.cells.map((cell) => BigInt(cell));
  const fp = run.execution.begin + FRAME_HEADER;
  const frame = [BigInt(fp), 0n, ...part.calls.flatMap(slotValues)];
  return {
    layout: run.layout,
    logSteps: run.logSteps,
    initial: { pc: PROGRAM_BASE, ap: fp, fp },
    final: { pc: PROGRAM_BASE + program.driver.end, ap: run.finalAp, fp },
    segments: [
      { name: 'program', begin: PROGRAM_BASE, stop: PROGRAM_BASE + values.length },
      { name: 'execution', ...run.execution },
      ...run.builtins.filter(isInAir),
    ],
    publicMemory: orderPages([
      { address: PROGRAM_BASE, values },
      { address: run.execution.begin, values: frame },
      ...part.pages,
    ]),
    context,
  };
}

/** The arena is plain memory: the STARK does not know it. */
export function isInAir(segment: BuiltinSegment): segment is BuiltinSegment & SegmentBounds {
  return segment.name !== 'segment_arena';
}

/** The program with the addresses that the public inputs name. */
function deriveProgram({ calls, run }: Part, lookup: ClassLookup): LinkedProgram<Felt> {
  const linked = calls.map((call, index): ProgramCall<Felt> => {
    const casm = lookup(call.classHash);
    if (casm === undefined) throw rejected(`call ${index}: its class is not known`);
    const entryPoint = findEntryPoint(casm, call.entryPointType, call.selector);
    if (entryPoint === undefined)
      throw rejected(`call ${index}: its class has no such entry point`);
    if (entryPoint.builtins.length !== call.result.builtins.length)
      throw rejected(`call ${index}: its builtins are not those of its entry point`);
    return {
      classHash: call.classHash,
      entryPoint,
      gas: call.gas,
      syscalls: BigInt(call.syscalls),
      calldata: BigInt(call.calldata),
      calldataEnd: BigInt(call.calldataEnd),
    };
  });
  function builtin(name: BuiltinName): Felt {
    const segment = run.builtins.find((candidate) => candidate.name === name);
    if (segment === undefined) throw rejected(`the run has no segment for ${name}`);
    return BigInt(firstPointer(segment));
  }
  return linkProgram(linked, lookup, { builtin, builtinCosts: BigInt(run.builtinCosts) });
}

/** What the driver's slots hold for a call, in their order. */
function slotValues({ result }: ProvenCall): Felt[] {
  const values = [
    ...result.builtins.map(BigInt),
    result.gas,
    BigInt(result.syscallsEnd),
    result.failed ? 1n : 0n,
    BigInt(result.retdata),
    BigInt(result.retdataEnd),
  ];
  if (values.length !== slotsOfCall({ result }))
    throw new Error('a call has another number of results than slots');
  return values;
}

/** Slots that a call of the public inputs has: one a builtin pointer, and the plain results. */
export function slotsOfCall({ result }: Pick<ProvenCall, 'result'>): number {
  return slotsOf({ builtins: [] }) + result.builtins.length;
}

/** Ascending and disjoint: one address has one value. */
function orderPages(pages: readonly PublicPage[]): PublicPage[] {
  const ordered = pages.toSorted((left, right) => left.address - right.address);
  let end = 0;
  for (const { address, values } of ordered) {
    if (address < end) throw rejected('public pages overlap');
    end = address + values.length;
  }
  return ordered;
}
