/** Name of a value: sha256 of its bytes, 64 lower-case hex digits. Consensus never sees the bytes. */
export type ValueId = string;

/** Position of a validator in its height's set. */
export type ValidatorIndex = number;

/** Kinds of votes: PREVOTE and PRECOMMIT of the paper. */
export type VoteKind = 'prevote' | 'precommit';

/** A vote for a value, or for none (`nil`: null). */
export interface Vote {
  readonly type: 'vote';
  readonly kind: VoteKind;
  readonly height: number;
  readonly round: number;
  readonly valueId: ValueId | null;
  readonly validator: ValidatorIndex;
  /** ed25519 over `voteSignBytes`. */
  readonly signature: Uint8Array;
}

/** The proposal of a round's proposer. */
export interface Proposal {
  readonly type: 'proposal';
  readonly height: number;
  readonly round: number;
  readonly valueId: ValueId;
  /** Round in which the value already had 2f+1 prevotes; -1 for a new value. */
  readonly validRound: number;
  readonly validator: ValidatorIndex;
  /** ed25519 over `proposalSignBytes`. */
  readonly signature: Uint8Array;
  /** Exactly when `validRound` >= 0: the prevotes that it speaks of. Authenticates itself. */
  readonly polka?: Certificate;
}

export type Message = Vote | Proposal;

/**
 * 2f+1 votes of one kind for one value in one round. Of prevotes it is called a polka; of
 * precommits it is a commit certificate: the proof that the value is final.
 */
export interface Certificate {
  readonly kind: VoteKind;
  readonly height: number;
  readonly round: number;
  readonly valueId: ValueId;
  /** Ascending by validator, each at most once. */
  readonly signatures: ReadonlyArray<{
    readonly validator: ValidatorIndex;
    readonly signature: Uint8Array;
  }>;
}

/** Two messages that no honest validator signs both. */
export interface Evidence {
  readonly first: Message;
  readonly second: Message;
}

/** Signatures, as pure functions. */
export interface CryptoPort {
  /** Signs with this node's key. Called only when the node is a validator. */
  readonly sign: (bytes: Uint8Array) => Uint8Array;
  readonly verify: (publicKey: Uint8Array, bytes: Uint8Array, signature: Uint8Array) => boolean;
}
