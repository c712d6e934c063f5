import type { Message, ValidatorIndex } from '../types.ts';
import type { ValidatorSet } from '../validators.ts';

/** Kept for each validator; what does not fit comes again by rebroadcast. */
const KEPT_EACH = 32;
/** A node that is slow for a moment must not have to ask for what it has been told. */
const HEIGHTS_AHEAD = 4;

interface Early {
  readonly message: Message;
  /** The set that it was verified against. */
  readonly validators: ValidatorSet;
}

/** Verified messages for the heights after the present one, until those begin. */
export class EarlyMessages {
  #kept: Early[] = [];
  /** Highest height heard of, by validator. */
  readonly #heights = new Map<ValidatorIndex, number>();

  /** Whether there is nothing to learn from `message`: no room and no news of its sender. */
  isFull(message: Message): boolean {
    const count = this.#kept.filter(
      (early) => early.message.validator === message.validator,
    ).length;
    return count >= KEPT_EACH && message.height <= (this.#heights.get(message.validator) ?? -1);
  }

  /** Keeps `message` when it is for one of the next heights; true when it is news of its sender's height. */
  keep(message: Message, presentHeight: number, validators: ValidatorSet): boolean {
    const mine = this.#kept.filter((early) => early.message.validator === message.validator);
    const repeated = mine.some(
      ({ message: known }) =>
        known.height === message.height &&
        known.round === message.round &&
        known.type === message.type &&
        known.valueId === message.valueId &&
        (known.type !== 'vote' || message.type !== 'vote' || known.kind === message.kind),
    );
    if (message.height <= presentHeight + HEIGHTS_AHEAD && mine.length < KEPT_EACH && !repeated)
      this.#kept.push({ message, validators });
    const news = message.height > (this.#heights.get(message.validator) ?? -1);
    if (news) this.#heights.set(message.validator, message.height);
    return news;
  }

  /** What was kept for `height`, and whether its verification holds for that height's set. */
  take(height: number, validators: ValidatorSet): Array<{ message: Message; verified: boolean }> {
    const due = this.#kept.filter((early) => early.message.height === height);
    this.#kept = this.#kept.filter((early) => early.message.height > height);
    return due.map((early) => ({
      message: early.message,
      verified: early.validators === validators,
    }));
  }
}
