import type {
  AccountTransaction,
  HashedTransaction,
  Receipt,
  TransactionTrace,
} from '@stackctl/types';
import { QUERY_VERSION_BASE } from '../constants.ts';
import { balanceOf, checkCanPay } from '../fees.ts';
import { RejectedError, type Rejection } from '../outcome.ts';
import { declareClass, runConstructor, runExecute, runValidate } from './calls.ts';
import { createContext, type Environment, type ExecutionFlags } from './environment.ts';
import { accountTransactionInfo } from './info.ts';
import { collectEvents, collectMessages } from './receipt.ts';
import { NOTHING_ROLLED_BACK, type Parts, type Run } from './run.ts';
import { checkPayable, settle } from './settle.ts';

export interface AccountTransactionResult {
  readonly receipt: Receipt;
  readonly trace: TransactionTrace;
}

/**
 * Runs a v3 transaction of an account to its receipt. Throws RejectedError when it cannot be
 * included; the caller then discards what it changed.
 *
 *  1. version, nonce, bounds against prices, balance against bounds;
 *  2. the nonce rises, whatever follows;
 *  3. validate, then execute (the other way round for a deployment);
 *  4. gas used against bounds and balance: too much reverts what was executed;
 *  5. the fee, at most the bounds, goes to the sequencer.
 */
export function runAccountTransaction(
  environment: Environment,
  { hash, transaction }: HashedTransaction & { readonly transaction: AccountTransaction },
  flags: ExecutionFlags,
): AccountTransactionResult {
  const { state } = environment;
  const info = accountTransactionInfo(hash, transaction);
  const context = createContext(environment, info, 'validate');
  const sender = info.senderAddress;
  const run: Run = { context, transaction, sender, flags, start: state.checkpoint() };

  checkVersion(transaction, flags);
  checkNonce(run);
  if (flags.skipFeeCharge !== true) {
    const { gasPrices, strkFeeToken } = context.block;
    checkCanPay(context.constants, transaction, gasPrices, () =>
      balanceOf(state, strkFeeToken, sender),
    );
  }
  state.setNonce(sender, transaction.nonce + 1n);

  const parts = runCalls(run);
  const settled = settle(run, parts);
  const validate = parts.validate?.trace;
  const calls = [validate, settled.execute, settled.feeTransfer];
  const traces = calls.filter((call) => call !== undefined);
  const { revertReason } = settled;
  return {
    receipt: {
      transactionHash: hash,
      actualFee: settled.fee,
      status: revertReason === undefined ? 'SUCCEEDED' : 'REVERTED',
      ...(revertReason === undefined ? {} : { revertReason }),
      events: collectEvents(traces),
      messages: collectMessages(traces),
      gas: settled.gas,
      steps: context.meter.steps,
      ...(transaction.type === 'DEPLOY_ACCOUNT' ? { contractAddress: sender } : {}),
    },
    trace: {
      type: transaction.type,
      ...(validate === undefined ? {} : { validate }),
      ...(settled.execute === undefined ? {} : { execute: settled.execute }),
      ...(revertReason === undefined ? {} : { revertReason }),
      ...(settled.feeTransfer === undefined ? {} : { feeTransfer: settled.feeTransfer }),
      stateDiff: state.diff(run.start),
    },
  };
}

/**
 * The part of a transaction's flow that decides whether it may be included, with a nonce that may be
 * up to `maxNonceGap` ahead. Returns why it may not.
 */
export function validateAccountTransaction(
  environment: Environment,
  { hash, transaction }: HashedTransaction & { readonly transaction: AccountTransaction },
  maxNonceGap: number,
  deploymentPending: boolean,
): Rejection | undefined {
  const { state } = environment;
  const info = accountTransactionInfo(hash, transaction);
  const context = createContext(environment, info, 'validate');
  const sender = info.senderAddress;
  const flags = { skipValidate: deploymentPending };
  const run: Run = { context, transaction, sender, flags, start: state.checkpoint() };
  try {
    checkVersion(transaction, flags);
    checkNonce({ ...run, flags: { simulation: true } });
    if (transaction.nonce > state.nonceAt(sender) + BigInt(maxNonceGap)) {
      throw new RejectedError(
        'INVALID_TRANSACTION_NONCE',
        `nonce ${transaction.nonce} is too far ahead`,
      );
    }
    const { gasPrices, strkFeeToken } = context.block;
    checkCanPay(context.constants, transaction, gasPrices, () =>
      balanceOf(state, strkFeeToken, sender),
    );
    validateOnly(run);
    return undefined;
  } catch (error) {
    if (!(error instanceof RejectedError)) throw error;
    return { code: error.code, message: error.message };
  }
}

/** An invoke is validated alone; what cannot revert is run to its end. */
function validateOnly(run: Run): void {
  const { transaction } = run;
  const parts =
    transaction.type === 'INVOKE'
      ? { ...WITHOUT_EXECUTION, validate: runValidate(run, '__validate__', transaction.calldata) }
      : runCalls(run);
  checkPayable(run, parts);
}

const WITHOUT_EXECUTION = {
  execute: undefined,
  revertReason: undefined,
  rolledBack: NOTHING_ROLLED_BACK,
  revertTo: undefined,
  codeBytes: 0,
} as const;

function checkVersion(transaction: AccountTransaction, flags: ExecutionFlags): void {
  const { version } = transaction;
  const query = flags.simulation === true && version === QUERY_VERSION_BASE + 3n;
  if (version !== 3n && !query) {
    throw new RejectedError('UNSUPPORTED_TX_VERSION', `transaction version ${version}`);
  }
}

/** In a block the nonce is the account's; a simulation may run ahead of it. */
function checkNonce({ context, transaction, sender, flags }: Run): void {
  const expected = context.state.nonceAt(sender);
  const { nonce } = transaction;
  if (nonce === expected || (flags.simulation === true && nonce > expected)) return;
  throw new RejectedError(
    'INVALID_TRANSACTION_NONCE',
    `Invalid transaction nonce of contract at address 0x${sender.toString(16)}. ` +
      `Account nonce: ${expected}; got: ${nonce}.`,
  );
}

function runCalls(run: Run): Parts {
  const { context, transaction } = run;
  switch (transaction.type) {
    case 'INVOKE': {
      const validate = runValidate(run, '__validate__', transaction.calldata);
      const revertTo = context.state.checkpoint();
      const executed = runExecute(run, transaction.calldata, validate);
      return { validate, revertTo, codeBytes: 0, ...executed };
    }
    case 'DECLARE': {
      const validate = runValidate(run, '__validate_declare__', [transaction.classHash]);
      return { ...WITHOUT_EXECUTION, validate, codeBytes: declareClass(run, transaction) };
    }
    case 'DEPLOY_ACCOUNT': {
      const { classHash, contractAddressSalt, constructorCalldata } = transaction;
      const execute = runConstructor(run, classHash, constructorCalldata);
      const calldata = [classHash, contractAddressSalt, ...constructorCalldata];
      const validate = runValidate(run, '__validate_deploy__', calldata);
      return { ...WITHOUT_EXECUTION, validate, execute };
    }
  }
}
