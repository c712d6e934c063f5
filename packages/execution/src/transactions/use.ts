import type { CallTrace, Transaction } from '@stackctl/types';
import type { ChangeCounts } from '../cached-state.ts';
import { balanceKey } from '../fees.ts';
import {
  addResources,
  NO_RESOURCES,
  type StateChangeCounts,
  type TransactionUse,
} from '../rules/index.ts';
import { collectEvents, collectMessages } from './receipt.ts';
import type { Phase, RolledBack } from './run.ts';

/** What a transaction is charged for, from the phases that stand and the changes that stay. */
export function useOf(
  transaction: Transaction,
  phases: ReadonlyArray<Phase | undefined>,
  rolledBack: RolledBack,
  changes: StateChangeCounts,
  codeBytes = 0,
): TransactionUse {
  const done = phases.filter((phase) => phase !== undefined);
  const calls: CallTrace[] = done.map(({ trace }) => trace);
  const events = collectEvents(calls);
  return {
    transaction,
    computation: {
      vm: done.reduce((sum, { resources }) => addResources(sum, resources), NO_RESOURCES),
      gas: done.reduce((sum, { gas }) => sum + gas, 0n),
      revertedSteps: rolledBack.steps,
      revertedGas: rolledBack.gas,
    },
    changes,
    eventKeys: events.reduce((sum, { keys }) => sum + keys.length, 0),
    eventData: events.reduce((sum, { data }) => sum + data.length, 0),
    messages: collectMessages(calls).map(({ payload }) => payload.length),
    codeBytes,
  };
}

/**
 * Changes as they are charged. The fee token's contract is left out: every block publishes it. The
 * sender's balance in it will change with the fee, so it counts as changed; a handler has no sender.
 */
export function chargedChanges(
  changes: ChangeCounts,
  feeToken: bigint,
  sender?: bigint,
): StateChangeCounts {
  const contracts = changes.contracts.size - (changes.contracts.has(feeToken) ? 1 : 0);
  const counted =
    sender === undefined || changes.keys.has(`${feeToken}:${balanceKey(sender)}`) ? 0 : 1;
  return {
    contracts,
    storage: changes.storage + counted,
    allocated: changes.newStorage,
    classes: changes.classes,
    declared: changes.declared,
  };
}
