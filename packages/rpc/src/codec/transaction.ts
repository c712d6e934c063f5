import type {
  AllResourceBounds,
  DataAvailabilityMode,
  DeclareTransaction,
  DeployAccountTransaction,
  Felt,
  HashedTransaction,
  InvokeTransaction,
  L1HandlerTransaction,
  ResourceBounds,
  SierraClassJson,
  Transaction,
} from '@stackctl/types';
import { sierraClass } from './class.ts';
import {
  array,
  type Codec,
  Malformed,
  merge,
  object,
  oneOf,
  optional,
  required,
  tagged,
} from './core.ts';
import { felt, literal, text, u64, u128 } from './scalars.ts';

export const felts: Codec<readonly Felt[]> = array(felt);

/** Versions of v3 transactions: 3, and 2^128 + 3 ("query") for those that are only simulated. */
export const VERSION_3 = 3n;
export const QUERY_VERSION_3 = (1n << 128n) + 3n;

const version3: Codec<Felt> = {
  expected: 'version "0x3" or "0x100000000000000000000000000000003"',
  decode(value) {
    const version = felt.decode(value);
    if (version !== VERSION_3 && version !== QUERY_VERSION_3)
      throw new Malformed(this.expected, value);
    return version;
  },
  encode: (value) => felt.encode(value),
};

const version0: Codec<0n> = {
  expected: 'version "0x0"',
  decode(value) {
    if (felt.decode(value) !== 0n) throw new Malformed(this.expected, value);
    return 0n;
  },
  encode: (value) => felt.encode(value),
};

const resourceBounds = object<ResourceBounds>({
  max_amount: required('maxAmount', u64),
  max_price_per_unit: required('maxPricePerUnit', u128),
});

const allResourceBounds = object<AllResourceBounds>({
  l1_gas: required('l1Gas', resourceBounds),
  l1_data_gas: required('l1DataGas', resourceBounds),
  l2_gas: required('l2Gas', resourceBounds),
});

const daMode: Codec<DataAvailabilityMode> = oneOf('L1', 'L2');

/** Members that all account transactions of version 3 share. */
const accountFields = {
  version: required('version', version3),
  signature: required('signature', felts),
  nonce: required('nonce', felt),
  resource_bounds: required('resourceBounds', allResourceBounds),
  tip: required('tip', u64),
  paymaster_data: required('paymasterData', felts),
  nonce_data_availability_mode: required('nonceDataAvailabilityMode', daMode),
  fee_data_availability_mode: required('feeDataAvailabilityMode', daMode),
} as const;

/** INVOKE_TXN_V3 */
export const invoke = object<InvokeTransaction>({
  type: required('type', literal('INVOKE')),
  sender_address: required('senderAddress', felt),
  calldata: required('calldata', felts),
  ...accountFields,
  account_deployment_data: required('accountDeploymentData', felts),
  proof_facts: optional('proofFacts', felts),
});

/** DECLARE_TXN_V3: as it stands in a block, with the class's hash. */
export const declare = object<DeclareTransaction>({
  type: required('type', literal('DECLARE')),
  sender_address: required('senderAddress', felt),
  class_hash: required('classHash', felt),
  compiled_class_hash: required('compiledClassHash', felt),
  ...accountFields,
  account_deployment_data: required('accountDeploymentData', felts),
});

/** DEPLOY_ACCOUNT_TXN_V3 */
export const deployAccount = object<DeployAccountTransaction>({
  type: required('type', literal('DEPLOY_ACCOUNT')),
  contract_address_salt: required('contractAddressSalt', felt),
  constructor_calldata: required('constructorCalldata', felts),
  class_hash: required('classHash', felt),
  ...accountFields,
});

/** L1_HANDLER_TXN */
const l1Handler = object<L1HandlerTransaction>({
  type: required('type', literal('L1_HANDLER')),
  version: required('version', version0),
  nonce: required('nonce', felt),
  contract_address: required('contractAddress', felt),
  entry_point_selector: required('entryPointSelector', felt),
  calldata: required('calldata', felts),
});

/** TXN: a transaction as it stands in a block. */
export const transaction: Codec<Transaction> = tagged<Transaction>({
  INVOKE: invoke,
  DECLARE: declare,
  DEPLOY_ACCOUNT: deployAccount,
  L1_HANDLER: l1Handler,
});

/** TXN_WITH_HASH */
export const hashedTransaction: Codec<HashedTransaction> = {
  expected: 'a transaction with its transaction_hash',
  decode: (value) => ({
    transaction: transaction.decode(value),
    hash: hashMember.decode(value).transaction_hash,
  }),
  encode: (record) =>
    merge(transaction.encode(record.transaction), { transaction_hash: felt.encode(record.hash) }),
};
const hashMember = object<{ transaction_hash: Felt }>({
  transaction_hash: required('transaction_hash', felt),
});

/** A DECLARE as it is sent: with the class itself; its hash is computed by the node. */
export interface BroadcastedDeclare extends Omit<DeclareTransaction, 'classHash'> {
  readonly contractClass: SierraClassJson;
}

/** An INVOKE as it is sent; `proof` accompanies `proof_facts` and is not part of the transaction. */
export interface BroadcastedInvoke extends InvokeTransaction {
  readonly proof?: string;
}

export type BroadcastedTransaction =
  | BroadcastedInvoke
  | BroadcastedDeclare
  | DeployAccountTransaction;

/** BROADCASTED_INVOKE_TXN */
export const broadcastedInvoke = object<BroadcastedInvoke>({
  type: required('type', literal('INVOKE')),
  sender_address: required('senderAddress', felt),
  calldata: required('calldata', felts),
  ...accountFields,
  account_deployment_data: required('accountDeploymentData', felts),
  proof_facts: optional('proofFacts', felts),
  proof: optional('proof', text),
});

/** BROADCASTED_DECLARE_TXN_V3 */
export const broadcastedDeclare = object<BroadcastedDeclare>({
  type: required('type', literal('DECLARE')),
  sender_address: required('senderAddress', felt),
  compiled_class_hash: required('compiledClassHash', felt),
  ...accountFields,
  contract_class: required('contractClass', sierraClass),
  account_deployment_data: required('accountDeploymentData', felts),
});

/** BROADCASTED_TXN */
export const broadcasted: Codec<BroadcastedTransaction> = tagged<BroadcastedTransaction>({
  INVOKE: broadcastedInvoke,
  DECLARE: broadcastedDeclare,
  DEPLOY_ACCOUNT: deployAccount,
});
