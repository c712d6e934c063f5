import type { CallRecord, MeteredUsage } from '@stackctl/execution';
import type {
  BlockHeader,
  CasmClassJson,
  Felt,
  HashedTransaction,
  SierraClassJson,
} from '@stackctl/types';

/**
 * A call whose run the STARK proves: this code, from this entry point, with these arguments, made these
 * requests, was given these responses and returned this. What the responses *should* have been is for the
 * replay to say.
 */
export interface VerifiedCall
  extends Omit<
    CallRecord,
    'txIndex' | 'entryOffset' | 'builtins' | 'aborted' | 'stoppedUsage' | 'index'
  > {
  /** Number of the call; ascending, in the order in which calls start. Gaps are calls that were stopped. */
  readonly index: number;
  /** Index of the transaction in its block. */
  readonly transaction: number;
}

/**
 * A transaction whose own call the machine stopped (a broken rule, steps that ran out, a call to nowhere):
 * nothing of it can be proven, so the transaction counts as reverted, and this is taken as stated.
 */
export interface StoppedCall {
  readonly transaction: number;
  /** What the call, with the calls in it, is charged for. */
  readonly usage: MeteredUsage;
  /** The receipt's revert reason. */
  readonly reason: string;
}

/** The calls of a block, as its proof and its public inputs tell them. */
export interface BlockTranscript {
  readonly calls: readonly VerifiedCall[];
  /** At most one a transaction, in their order. */
  readonly stopped: readonly StoppedCall[];
}

/** The block that is to follow from its parent's state. Its hash must be the header's own. */
export interface ReplayedBlock {
  readonly chainId: Felt;
  readonly header: BlockHeader;
  /** Each with the hash that was computed for it. */
  readonly transactions: readonly HashedTransaction[];
}

/** Classes that the block runs or declares: what cannot be read from the state alone. */
export interface ReplayClasses {
  casm(classHash: Felt): CasmClassJson | undefined;
  sierra(classHash: Felt): SierraClassJson | undefined;
}

export type ReplayVerdict =
  | {
      readonly ok: true;
      /** Transactions that no account validated: impersonated ones of a development chain. */
      readonly unvalidated: readonly number[];
    }
  | { readonly ok: false; readonly reason: string };
