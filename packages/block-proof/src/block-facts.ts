import type { BlockHeader, CallTrace, Felt, HashedTransaction } from '@stackctl/types';

/** A call as the chain's traces show it (over RPC they carry no steps). */
export interface TracedCall extends Omit<CallTrace, 'steps' | 'gas' | 'calls'> {
  readonly calls: readonly TracedCall[];
}

/** The trees of calls of one transaction. A reverted main call is not shown. */
export interface TracedTransaction {
  readonly validate?: TracedCall;
  readonly execute?: TracedCall;
  readonly feeTransfer?: TracedCall;
}

/** What a verifier reads from the chain to judge a block's proof. */
export interface BlockFacts {
  readonly chainId: Felt;
  readonly header: Pick<
    BlockHeader,
    'hash' | 'parentHash' | 'number' | 'timestamp' | 'sequencerAddress'
  >;
  readonly transactionHashes: readonly Felt[];
  readonly transactions: ReadonlyArray<Pick<HashedTransaction, 'transaction'>>;
  /** One a transaction, in their order. */
  readonly traces: readonly TracedTransaction[];
}
