import { selector } from '@stackctl/crypto';
import type { CallTrace, GasVector } from '@stackctl/types';
import { panicReason } from '../abort.ts';
import { EXECUTE_STEP_LIMIT, STEP_COUNTED_GAS } from '../constants.ts';
import { balanceKey, balanceOf, capGas, exceededBound, feeOf, gasOf } from '../fees.ts';
import { RejectedError } from '../outcome.ts';
import { runOrReject } from './calls.ts';
import type { Parts, Run } from './run.ts';

/** A transaction's price, and what is left of its execution once it is paid. */
export interface Settled {
  readonly gas: GasVector;
  readonly fee: bigint;
  readonly execute: CallTrace | undefined;
  readonly revertReason: string | undefined;
  readonly feeTransfer: CallTrace | undefined;
}

/** Computes the gas, reverts what was executed when it cannot be paid, and charges the fee. */
export function settle(run: Run, parts: Parts): Settled {
  const { context, transaction, flags } = run;
  const { state, block } = context;
  const { tip, resourceBounds } = transaction;
  let { execute, revertReason } = parts;
  if (revertReason !== undefined) revert(run, parts);
  let gas = gasUsed(run, parts, execute);
  const charges = flags.skipFeeCharge !== true;
  if (charges && revertReason === undefined) {
    revertReason = unpayable(run, gas);
    if (revertReason !== undefined) {
      if (parts.revertTo === undefined) {
        throw new RejectedError('INSUFFICIENT_RESOURCES_FOR_VALIDATE', revertReason);
      }
      revert(run, parts);
      execute = undefined;
      gas = gasUsed(run, parts, undefined);
    }
  }
  if (charges && revertReason !== undefined) gas = capGas(gas, resourceBounds);
  const fee = feeOf(gas, block.gasPrices, tip);
  const feeTransfer =
    charges && fee > 0n
      ? transferFee(run, fee, balanceOf(state, block.strkFeeToken, run.sender))
      : undefined;
  return { gas, fee, execute, revertReason, feeTransfer };
}

function revert({ context }: Run, { revertTo }: Parts): void {
  if (revertTo === undefined) throw new TypeError('this transaction does not revert');
  context.state.rollback(revertTo);
}

function unpayable({ context, transaction, sender }: Run, gas: GasVector): string | undefined {
  const { state, block } = context;
  const exceeded = exceededBound(gas, transaction.resourceBounds);
  if (exceeded !== undefined) return exceeded;
  const fee = feeOf(gas, block.gasPrices, transaction.tip);
  const balance = balanceOf(state, block.strkFeeToken, sender);
  return fee > balance
    ? `Insufficient fee token balance. Fee: ${fee}, balance: ${balance}.`
    : undefined;
}

/** Gas so far, with the sender's fee balance counted as changed: it will be. */
function gasUsed(run: Run, parts: Parts, execute: CallTrace | undefined): GasVector {
  const { context, transaction, start, sender } = run;
  const { state, block, meter } = context;
  const changes = state.changeCounts(start);
  const token = block.strkFeeToken;
  const counted = changes.keys.has(`${token}:${balanceKey(sender)}`);
  return gasOf({
    transaction,
    meter,
    calls: [parts.validate, execute].filter((call) => call !== undefined),
    changes: {
      ...changes,
      storage: changes.storage + (counted ? 0 : 1),
      contracts: new Set([...changes.contracts, token]),
    },
    classFelts: parts.classFelts,
  });
}

/** `transfer` on the fee token, called by the sender, to the sequencer. */
function transferFee(run: Run, fee: bigint, balance: bigint): CallTrace {
  const { context, sender } = run;
  const { strkFeeToken, sequencerAddress } = context.block;
  if (fee > balance) {
    throw new RejectedError(
      'INSUFFICIENT_ACCOUNT_BALANCE',
      `Fee ${fee} exceeds the balance ${balance}.`,
    );
  }
  context.phase = 'fee_transfer';
  context.meter.budget = EXECUTE_STEP_LIMIT;
  const result = runOrReject(run, {
    contractAddress: strkFeeToken,
    callerAddress: sender,
    entryPointType: 'EXTERNAL',
    callType: 'CALL',
    selector: selector('transfer'),
    calldata: [sequencerAddress, fee & (2n ** 128n - 1n), fee >> 128n],
    gas: STEP_COUNTED_GAS,
  });
  if (result.failed) {
    throw new RejectedError('INSUFFICIENT_ACCOUNT_BALANCE', panicReason(result.retdata));
  }
  return result.trace;
}
