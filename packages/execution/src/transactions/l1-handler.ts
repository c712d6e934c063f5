import type { HashedTransaction, L1HandlerTransaction } from '@stackctl/types';
import { ExecutionAbort, inCall, panicReason } from '../abort.ts';
import { EXECUTE_WORK } from '../constants.ts';
import type { ExecutionContext } from '../context.ts';
import { exceededBound, transactionGas } from '../rules/index.ts';
import { runCall } from '../run-call.ts';
import type { AccountTransactionResult } from './account.ts';
import { createContext, type Environment } from './environment.ts';
import { l1HandlerInfo } from './info.ts';
import { collectEvents, collectMessages } from './receipt.ts';
import { NOTHING_ROLLED_BACK, type Phase } from './run.ts';
import { chargedChanges, useOf } from './use.ts';

/**
 * Runs the handler of a message from L1. Nobody signs it and its fee was paid on L1. When the handler
 * fails, or uses more than a handler may, the transaction is included as reverted, and its receipt has
 * what any handler costs.
 */
export function runL1Handler(
  environment: Environment,
  { hash, transaction }: HashedTransaction & { readonly transaction: L1HandlerTransaction },
): AccountTransactionResult {
  const { state, block } = environment;
  const start = state.checkpoint();
  const context = createContext(environment, l1HandlerInfo(hash, transaction), 'l1_handler');
  const { constants, meter } = context;
  meter.workLeft = EXECUTE_WORK;
  meter.stepsLeft = constants.limits.executeSteps;
  const gasOf = (phase: Phase | undefined) => {
    const changes = chargedChanges(state.changeCounts(start), block.strkFeeToken);
    return transactionGas(constants, useOf(transaction, [phase], NOTHING_ROLLED_BACK, changes));
  };

  let { phase, revertReason } = handle(context, transaction);
  if (phase !== undefined) revertReason = exceededBound(gasOf(phase), constants.limits.l1Handler);
  if (revertReason !== undefined) {
    phase = undefined;
    state.rollback(start);
  }
  const execute = phase?.trace;
  const calls = execute === undefined ? [] : [execute];
  return {
    receipt: {
      transactionHash: hash,
      actualFee: 0n,
      status: revertReason === undefined ? 'SUCCEEDED' : 'REVERTED',
      ...(revertReason === undefined ? {} : { revertReason }),
      events: collectEvents(calls),
      messages: collectMessages(calls),
      gas: gasOf(phase),
      steps: meter.steps,
    },
    trace: {
      type: 'L1_HANDLER',
      ...(execute === undefined ? {} : { execute }),
      ...(revertReason === undefined ? {} : { revertReason }),
      stateDiff: state.diff(start),
    },
  };
}

function handle(
  context: ExecutionContext,
  { contractAddress, entryPointSelector, calldata }: L1HandlerTransaction,
): { phase: Phase | undefined; revertReason: string | undefined } {
  try {
    const { trace, failed, retdata, resources, gasUsed } = runCall(context, {
      contractAddress,
      callerAddress: 0n,
      entryPointType: 'L1_HANDLER',
      callType: 'CALL',
      selector: entryPointSelector,
      calldata,
      gas: context.constants.limits.l1Handler.l2Gas,
    });
    return failed
      ? { phase: undefined, revertReason: inCall(trace, panicReason(retdata)) }
      : { phase: { trace, resources, gas: gasUsed }, revertReason: undefined };
  } catch (error) {
    if (!(error instanceof ExecutionAbort)) throw error;
    return { phase: undefined, revertReason: error.message };
  }
}
