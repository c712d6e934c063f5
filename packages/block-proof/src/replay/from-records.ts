import type { CallRecord } from '@stackctl/execution';
import { type Receipt, StackError } from '@stackctl/types';
import { callsMade } from '../from-execution.ts';
import type { StoppedCall, VerifiedCall, VerifiedCalls } from '../verified-call.ts';

/**
 * The transcript of a block that was executed here: what its proof will make the verifier's.
 * @throws StackError PROVER when records and receipts do not belong together
 */
export function transcriptOf(
  records: readonly CallRecord[],
  receipts: readonly Receipt[],
): VerifiedCalls {
  const stopped: StoppedCall[] = [];
  const calls: VerifiedCall[] = [];
  const madeBy = callsMade(records);
  for (const record of records) {
    const { txIndex: transaction, aborted, stoppedUsage: usage } = record;
    if (!aborted) calls.push({ ...record, transaction, parentSyscall: madeBy.get(record.index) });
    else if (record.parent === undefined) {
      const reason = receipts[transaction]?.revertReason;
      if (reason === undefined || usage === undefined)
        throw new StackError('PROVER', {
          reason: `transaction ${transaction} was stopped, but is not reverted`,
        });
      stopped.push({ transaction, usage, reason });
    }
  }
  return { calls, stopped };
}
