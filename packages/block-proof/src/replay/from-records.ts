import type { CallRecord } from '@stackctl/execution';
import { type Receipt, StackError } from '@stackctl/types';
import type { BlockTranscript, StoppedCall, VerifiedCall } from './types.ts';

/**
 * The transcript of a block that was executed here: what its proof will make the verifier's.
 * @throws StackError PROVER when records and receipts do not belong together
 */
export function transcriptOf(
  records: readonly CallRecord[],
  receipts: readonly Receipt[],
): BlockTranscript {
  const stopped: StoppedCall[] = [];
  const calls: VerifiedCall[] = [];
  for (const record of records) {
    const { txIndex: transaction, aborted, stoppedUsage: usage } = record;
    if (!aborted) calls.push({ ...record, transaction });
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
