import type { BlockFacts } from './block-facts.ts';
import { callAt, callsOf } from './block-facts.ts';
import { driverSteps, MAX_SLOTS, slotsOf } from './driver.ts';
import {
  type Bounds,
  type CallPosition,
  coveredSteps,
  PHASES,
  type PublicInputs,
} from './public-inputs.ts';
import { rejected } from './public-memory.ts';
import { FRAME_HEADER } from './statement.ts';

/** Bounds on what a verifier is willing to look at. */
const LIMITS = { logSteps: 24, address: 2 ** 32, pathLength: 64 };

/**
 * Checks public inputs by themselves: sizes, order of calls, and where things lie in memory.
 * @throws StackError PROOF_REJECTED
 */
export function checkShape(inputs: PublicInputs): void {
  const { run, calls } = inputs;
  require(run.logSteps <= LIMITS.logSteps, 'the run is too long');
  for (const bounds of [run.execution, run.rangeCheck])
    require(bounds.begin <= bounds.stop && bounds.stop < LIMITS.address, 'a segment has no place');
  require(run.finalAp < LIMITS.address &&
    run.builtinCosts < LIMITS.address, 'an address is too large');
  const frame = calls.reduce(
    (sum, call) => sum + slotsOf(call.result.rangeCheckEnd !== undefined),
    FRAME_HEADER,
  );
  require(frame - FRAME_HEADER <= MAX_SLOTS, 'there are too many calls');
  require(run.execution.begin + frame <= run.execution.stop, "the driver's frame has no place");
  require(run.finalAp <= run.execution.stop, 'the stack ends outside its segment');

  // Steps: what the calls and the driver take must fit the run.
  const shapes = calls.map((call) => ({
    takesRangeCheck: call.result.rangeCheckEnd !== undefined,
  }));
  const proved = coveredSteps(inputs);
  require(proved + driverSteps(shapes) <=
    2 ** run.logSteps, 'the calls have more steps than the run');
  require(proved <= inputs.executedSteps, 'more steps are proved than were executed');

  for (const [index, call] of calls.entries()) {
    require(call.steps < LIMITS.address, 'a call is too long');
    require(call.path.length <= LIMITS.pathLength, 'a call is nested too deeply');
    const before = calls[index - 1];
    if (before !== undefined)
      require(comesBefore(before, call), 'the calls are not in their order');
    require(call.syscalls <= call.result.syscallsEnd, 'a syscall segment ends before it begins');
  }
  checkRangeCheckPointers(inputs);
  checkPages(inputs, { begin: run.execution.begin, stop: run.execution.begin + frame });
}

/** Each call leaves the range-check pointer where it found it or further on, within the segment. */
function checkRangeCheckPointers({ calls, run }: PublicInputs): void {
  let pointer = run.rangeCheck.begin;
  for (const { result } of calls) {
    if (result.rangeCheckEnd === undefined) continue;
    require(result.rangeCheckEnd >= pointer, 'the range-check pointer moves back');
    pointer = result.rangeCheckEnd;
  }
  require(pointer <= run.rangeCheck.stop, 'the range-check pointer leaves its segment');
}

/** Pages are not empty, ascend with a gap between, and leave the driver's frame alone. */
function checkPages({ pages }: PublicInputs, frame: Bounds): void {
  let end = 0;
  for (const { address, values } of pages) {
    const stop = address + values.length;
    require(values.length > 0, 'a public page is empty');
    require(address > end &&
      stop < LIMITS.address, 'public pages touch, overlap or are out of order');
    require(stop <= frame.begin ||
      address >= frame.stop, "a public page lies on the driver's frame");
    end = stop;
  }
}

/**
 * Checks public inputs against the block that they name: identity, and that the covered calls are calls
 * of the block. A block with calls that are not covered must not claim full coverage.
 * @throws StackError PROOF_REJECTED
 */
export function checkIdentity(inputs: PublicInputs, facts: BlockFacts): void {
  require(inputs.chainId === facts.chainId, 'it is a proof for another chain');
  require(inputs.blockNumber === facts.header.number, 'it is a proof of another block number');
  require(inputs.blockHash === facts.header.hash, 'it is a proof of another block');
  require(inputs.parentHash === facts.header.parentHash, 'it is a proof for another parent');
  const { transactionHashes } = inputs;
  const same =
    transactionHashes.length === facts.transactionHashes.length &&
    transactionHashes.every((hash, index) => hash === facts.transactionHashes[index]);
  require(same, 'its transactions are not those of the block');
  require(facts.traces.length ===
    transactionHashes.length, 'the block has no trace of a transaction');
  for (const call of inputs.calls)
    require(callAt(facts, call) !== undefined, 'a covered call is not in the block');
  const traced = facts.traces.reduce((sum, trace) => sum + [...callsOf(trace)].length, 0);
  if (inputs.calls.length < traced)
    require(coveredSteps(inputs) <
      inputs.executedSteps, 'it claims to cover calls that it leaves out');
}

/** Pre-order of the block's trees of calls: a caller stands before the calls that it makes. */
export function comesBefore(left: CallPosition, right: CallPosition): boolean {
  if (left.transaction !== right.transaction) return left.transaction < right.transaction;
  const phases = PHASES.indexOf(left.phase) - PHASES.indexOf(right.phase);
  if (phases !== 0) return phases < 0;
  for (const [depth, index] of left.path.entries()) {
    const other = right.path[depth];
    if (other === undefined) return false;
    if (index !== other) return index < other;
  }
  return left.path.length < right.path.length;
}

function require(condition: boolean, reason: string): asserts condition {
  if (!condition) throw rejected(reason);
}
