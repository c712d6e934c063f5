import {
  type BlockId,
  type BroadcastedTransaction,
  type FeeEstimate,
  type Handlers,
  RpcError,
  rpcError,
} from '@stackctl/rpc';
import type {
  AccountTransaction,
  BlockContext,
  BlockHeader,
  GasPrices,
  GasVector,
  Receipt,
} from '@stackctl/types';
import type { ChainView } from '../../chain-view.ts';
import type { ClassSource } from '../../classes/class-source.ts';
import { createPendingClasses, type PendingClasses } from '../../classes/pending-classes.ts';
import type { PreConfirmed } from '../../execution/pre-confirmed.ts';
import type { Simulator, Vantage } from '../../execution/simulator.ts';
import { resolve, stateAt } from '../block-id.ts';
import { initialReads, rpcTrace } from './traces.ts';

export interface ExecutionHandlersOptions {
  readonly chain: ChainView;
  readonly simulator: Simulator;
  /** Code of the classes that declares bring. */
  readonly classSource: ClassSource;
  readonly preConfirmed: Pick<PreConfirmed, 'refresh'>;
  /** Context of a final block. */
  readonly contextOf: (block: BlockHeader) => BlockContext;
}

/** Runs against a state without changing it. */
export function executionHandlers(options: ExecutionHandlersOptions): Handlers {
  const { chain, simulator, classSource, preConfirmed, contextOf } = options;

  /** A block id as a place to run at: after that block, believing to be in it. */
  const vantage = async (id: BlockId): Promise<Vantage> => {
    const header = resolve(chain, id);
    if (header !== undefined)
      return { block: contextOf(header), state: stateAt(chain, header.number) };
    const { context, state, classes } = await preConfirmed.refresh();
    return { block: context, state, declared: classes };
  };

  /** The transactions as they run, with the classes of the declares among them. */
  const prepare = async (
    broadcasted: readonly BroadcastedTransaction[],
  ): Promise<{ transactions: AccountTransaction[]; declared: PendingClasses }> => {
    const declared = createPendingClasses();
    const transactions: AccountTransaction[] = [];
    for (const [index, transaction] of broadcasted.entries()) {
      if (transaction.type !== 'DECLARE') {
        transactions.push(runnable(transaction));
        continue;
      }
      const { contractClass, ...fields } = transaction;
      const { compiledClassHash } = fields;
      try {
        const classHash = classSource.identify(contractClass);
        declared.set(
          await classSource.resolve(contractClass, classHash, compiledClassHash),
          compiledClassHash,
        );
        transactions.push({ ...fields, classHash });
      } catch (error) {
        // Of these methods the specification knows no error of a declare alone.
        if (!(error instanceof RpcError)) throw error;
        const detail = typeof error.data === 'string' ? `: ${error.data}` : '';
        throw executionError(index, `${error.message}${detail}`);
      }
    }
    return { transactions, declared };
  };

  return {
    starknet_call: async ({ request, block_id }) => {
      const outcome = simulator.call(request, await vantage(block_id));
      if ('result' in outcome) return outcome.result;
      throw outcome.failure === 'CONTRACT_ERROR'
        ? rpcError(outcome.failure, { revert_error: outcome.message })
        : rpcError(outcome.failure);
    },

    starknet_estimateFee: async ({ request, simulation_flags, block_id }) => {
      const skipValidate = simulation_flags.includes('SKIP_VALIDATE');
      const { transactions, declared } = await prepare(request);
      const at = await vantage(block_id);
      const result = simulator.estimate(transactions, at, skipValidate, declared);
      if ('estimates' in result) return result.estimates;
      throw executionError(
        result.failedIndex,
        'revertReason' in result ? result.revertReason : result.rejected.message,
      );
    },

    starknet_simulateTransactions: async (params) => {
      const { simulation_flags: flags, trace_flags = [], block_id } = params;
      const wantsReads =
        flags.includes('RETURN_INITIAL_READS') || trace_flags.includes('RETURN_INITIAL_READS');
      const { transactions, declared } = await prepare(params.transactions);
      const at = await vantage(block_id);
      const runFlags = {
        skipValidate: flags.includes('SKIP_VALIDATE'),
        skipFeeCharge: flags.includes('SKIP_FEE_CHARGE'),
      };
      const result = simulator.simulate(transactions, at, runFlags, declared);
      if ('rejected' in result) throw executionError(result.failedIndex, result.rejected.message);
      return {
        items: result.results.map(({ trace, receipt }) => ({
          trace: rpcTrace(trace, receipt),
          fee: estimateOf(receipt, at.block.gasPrices),
        })),
        ...(wantsReads && { initialReads: initialReads(result.reads()) }),
      };
    },

    /** The handler of a message from L1, run as its transaction would be; its fee is paid on L1. */
    starknet_estimateMessageFee: async ({ message, block_id }) => {
      const at = await vantage(block_id);
      if (at.state.classHashAt(message.toAddress) === 0n) throw rpcError('CONTRACT_NOT_FOUND');
      const result = simulator.simulate(
        [
          {
            type: 'L1_HANDLER',
            version: 0n,
            nonce: 0n,
            contractAddress: message.toAddress,
            entryPointSelector: message.selector,
            calldata: [message.fromAddress, ...message.payload],
          },
        ],
        at,
        { skipValidate: false, skipFeeCharge: false },
      );
      const reason =
        'rejected' in result ? result.rejected.message : result.results[0]?.receipt.revertReason;
      if (reason !== undefined) throw rpcError('CONTRACT_ERROR', { revert_error: reason });
      const receipt = 'results' in result ? result.results[0]?.receipt : undefined;
      if (receipt === undefined) throw rpcError('INTERNAL_ERROR');
      return messageEstimate(receipt.gas, at.block.gasPrices);
    },
  };
}

function executionError(index: number, reason: string) {
  return rpcError('TRANSACTION_EXECUTION_ERROR', {
    transaction_index: index,
    execution_error: reason,
  });
}

/** What a simulated transaction used, as an estimate. */
function estimateOf({ gas, actualFee }: Receipt, gasPrices: GasPrices): FeeEstimate {
  const { l1Gas, l1DataGas, l2Gas } = gasPrices;
  const prices: GasVector = { l1Gas: l1Gas.fri, l1DataGas: l1DataGas.fri, l2Gas: l2Gas.fri };
  return { gas, prices, overallFee: actualFee, unit: 'FRI' };
}

/** What a message's handler used, in the unit in which L1 pays for it. */
function messageEstimate(gas: GasVector, gasPrices: GasPrices): FeeEstimate {
  const { l1Gas, l1DataGas, l2Gas } = gasPrices;
  const prices: GasVector = { l1Gas: l1Gas.wei, l1DataGas: l1DataGas.wei, l2Gas: l2Gas.wei };
  const overallFee =
    gas.l1Gas * prices.l1Gas + gas.l1DataGas * prices.l1DataGas + gas.l2Gas * prices.l2Gas;
  return { gas, prices, overallFee, unit: 'WEI' };
}

function runnable(
  transaction: Exclude<BroadcastedTransaction, { readonly type: 'DECLARE' }>,
): AccountTransaction {
  if (transaction.type === 'DEPLOY_ACCOUNT') return transaction;
  const { proof: _apart, ...invoke } = transaction;
  return invoke;
}
