import type {
  BlockHeader,
  CasmClassJson,
  Felt,
  HashedTransaction,
  SierraClassJson,
} from '@stackctl/types';

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

/** What a replay that succeeds has to say about single transactions, each by its place in the block. */
export interface Followed {
  /** Those that no account validated: impersonated ones of a development chain. */
  readonly unvalidated: readonly number[];
  /** Those that are charged for steps that a call is stated to have taken (Sierra before 1.7). */
  readonly stepCounted: readonly number[];
}

export type ReplayVerdict =
  | ({ readonly ok: true } & Followed)
  | { readonly ok: false; readonly reason: string };
