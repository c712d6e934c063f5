import type { HashedTransaction, L1HandlerTransaction } from '@stackctl/types';
import { ExecutionAbort, inCall, panicReason } from '../abort.ts';
import { EXECUTE_GAS_LIMIT, EXECUTE_STEP_LIMIT, STEP_COUNTED_GAS } from '../constants.ts';
import type { ExecutionContext } from '../context.ts';
import { gasOf } from '../fees.ts';
import { type CallResult, runCall } from '../run-call.ts';
import type { AccountTransactionResult } from './account.ts';
import { createContext, type Environment } from './environment.ts';
import { l1HandlerInfo } from './info.ts';
import { collectEvents, collectMessages } from './receipt.ts';

/**
 * Runs the handler of a message from L1. Nobody signs it and its fee was paid on L1; when the handler
 * fails, the transaction is included as reverted.
 */
export function runL1Handler(
  environment: Environment,
  { hash, transaction }: HashedTransaction & { readonly transaction: L1HandlerTransaction },
): AccountTransactionResult {
  const { state } = environment;
  const start = state.checkpoint();
  const context = createContext(environment, l1HandlerInfo(hash, transaction), 'l1_handler');
  context.meter.budget = EXECUTE_STEP_LIMIT;
  let result: CallResult | undefined;
  let revertReason: string | undefined;
  try {
    result = runCall(context, {
      contractAddress: transaction.contractAddress,
      callerAddress: 0n,
      entryPointType: 'L1_HANDLER',
      callType: 'CALL',
      selector: transaction.entryPointSelector,
      calldata: transaction.calldata,
      gas: countsGas(context, transaction.contractAddress) ? EXECUTE_GAS_LIMIT : STEP_COUNTED_GAS,
    });
    if (result.failed) revertReason = inCall(result.trace, panicReason(result.retdata));
    else if (countsGas(context, transaction.contractAddress)) {
      context.meter.sierraGas += result.gasUsed;
    }
  } catch (error) {
    if (!(error instanceof ExecutionAbort)) throw error;
    revertReason = error.message;
  }
  const execute = revertReason === undefined ? result?.trace : undefined;
  if (execute === undefined) state.rollback(start);
  const calls = execute === undefined ? [] : [execute];
  const gas = gasOf({
    transaction,
    meter: context.meter,
    calls,
    changes: state.changeCounts(start),
    classFelts: 0,
  });
  return {
    receipt: {
      transactionHash: hash,
      actualFee: 0n,
      status: revertReason === undefined ? 'SUCCEEDED' : 'REVERTED',
      ...(revertReason === undefined ? {} : { revertReason }),
      events: collectEvents(calls),
      messages: collectMessages(calls),
      gas,
      steps: context.meter.steps,
    },
    trace: {
      type: 'L1_HANDLER',
      ...(execute === undefined ? {} : { execute }),
      ...(revertReason === undefined ? {} : { revertReason }),
      stateDiff: state.diff(start),
    },
  };
}

/** Whether the contract's class is charged by its own gas. */
function countsGas({ state, classes }: ExecutionContext, address: bigint): boolean {
  return classes.get(state.classHashAt(address))?.countsGas === true;
}
