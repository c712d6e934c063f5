import { ENTRY_POINT_INITIAL_BUDGET } from '@stackctl/cairo-vm';
import { type CallRecord, ReplaySyscalls } from '@stackctl/execution';
import { StackError, type TransactionTrace } from '@stackctl/types';
import type { ReplayableCall } from './link.ts';
import { PHASES, type Phase } from './public-inputs.ts';
import type { StoppedCall } from './verified-call.ts';

/** The calls of an executed block: all that returned, and what there is to say about the others. */
export interface BlockCalls {
  /** In order of start. */
  readonly calls: readonly ReplayableCall[];
  readonly stopped: readonly StoppedCall[];
}

/**
 * The calls of a block from the records of its execution. A main call that the machine stopped is left out
 * with all calls that it made: nothing that it asked for can be shown.
 *
 * @param traces one a transaction; only their reasons of reverts are used
 * @throws StackError PROVER for records that no included transaction can have
 */
export function blockCalls(
  records: readonly CallRecord[],
  traces: ReadonlyArray<Pick<TransactionTrace, 'revertReason'>>,
): BlockCalls {
  const calls: ReplayableCall[] = [];
  const stopped: StoppedCall[] = [];
  /** Where each record's call is in `calls`; undefined for calls that are left out. */
  const placed = new Map<number, number>();
  const madeBy = callsMade(records);
  for (const record of records) {
    const { parent } = record;
    if (parent !== undefined && !placed.has(parent)) continue;
    if (record.aborted) {
      stopped.push(stoppedCall(record, traces[record.txIndex]?.revertReason));
      continue;
    }
    placed.set(record.index, calls.length);
    calls.push({
      transaction: record.txIndex,
      phase: phaseOf(record),
      parent: parent === undefined ? undefined : placed.get(parent),
      parentSyscall: madeBy.get(record.index),
      classHash: record.classHash,
      contractAddress: record.contractAddress,
      callerAddress: record.callerAddress,
      entryPointType: record.entryPointType,
      callType: record.callType,
      selector: record.selector,
      calldata: record.calldata,
      steps: record.steps,
      gas: record.initialGas - ENTRY_POINT_INITIAL_BUDGET,
      replay: () => new ReplaySyscalls(record.syscalls),
    });
  }
  return { calls, stopped };
}

/** Which syscall made a call, by the call's index. */
function callsMade(records: readonly CallRecord[]): Map<number, number> {
  const made = new Map<number, number>();
  for (const { syscalls } of records)
    for (const [index, { call }] of syscalls.entries())
      if (call !== undefined) made.set(call, index);
  return made;
}

function stoppedCall(record: CallRecord, reason: string | undefined): StoppedCall {
  const { phase, parent, txIndex: transaction, stoppedUsage: usage } = record;
  const isMain = phase === 'execute' || phase === 'l1_handler';
  if (!isMain || parent !== undefined || usage === undefined || reason === undefined)
    throw new StackError('PROVER', {
      reason: `transaction ${transaction}: a stopped call that does not revert it`,
    });
  return { transaction, usage, reason };
}

function phaseOf({ phase, txIndex }: CallRecord): Phase {
  const known = PHASES.find((candidate) => candidate === phase);
  if (known === undefined)
    throw new StackError('PROVER', { reason: `transaction ${txIndex} has a ${phase} call` });
  return known;
}
