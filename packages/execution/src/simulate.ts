import type {
  BlockContext,
  GasVector,
  HashedTransaction,
  StateReader,
  StateWitness,
} from '@stackctl/types';
import { DEFAULT_BLOCK_LIMITS } from './block-executor.ts';
import { CachedState } from './cached-state.ts';
import { type Classes, registryOf } from './classes.ts';
import type { Rejection, TransactionOutcome } from './outcome.ts';
import { executeTransaction } from './transactions/execute.ts';

export interface SimulationOptions {
  readonly block: BlockContext;
  readonly state: StateReader;
  readonly classes: Classes;
  readonly skipValidate?: boolean;
  readonly skipFeeCharge?: boolean;
  /** Cairo steps that all transactions may take together: a bound on the work of one request. */
  readonly maxSteps?: number;
}

export type SimulatedTransaction = Exclude<TransactionOutcome, { rejected: unknown }>;

/** A simulation ends at the first transaction that cannot be included. */
export type SimulationResult =
  | {
      readonly results: readonly SimulatedTransaction[];
      /** What all of them read from the state that they ran on. */
      readonly reads: () => StateWitness;
    }
  | { readonly failedIndex: number; readonly rejected: Rejection };

/** Runs transactions one behind the other on a state that is thrown away. */
export function simulate(
  transactions: readonly HashedTransaction[],
  options: SimulationOptions,
): SimulationResult {
  const { block, skipValidate = false, skipFeeCharge = false } = options;
  const classes = registryOf(options.classes);
  const state = new CachedState(options.state);
  const environment = { block, state, classes, recorder: undefined };
  const flags = { skipValidate, skipFeeCharge, simulation: true };
  const { maxSteps = DEFAULT_BLOCK_LIMITS.steps } = options;
  const results: SimulatedTransaction[] = [];
  let steps = 0;
  for (const [failedIndex, transaction] of transactions.entries()) {
    const outcome = executeTransaction(environment, transaction, flags);
    if ('rejected' in outcome) return { failedIndex, rejected: outcome.rejected };
    results.push(outcome);
    steps += outcome.receipt.steps;
    if (steps > maxSteps) {
      const message = `the transactions take more than ${maxSteps} steps together`;
      return { failedIndex, rejected: { code: 'BLOCK_FULL', message } };
    }
  }
  return { results, reads: () => state.witness() };
}

export interface FeeEstimate {
  readonly gas: GasVector;
  /** Prices in FRI; the tip is in the L2 price of `overallFee` only. */
  readonly prices: GasVector;
  readonly overallFee: bigint;
  readonly unit: 'FRI';
}

export type EstimateResult =
  | { readonly estimates: readonly FeeEstimate[] }
  | { readonly failedIndex: number; readonly rejected: Rejection }
  /** A transaction that reverts has no estimate (TRANSACTION_EXECUTION_ERROR). */
  | { readonly failedIndex: number; readonly revertReason: string };

/**
 * Estimates the fee of transactions, one behind the other, without charging it. A validation that is
 * skipped is not part of it, as on Starknet: wallets add to what they are told.
 */
export function estimateFee(
  transactions: readonly HashedTransaction[],
  options: Omit<SimulationOptions, 'skipFeeCharge'>,
): EstimateResult {
  const simulated = simulate(transactions, { ...options, skipFeeCharge: true });
  if ('rejected' in simulated) return simulated;
  const failedIndex = simulated.results.findIndex(({ receipt }) => receipt.status === 'REVERTED');
  const failed = simulated.results[failedIndex];
  if (failed !== undefined) {
    return { failedIndex, revertReason: failed.receipt.revertReason ?? 'the transaction reverted' };
  }
  const { l1Gas, l1DataGas, l2Gas } = options.block.gasPrices;
  const prices = { l1Gas: l1Gas.fri, l1DataGas: l1DataGas.fri, l2Gas: l2Gas.fri };
  return {
    estimates: simulated.results.map(({ receipt }) => ({
      gas: receipt.gas,
      prices,
      overallFee: receipt.actualFee,
      unit: 'FRI',
    })),
  };
}
