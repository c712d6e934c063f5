import type { BlockFacts } from './block-facts.ts';
import { checkExecutionInfo } from './check-info.ts';
import { checkNested } from './check-nested.ts';
import { checkRoots, mainPhase } from './check-root.ts';
import { checkTraces } from './check-traces.ts';
import { rejected } from './public-memory.ts';
import { labelled } from './read-calls.ts';
import type { VerifiedCalls } from './verified-call.ts';

/**
 * Checks the calls of a block against the block: a transaction's own calls against the transaction, nested
 * calls against what their callers asked for, all against the traces. So every call is there, and none is
 * that nobody asked for.
 *
 * @throws StackError PROOF_REJECTED
 */
export function checkCalls({ calls, stopped }: VerifiedCalls, facts: BlockFacts): void {
  for (const call of calls)
    labelled(`call ${call.index}`, () => {
      checkNested(call, calls);
      checkExecutionInfo(call, calls, facts);
    });
  for (const [index, { transaction }] of facts.transactions.entries())
    labelled(`transaction ${index}`, () => {
      const own = calls.filter((call) => call.transaction === index && call.parent === undefined);
      checkRoots(own, transaction, facts.header.sequencerAddress);
      const main = own.find(({ phase }) => phase === mainPhase(transaction));
      if (stopped.some((entry) => entry.transaction === index)) {
        const mayStop = transaction.type === 'INVOKE' || transaction.type === 'L1_HANDLER';
        if (!mayStop || main !== undefined) throw rejected('its main call was not stopped');
        if (facts.traces[index]?.execute !== undefined)
          throw rejected('its main call is traced and was not stopped');
      }
      checkTraces(own, calls, facts.traces[index] ?? {});
    });
}

/** The transactions whose account was not asked (impersonated accounts of a development chain). */
export function unvalidated({ calls }: VerifiedCalls, facts: BlockFacts): number[] {
  const validated = new Set(
    calls.filter(({ phase }) => phase === 'validate').map((call) => call.transaction),
  );
  return facts.transactions.flatMap(({ transaction }, index) =>
    transaction.type === 'L1_HANDLER' || validated.has(index) ? [] : [index],
  );
}
