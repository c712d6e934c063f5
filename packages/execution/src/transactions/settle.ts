import { selector } from '@stackctl/crypto';
import type { CallTrace, GasVector } from '@stackctl/types';
import { panicReason } from '../abort.ts';
import { EXECUTE_WORK } from '../constants.ts';
import { balanceOf } from '../fees.ts';
import { RejectedError } from '../outcome.ts';
import { boundedGas, capGas, exceededBound, feeOf, transactionGas } from '../rules/index.ts';
import { runOrReject } from './calls.ts';
import { NOTHING_ROLLED_BACK, type Parts, type Run } from './run.ts';
import { chargedChanges, useOf } from './use.ts';

/** A transaction's price, and what is left of its execution once it is paid. */
export interface Settled {
  /** What it used. */
  readonly gas: GasVector;
  /** What it pays: of a transaction that used more than its bounds, no more than these. */
  readonly fee: bigint;
  readonly execute: CallTrace | undefined;
  readonly revertReason: string | undefined;
  readonly feeTransfer: CallTrace | undefined;
}

/** Computes the gas, reverts what was executed when it cannot be paid, and charges the fee. */
export function settle(run: Run, parts: Parts): Settled {
  const { gas, fee, revertReason } = charge(run, parts);
  const pays = run.flags.skipFeeCharge !== true && fee > 0n;
  return {
    gas,
    fee,
    execute: revertReason === undefined ? parts.execute?.trace : undefined,
    revertReason,
    feeTransfer: pays ? transferFee(run, fee) : undefined,
  };
}

/**
 * Throws RejectedError when a transaction that cannot revert (or one whose validation alone was run)
 * used more than it can pay.
 */
export function checkPayable(run: Run, parts: Parts): void {
  const problem = unpayable(run, gasUsed(run, parts));
  if (problem !== undefined) {
    throw new RejectedError('INSUFFICIENT_RESOURCES_FOR_VALIDATE', problem.reason);
  }
}

function charge(run: Run, parts: Parts): Pick<Settled, 'gas' | 'fee' | 'revertReason'> {
  const { flags } = run;
  const charges = flags.skipFeeCharge !== true;
  if (parts.revertReason !== undefined) {
    const gas = gasReverted(run, parts);
    const problem = charges ? unpayable(run, gas) : undefined;
    return { gas, fee: problem?.fee ?? feeFor(run, gas), revertReason: parts.revertReason };
  }
  const gas = gasUsed(run, parts);
  const problem = charges ? unpayable(run, gas) : undefined;
  if (problem === undefined) return { gas, fee: feeFor(run, gas), revertReason: undefined };
  if (parts.revertTo === undefined) {
    throw new RejectedError('INSUFFICIENT_RESOURCES_FOR_VALIDATE', problem.reason);
  }
  // The fee is that of the gas which was too much; the receipt tells what is left of it.
  return { gas: gasReverted(run, parts), fee: problem.fee, revertReason: problem.reason };
}

interface Unpayable {
  readonly reason: string;
  readonly fee: bigint;
}

/** Why the gas cannot be paid, and what is paid instead. */
function unpayable(run: Run, gas: GasVector): Unpayable | undefined {
  const { context, transaction, sender } = run;
  const most = boundedGas(transaction.resourceBounds);
  const exceeded = exceededBound(gas, most);
  if (exceeded !== undefined) return { reason: exceeded, fee: feeFor(run, capGas(gas, most)) };
  const fee = feeFor(run, gas);
  const balance = balanceOf(context.state, context.block.strkFeeToken, sender);
  if (fee <= balance) return undefined;
  // The balance covered the bounds before the execution, which is about to be undone.
  return { reason: `Insufficient fee token balance. Fee: ${fee}, balance: ${balance}.`, fee };
}

function feeFor({ context, transaction }: Run, gas: GasVector): bigint {
  return feeOf(gas, context.block.gasPrices, transaction.tip);
}

function gasUsed(run: Run, { validate, execute, codeBytes }: Parts): GasVector {
  const { context, transaction } = run;
  const phases = [validate, execute];
  const use = useOf(transaction, phases, NOTHING_ROLLED_BACK, changesOf(run), codeBytes);
  return transactionGas(context.constants, use);
}

/** Undoes the execution: its validation stays, and what the execution took is paid. */
function gasReverted(run: Run, { validate, rolledBack, revertTo }: Parts): GasVector {
  const { context, transaction } = run;
  if (revertTo === undefined) throw new TypeError('this transaction does not revert');
  context.state.rollback(revertTo);
  const use = useOf(transaction, [validate], rolledBack, changesOf(run));
  return transactionGas(context.constants, use);
}

function changesOf({ context, start, sender }: Run) {
  return chargedChanges(context.state.changeCounts(start), context.block.strkFeeToken, sender);
}

/** `transfer` on the fee token, called by the sender, to the sequencer. */
function transferFee(run: Run, fee: bigint): CallTrace {
  const { context, sender } = run;
  const { meter, constants, block } = context;
  const balance = balanceOf(context.state, block.strkFeeToken, sender);
  if (fee > balance) {
    throw new RejectedError(
      'INSUFFICIENT_ACCOUNT_BALANCE',
      `Fee ${fee} exceeds the balance ${balance}.`,
    );
  }
  context.phase = 'fee_transfer';
  meter.workLeft = EXECUTE_WORK;
  meter.stepsLeft = constants.limits.executeSteps;
  const result = runOrReject(run, {
    contractAddress: block.strkFeeToken,
    callerAddress: sender,
    entryPointType: 'EXTERNAL',
    callType: 'CALL',
    selector: selector('transfer'),
    calldata: [block.sequencerAddress, fee & (2n ** 128n - 1n), fee >> 128n],
    gas: constants.stepCountedGas,
  });
  if (result.failed) {
    throw new RejectedError('INSUFFICIENT_ACCOUNT_BALANCE', panicReason(result.retdata));
  }
  return result.trace;
}
