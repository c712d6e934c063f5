import type {
  Certificate,
  Message,
  Proposal,
  ValidatorIndex,
  ValueId,
  Vote,
  VoteKind,
} from '../types.ts';
import type { ValidatorSet } from '../validators.ts';

/**
 * How many rounds above the present one a validator's messages are kept for. The highest round that
 * it has reached is known in any case (L55); what was not kept comes again by rebroadcast. Bounds
 * the memory that a faulty validator can take.
 */
const KEPT_FUTURE_ROUNDS = 8;

/** Votes of one kind in one round: the first of each validator counts. */
export class Tally {
  readonly votes = new Map<ValidatorIndex, Vote>();
  /** Power of all votes, whatever for. */
  total = 0;
  readonly #powerFor = new Map<ValueId | null, number>();
  /** What at least `quorum` voted for; undefined while nothing did. */
  quorumFor: ValueId | null | undefined;

  add(vote: Vote, validators: ValidatorSet): void {
    const power = validators.validators[vote.validator]?.power ?? 0;
    this.votes.set(vote.validator, vote);
    this.total += power;
    const sum = (this.#powerFor.get(vote.valueId) ?? 0) + power;
    this.#powerFor.set(vote.valueId, sum);
    if (this.quorumFor === undefined && sum >= validators.quorum) this.quorumFor = vote.valueId;
  }
}

/** What was received for one round, and which of its once-only rules have fired. */
export class RoundLog {
  readonly round: number;
  proposal: Proposal | undefined;
  readonly prevotes = new Tally();
  readonly precommits = new Tally();
  readonly fired = new Set<'L34' | 'L36' | 'L47'>();

  constructor(round: number) {
    this.round = round;
  }

  tally(kind: VoteKind): Tally {
    return kind === 'prevote' ? this.prevotes : this.precommits;
  }
}

export type Recorded =
  | { readonly result: 'new' | 'known' | 'refused' }
  | { readonly result: 'conflict'; readonly with: Message };

/** The message log of one height (emptied by L53). */
export class MessageLog {
  readonly #validators: ValidatorSet;
  readonly #rounds = new Map<number, RoundLog>();
  /** Highest round of any message, by validator. */
  readonly #reached = new Map<ValidatorIndex, number>();
  #furthest = -1;
  /** Rounds above the present one with messages kept, by validator. */
  readonly #future = new Map<ValidatorIndex, Set<number>>();
  /** Commit certificates' worth of precommits: value and the round that has them. */
  readonly committable = new Map<ValueId, number>();

  constructor(validators: ValidatorSet) {
    this.#validators = validators;
  }

  round(round: number): RoundLog {
    let log = this.#rounds.get(round);
    if (log === undefined) {
      log = new RoundLog(round);
      this.#rounds.set(round, log);
    }
    return log;
  }

  /** The message that stands in the place of `message`, were it kept. */
  counterpart(message: Message): Message | undefined {
    const log = this.#rounds.get(message.round);
    return message.type === 'proposal'
      ? log?.proposal
      : log?.tally(message.kind).votes.get(message.validator);
  }

  /** Keeps a verified message. */
  record(message: Message, presentRound: number): Recorded {
    const { validator, round } = message;
    if (round > (this.#reached.get(validator) ?? -1)) this.#reached.set(validator, round);
    if (round > this.#furthest) this.#furthest = round;
    const other = this.counterpart(message);
    if (other !== undefined)
      return other.valueId === message.valueId && sameBasis(other, message)
        ? { result: 'known' }
        : { result: 'conflict', with: other };
    if (!this.#admit(validator, round, presentRound)) return { result: 'refused' };
    const log = this.round(round);
    if (message.type === 'proposal') {
      log.proposal = message;
    } else {
      const tally = log.tally(message.kind);
      tally.add(message, this.#validators);
      if (message.kind === 'precommit' && typeof tally.quorumFor === 'string')
        this.committable.set(tally.quorumFor, round);
    }
    return { result: 'new' };
  }

  #admit(validator: ValidatorIndex, round: number, presentRound: number): boolean {
    if (round <= presentRound) return true;
    const future = this.#future.get(validator) ?? new Set();
    this.#future.set(validator, future);
    for (const old of future) if (old <= presentRound) future.delete(old);
    if (!future.has(round) && future.size >= KEPT_FUTURE_ROUNDS) return false;
    future.add(round);
    return true;
  }

  /**
   * The highest round that validators of at least f+1 power have reached, if above `present`. (The
   * paper's L55 counts messages of one round; who is in a later round has passed the earlier.)
   */
  skipTarget(present: number): number | undefined {
    if (this.#furthest <= present) return undefined;
    const ahead = [...this.#reached].filter(([, round]) => round > present);
    ahead.sort(([, a], [, b]) => b - a);
    let power = 0;
    for (const [validator, round] of ahead) {
      power += this.#validators.validators[validator]?.power ?? 0;
      if (power >= this.#validators.minority) return round;
    }
    return undefined;
  }

  /** The votes of a round for a value, as a certificate. */
  certificate(kind: VoteKind, height: number, round: number, valueId: ValueId): Certificate {
    const votes = [...this.round(round).tally(kind).votes.values()];
    const signatures = votes
      .filter((vote) => vote.valueId === valueId)
      .sort((a, b) => a.validator - b.validator)
      .map(({ validator, signature }) => ({ validator, signature }));
    return { kind, height, round, valueId, signatures };
  }
}

/** Proposals of one value on two valid rounds are two different claims. */
function sameBasis(a: Message, b: Message): boolean {
  return a.type !== 'proposal' || b.type !== 'proposal' || a.validRound === b.validRound;
}
