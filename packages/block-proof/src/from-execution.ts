import { ENTRY_POINT_INITIAL_BUDGET } from '@stackctl/cairo-vm';
import { type CallRecord, ReplaySyscalls } from '@stackctl/execution';
import { type CallTrace, StackError, type TransactionTrace } from '@stackctl/types';
import type { ReplayableCall } from './link.ts';
import { type CallPosition, PHASES, type Phase } from './public-inputs.ts';

/** The tree of a trace that a phase of the execution fills. */
const TREE_OF: Partial<Record<CallRecord['phase'], Phase>> = {
  validate: 'validate',
  execute: 'execute',
  constructor: 'execute',
  l1_handler: 'execute',
  fee_transfer: 'feeTransfer',
};

/**
 * The calls of an executed block that can be run again, with their places in its traces. Left out are
 * calls that never returned (the machine stopped them), and those of a reverted main call, which its
 * trace does not show.
 *
 * @throws StackError PROVER when records and traces do not belong together
 */
export function replayableCalls(
  records: readonly CallRecord[],
  traces: readonly TransactionTrace[],
): ReplayableCall[] {
  const calls: ReplayableCall[] = [];
  for (const [transaction, trace] of traces.entries()) {
    const own = records.filter((record) => record.txIndex === transaction);
    for (const phase of PHASES) {
      const root = trace[phase];
      if (root === undefined) continue;
      const started = own.filter((record) => TREE_OF[record.phase] === phase);
      const placed = [...startedCalls(root, { transaction, phase, path: [] })];
      if (placed.length !== started.length) throw mismatch(transaction, phase);
      for (const [index, { call, position }] of placed.entries()) {
        const record = started[index] as CallRecord;
        if (!isRecordOf(record, call)) throw mismatch(transaction, phase);
        if (!record.aborted) calls.push(replayable(record, position));
      }
    }
  }
  return calls;
}

/** Steps of all calls of a block: those that returned, failed, or were stopped. */
export function executedSteps(records: readonly CallRecord[]): number {
  return records.reduce((sum, record) => sum + record.steps, 0);
}

function replayable(record: CallRecord, position: CallPosition): ReplayableCall {
  const { classHash, contractAddress, entryPointType, selector, calldata, steps } = record;
  return {
    ...position,
    classHash,
    contractAddress,
    entryPointType,
    selector,
    calldata,
    steps,
    gas: record.initialGas - ENTRY_POINT_INITIAL_BUDGET,
    replay: () => new ReplaySyscalls(record.syscalls),
  };
}

/** Calls that ran code, callers first. (A call to an entry point that is not there runs none.) */
function* startedCalls(
  call: CallTrace,
  position: CallPosition,
): Generator<{ call: CallTrace; position: CallPosition }> {
  if (call.steps > 0) yield { call, position };
  for (const [index, child] of call.calls.entries())
    yield* startedCalls(child, { ...position, path: [...position.path, index] });
}

function isRecordOf(record: CallRecord, call: CallTrace): boolean {
  return (
    record.classHash === call.classHash &&
    record.contractAddress === call.contractAddress &&
    record.selector === call.selector &&
    record.steps === call.steps
  );
}

function mismatch(transaction: number, phase: Phase): StackError<'PROVER'> {
  const reason = `records and trace of transaction ${transaction}, ${phase}, differ`;
  return new StackError('PROVER', { reason });
}
