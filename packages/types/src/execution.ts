import type { EntryPointType } from './contract-class.ts';
import type { Felt } from './felt.ts';

export interface Event {
  readonly fromAddress: Felt;
  readonly keys: readonly Felt[];
  readonly data: readonly Felt[];
}

export interface MessageToL1 {
  readonly fromAddress: Felt;
  /** L1 address, 160 bits. */
  readonly toAddress: Felt;
  readonly payload: readonly Felt[];
}

/** Gas by dimension, in units. */
export interface GasVector {
  readonly l1Gas: bigint;
  readonly l1DataGas: bigint;
  readonly l2Gas: bigint;
}

export interface Receipt {
  readonly transactionHash: Felt;
  /** In FRI. */
  readonly actualFee: bigint;
  readonly status: 'SUCCEEDED' | 'REVERTED';
  /** Present exactly when REVERTED. */
  readonly revertReason?: string;
  readonly events: readonly Event[];
  readonly messages: readonly MessageToL1[];
  readonly gas: GasVector;
  /** Cairo steps of all calls of the transaction. */
  readonly steps: number;
  /** Address that a DEPLOY_ACCOUNT created. */
  readonly contractAddress?: Felt;
}

/** One run of an entry point, with the calls that it made, in the order in which they started. */
export interface CallTrace {
  readonly contractAddress: Felt;
  readonly callerAddress: Felt;
  readonly classHash: Felt;
  readonly entryPointType: EntryPointType;
  readonly callType: 'CALL' | 'DELEGATE';
  readonly selector: Felt;
  readonly calldata: readonly Felt[];
  readonly result: readonly Felt[];
  readonly failed: boolean;
  readonly events: ReadonlyArray<Event & { readonly order: number }>;
  readonly messages: ReadonlyArray<MessageToL1 & { readonly order: number }>;
  readonly calls: readonly CallTrace[];
  /** Cairo steps of this call alone, without nested calls. */
  readonly steps: number;
  /** L2 gas of this call with nested calls. */
  readonly gas: bigint;
}

export interface TransactionTrace {
  readonly type: 'INVOKE' | 'DECLARE' | 'DEPLOY_ACCOUNT' | 'L1_HANDLER';
  readonly validate?: CallTrace;
  /** Main call: execute, constructor (DEPLOY_ACCOUNT) or handler (L1_HANDLER). */
  readonly execute?: CallTrace;
  readonly revertReason?: string;
  readonly feeTransfer?: CallTrace;
  readonly stateDiff: StateDiff;
}

/** What a block or a transaction changed. Lists are sorted by address, then key. */
export interface StateDiff {
  readonly storage: ReadonlyArray<{
    readonly address: Felt;
    readonly entries: ReadonlyArray<{ readonly key: Felt; readonly value: Felt }>;
  }>;
  readonly nonces: ReadonlyArray<{ readonly address: Felt; readonly nonce: Felt }>;
  readonly deployedContracts: ReadonlyArray<{ readonly address: Felt; readonly classHash: Felt }>;
  readonly replacedClasses: ReadonlyArray<{ readonly address: Felt; readonly classHash: Felt }>;
  readonly declaredClasses: ReadonlyArray<{
    readonly classHash: Felt;
    readonly compiledClassHash: Felt;
  }>;
}

/** Reads of the state that a block's execution depended on: value before the block, by key. */
export interface StateWitness {
  readonly storage: ReadonlyArray<{
    readonly address: Felt;
    readonly key: Felt;
    readonly value: Felt;
  }>;
  readonly nonces: ReadonlyArray<{ readonly address: Felt; readonly nonce: Felt }>;
  readonly classHashes: ReadonlyArray<{ readonly address: Felt; readonly classHash: Felt }>;
  readonly compiledClassHashes: ReadonlyArray<{
    readonly classHash: Felt;
    readonly compiledClassHash: Felt;
  }>;
}

/**
 * The state as execution sees it: a synchronous view at one block. An absent value reads as zero.
 * (A contract is deployed if and only if its class hash is not zero.)
 */
export interface StateReader {
  storageAt(address: Felt, key: Felt): Felt;
  nonceAt(address: Felt): Felt;
  classHashAt(address: Felt): Felt;
  /** 0 when the class is not declared. */
  compiledClassHash(classHash: Felt): Felt;
}
