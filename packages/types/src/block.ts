import type { Receipt, StateDiff, StateWitness, TransactionTrace } from './execution.ts';
import type { Felt } from './felt.ts';
import type { HashedTransaction } from './transaction.ts';

/** Price of one unit of gas in both units. */
export interface GasPrice {
  readonly wei: bigint;
  readonly fri: bigint;
}

export interface GasPrices {
  readonly l1Gas: GasPrice;
  readonly l1DataGas: GasPrice;
  readonly l2Gas: GasPrice;
}

/** Everything about a block that is fixed before its transactions run. */
export interface BlockContext {
  readonly chainId: Felt;
  readonly number: number;
  /** Seconds since the epoch. */
  readonly timestamp: number;
  readonly sequencerAddress: Felt;
  readonly gasPrices: GasPrices;
  readonly strkFeeToken: Felt;
  readonly ethFeeToken: Felt;
  /** For example "0.14.1". */
  readonly starknetVersion: string;
}

export interface BlockHeader {
  readonly hash: Felt;
  readonly parentHash: Felt;
  readonly number: number;
  readonly timestamp: number;
  readonly sequencerAddress: Felt;
  readonly stateRoot: Felt;
  readonly transactionCommitment: Felt;
  readonly eventCommitment: Felt;
  readonly receiptCommitment: Felt;
  readonly stateDiffCommitment: Felt;
  readonly transactionCount: number;
  readonly eventCount: number;
  readonly stateDiffLength: number;
  readonly gasPrices: GasPrices;
  readonly starknetVersion: string;
}

/** What executing a list of transactions on a parent state gives. */
export interface ExecutedBlock {
  readonly transactions: readonly HashedTransaction[];
  readonly receipts: readonly Receipt[];
  readonly traces: readonly TransactionTrace[];
  readonly stateDiff: StateDiff;
  readonly witness: StateWitness;
}

/** An executed block with its header: final once a commit certificate stands beside it. */
export interface Block {
  readonly header: BlockHeader;
  readonly body: ExecutedBlock;
}
