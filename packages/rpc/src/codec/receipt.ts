import type { Event, Felt, GasVector, MessageToL1, Receipt, Transaction } from '@stackctl/types';
import { array, type Codec, mapped, merge, object, oneOf, optional, required } from './core.ts';
import { bigUint, felt, hash256, text, uint } from './scalars.ts';
import { felts } from './transaction.ts';

export type FinalityStatus = 'PRE_CONFIRMED' | 'ACCEPTED_ON_L2' | 'ACCEPTED_ON_L1';
export type TransactionFinality = 'RECEIVED' | 'CANDIDATE' | FinalityStatus;
export type ExecutionStatus = 'SUCCEEDED' | 'REVERTED';

export const finalityStatus: Codec<FinalityStatus> = oneOf(
  'PRE_CONFIRMED',
  'ACCEPTED_ON_L2',
  'ACCEPTED_ON_L1',
);
export const executionStatus: Codec<ExecutionStatus> = oneOf('SUCCEEDED', 'REVERTED');

/** EVENT */
export const event = object<Event>({
  from_address: required('fromAddress', felt),
  keys: required('keys', felts),
  data: required('data', felts),
});

/** MSG_TO_L1 */
export const messageToL1 = object<MessageToL1>({
  from_address: required('fromAddress', felt),
  to_address: required('toAddress', felt),
  payload: required('payload', felts),
});

/** EXECUTION_RESOURCES: JSON integers, unlike almost every other number of the specification. */
export const executionResources = object<GasVector>({
  l1_gas: required('l1Gas', bigUint),
  l1_data_gas: required('l1DataGas', bigUint),
  l2_gas: required('l2Gas', bigUint),
});

/** FEE_PAYMENT; every fee on this chain is paid in FRI (v3 transactions). */
export const feePayment: Codec<bigint> = mapped(
  object<{ amount: bigint; unit: 'WEI' | 'FRI' }>({
    amount: required('amount', felt),
    unit: required('unit', oneOf('FRI', 'WEI')),
  }),
  (wire) => wire.amount,
  (amount) => ({ amount, unit: 'FRI' as const }),
);

/** What a receipt says over RPC: the specification has no place for Cairo steps. */
export interface RpcReceipt extends Omit<Receipt, 'steps'> {
  readonly type: Transaction['type'];
  readonly finality: FinalityStatus;
  /** L1_HANDLER only: hash of the message from L1. */
  readonly messageHash?: bigint;
}

/** TXN_RECEIPT */
export const receipt = object<RpcReceipt>({
  type: required('type', oneOf('INVOKE', 'DECLARE', 'DEPLOY_ACCOUNT', 'L1_HANDLER')),
  transaction_hash: required('transactionHash', felt),
  actual_fee: required('actualFee', feePayment),
  finality_status: required('finality', finalityStatus),
  execution_status: required('status', executionStatus),
  revert_reason: optional('revertReason', text),
  messages_sent: required('messages', array(messageToL1)),
  events: required('events', array(event)),
  execution_resources: required('gas', executionResources),
  contract_address: optional('contractAddress', felt),
  message_hash: optional('messageHash', hash256),
});

/** A receipt with the block it stands in; no hash while the block is pre-confirmed. */
export interface PlacedReceipt {
  readonly receipt: RpcReceipt;
  readonly blockNumber: number;
  readonly blockHash?: Felt;
}

const place = object<Omit<PlacedReceipt, 'receipt'>>({
  block_number: required('blockNumber', uint),
  block_hash: optional('blockHash', felt),
});

/** TXN_RECEIPT_WITH_BLOCK_INFO */
export const placedReceipt: Codec<PlacedReceipt> = {
  expected: receipt.expected,
  decode: (value) => ({ receipt: receipt.decode(value), ...place.decode(value) }),
  encode: (record) => merge(receipt.encode(record.receipt), place.encode(record)),
};

/** TXN_STATUS_RESULT */
export interface TransactionStatus {
  readonly finality: TransactionFinality;
  readonly execution?: ExecutionStatus;
  /** Present exactly when REVERTED. */
  readonly failureReason?: string;
}

export const transactionStatus = object<TransactionStatus>({
  finality_status: required(
    'finality',
    oneOf('RECEIVED', 'CANDIDATE', 'PRE_CONFIRMED', 'ACCEPTED_ON_L2', 'ACCEPTED_ON_L1'),
  ),
  execution_status: optional('execution', executionStatus),
  failure_reason: optional('failureReason', text),
});

/** One entry of getMessagesStatus. */
export interface MessageStatus {
  readonly transactionHash: Felt;
  readonly finality: FinalityStatus;
  readonly execution: ExecutionStatus;
  readonly failureReason?: string;
}

export const messageStatus = object<MessageStatus>({
  transaction_hash: required('transactionHash', felt),
  finality_status: required('finality', finalityStatus),
  execution_status: required('execution', executionStatus),
  failure_reason: optional('failureReason', text),
});
