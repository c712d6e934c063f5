import {
  type AccountTransaction,
  type DataAvailabilityMode,
  type HashedTransaction,
  type L1HandlerTransaction,
  shortString,
} from '@stackctl/types';
import type { TransactionInfo } from '../context.ts';
import { deployedAccountAddress } from '../transaction-hash.ts';

/** Account that a transaction acts for. */
export function senderOf(transaction: AccountTransaction): bigint {
  return transaction.type === 'DEPLOY_ACCOUNT'
    ? deployedAccountAddress(transaction)
    : transaction.senderAddress;
}

/** What the calls of an account's transaction can ask about it. */
export function accountTransactionInfo(
  hash: HashedTransaction['hash'],
  transaction: AccountTransaction,
): TransactionInfo {
  const { l1Gas, l2Gas, l1DataGas } = transaction.resourceBounds;
  return {
    version: transaction.version,
    senderAddress: senderOf(transaction),
    signature: transaction.signature,
    hash,
    nonce: transaction.nonce,
    resourceBounds: [
      [shortString('L1_GAS'), l1Gas.maxAmount, l1Gas.maxPricePerUnit],
      [shortString('L2_GAS'), l2Gas.maxAmount, l2Gas.maxPricePerUnit],
      [shortString('L1_DATA'), l1DataGas.maxAmount, l1DataGas.maxPricePerUnit],
    ],
    tip: transaction.tip,
    paymasterData: transaction.paymasterData,
    nonceDataAvailability: modeFelt(transaction.nonceDataAvailabilityMode),
    feeDataAvailability: modeFelt(transaction.feeDataAvailabilityMode),
    accountDeploymentData:
      transaction.type === 'DEPLOY_ACCOUNT' ? [] : transaction.accountDeploymentData,
    proofFacts: transaction.type === 'INVOKE' ? (transaction.proofFacts ?? []) : [],
  };
}

export function l1HandlerInfo(
  hash: HashedTransaction['hash'],
  transaction: L1HandlerTransaction,
): TransactionInfo {
  return {
    ...NO_TRANSACTION,
    version: transaction.version,
    senderAddress: transaction.contractAddress,
    hash,
    nonce: transaction.nonce,
  };
}

/** What a read-only call sees. */
export const NO_TRANSACTION: TransactionInfo = {
  version: 0n,
  senderAddress: 0n,
  signature: [],
  hash: 0n,
  nonce: 0n,
  resourceBounds: [],
  tip: 0n,
  paymasterData: [],
  nonceDataAvailability: 0n,
  feeDataAvailability: 0n,
  accountDeploymentData: [],
  proofFacts: [],
};

function modeFelt(mode: DataAvailabilityMode): bigint {
  return mode === 'L1' ? 0n : 1n;
}
