import type { Felt } from './felt.ts';

/** One resource's bounds (v3 transactions): units, and FRI a unit. */
export interface ResourceBounds {
  /** u64 */
  readonly maxAmount: bigint;
  /** u128 */
  readonly maxPricePerUnit: bigint;
}

export interface AllResourceBounds {
  readonly l1Gas: ResourceBounds;
  readonly l2Gas: ResourceBounds;
  readonly l1DataGas: ResourceBounds;
}

export type DataAvailabilityMode = 'L1' | 'L2';

interface AccountTransactionFields {
  /** 3, or 2^128 + 3 for a transaction that is only simulated. */
  readonly version: Felt;
  readonly signature: readonly Felt[];
  readonly nonce: Felt;
  readonly resourceBounds: AllResourceBounds;
  readonly tip: bigint;
  readonly paymasterData: readonly Felt[];
  readonly nonceDataAvailabilityMode: DataAvailabilityMode;
  readonly feeDataAvailabilityMode: DataAvailabilityMode;
}

export interface InvokeTransaction extends AccountTransactionFields {
  readonly type: 'INVOKE';
  readonly senderAddress: Felt;
  readonly calldata: readonly Felt[];
  readonly accountDeploymentData: readonly Felt[];
  /** Absent in transactions signed before 0.10.1 knew them. */
  readonly proofFacts?: readonly Felt[];
}

export interface DeclareTransaction extends AccountTransactionFields {
  readonly type: 'DECLARE';
  readonly senderAddress: Felt;
  readonly classHash: Felt;
  readonly compiledClassHash: Felt;
  readonly accountDeploymentData: readonly Felt[];
}

export interface DeployAccountTransaction extends AccountTransactionFields {
  readonly type: 'DEPLOY_ACCOUNT';
  readonly contractAddressSalt: Felt;
  readonly constructorCalldata: readonly Felt[];
  readonly classHash: Felt;
}

export interface L1HandlerTransaction {
  readonly type: 'L1_HANDLER';
  readonly version: 0n;
  readonly nonce: Felt;
  readonly contractAddress: Felt;
  readonly entryPointSelector: Felt;
  readonly calldata: readonly Felt[];
}

export type AccountTransaction = InvokeTransaction | DeclareTransaction | DeployAccountTransaction;
export type Transaction = AccountTransaction | L1HandlerTransaction;

/** A transaction with the hash that was computed (never believed) for it. */
export interface HashedTransaction {
  readonly hash: Felt;
  readonly transaction: Transaction;
}
