import type { CairoStatement, Felt, PublicPage } from '@stackctl/types';
import { slotsOf } from './driver.ts';
import {
  type ClassLookup,
  findEntryPoint,
  type LinkedProgram,
  linkProgram,
  type ProgramCall,
} from './program.ts';
import type { CoveredCall, PublicInputs } from './public-inputs.ts';
import { rejected } from './public-memory.ts';

/** Cairo memory starts here. */
export const PROGRAM_BASE = 1;
/** Below the driver's frame: `[fp - 2] = fp`, `[fp - 1] = 0` ("safe call", see docs). */
export const FRAME_HEADER = 2;
export const LAYOUT = 'lite';

/**
 * The statement that the proof of these public inputs must prove: a function of the public inputs and
 * the classes alone, so that the prover has no say in any cell of the program.
 *
 * @param context digest of the encoded public inputs (`contextOf`)
 * @throws StackError PROOF_REJECTED when the calls do not fit their classes, CLASS_UNKNOWN.
 */
export function deriveStatement(
  inputs: PublicInputs,
  lookup: ClassLookup,
  context: Uint8Array,
): CairoStatement {
  const { run } = inputs;
  const program = deriveProgram(inputs, lookup);
  const values = program.cells.map((cell) => BigInt(cell));
  const fp = run.execution.begin + FRAME_HEADER;
  const frame = [BigInt(fp), 0n, ...inputs.calls.flatMap(slotValues)];
  return {
    layout: LAYOUT,
    logSteps: run.logSteps,
    initial: { pc: PROGRAM_BASE, ap: fp, fp },
    final: { pc: PROGRAM_BASE + program.driver.end, ap: run.finalAp, fp },
    segments: [
      { name: 'program', begin: PROGRAM_BASE, stop: PROGRAM_BASE + values.length },
      { name: 'execution', ...run.execution },
      { name: 'range_check', ...run.rangeCheck },
    ],
    publicMemory: orderPages([
      { address: PROGRAM_BASE, values },
      { address: run.execution.begin, values: frame },
      ...inputs.pages,
    ]),
    context,
  };
}

/** The program with the addresses that the public inputs name. */
function deriveProgram(inputs: PublicInputs, lookup: ClassLookup): LinkedProgram<Felt> {
  const calls = inputs.calls.map((call, index): ProgramCall<Felt> => {
    const casm = lookup(call.classHash);
    if (casm === undefined) throw rejected(`call ${index}: its class is not known`);
    const entryPoint = findEntryPoint(casm, call.entryPointType, call.selector);
    if (entryPoint === undefined) throw rejected(`call ${index}: no such provable entry point`);
    if (entryPoint.takesRangeCheck !== (call.result.rangeCheckEnd !== undefined))
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
  return linkProgram(calls, lookup, {
    rangeCheck: BigInt(inputs.run.rangeCheck.begin),
    builtinCosts: BigInt(inputs.run.builtinCosts),
  });
}

/** What the driver's slots hold for a call, in their order. */
export function slotValues({ result }: Pick<CoveredCall, 'result'>): Felt[] {
  const builtins = result.rangeCheckEnd === undefined ? [] : [BigInt(result.rangeCheckEnd)];
  const values = [
    ...builtins,
    result.gas,
    BigInt(result.syscallsEnd),
    result.failed ? 1n : 0n,
    BigInt(result.retdata),
    BigInt(result.retdataEnd),
  ];
  if (values.length !== slotsOf(result.rangeCheckEnd !== undefined))
    throw new Error('a call has another number of results than slots');
  return values;
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
