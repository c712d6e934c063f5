/** Milliseconds. */
export interface Pace {
  readonly blockTimeMs: number;
  readonly emptyBlockTimeMs: number;
}

/** Share of the block time that the work on a block may take out of the pause before the next. */
const MOST_WORK = 0.75;

/**
 * Says when a height's first block is due: `blockTimeMs` after the last one was when there is work,
 * `emptyBlockTimeMs` when there is none, and not before enough validators are connected to decide
 * anything; work that is urgent makes it due at once. All nodes pace themselves alike: the proposer builds when it is due, the others start to
 * lose patience then. An idle chain is a quiet one.
 */
export class Pacer {
  readonly #pace: Pace;
  readonly #hasWork: () => boolean;
  readonly #onDue: () => void;
  readonly #isUrgent: () => boolean;
  #connected = false;
  /** Time of the last commit while a height waits to become due. */
  #since: number | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** When the present height became due, once it is. */
  #dueAt: number | undefined;

  constructor(
    pace: Pace,
    hasWork: () => boolean,
    onDue: () => void,
    isUrgent: () => boolean = () => false,
  ) {
    this.#pace = pace;
    this.#hasWork = hasWork;
    this.#onDue = onDue;
    this.#isUrgent = isUrgent;
  }

  /** Whether a height has begun and is not due yet. */
  get isWaiting(): boolean {
    return this.#since !== undefined;
  }

  /**
   * The time from which the pause after a block counts that is committed at `now`: when that block was
   * due, so that a block's execution and votes do not lengthen the interval (under load that is half
   * of it). A quarter of the block time is left to admit transactions, whatever the block took.
   */
  pauseStart(now: number): number {
    return Math.max(this.#dueAt ?? now, now - MOST_WORK * this.#pace.blockTimeMs);
  }

  /** A height begins; `since` is the (monotonic) time from which its pause counts. */
  begin(since: number): void {
    this.#dueAt = undefined;
    this.#since = since;
    this.reconsider();
  }

  setConnected(connected: boolean): void {
    this.#connected = connected;
    this.reconsider();
  }

  /** Work may have come. */
  reconsider(): void {
    clearTimeout(this.#timer);
    if (this.#since === undefined || !this.#connected) return;
    const { blockTimeMs, emptyBlockTimeMs } = this.#pace;
    const pause = this.#hasWork() ? blockTimeMs : Math.max(blockTimeMs, emptyBlockTimeMs);
    const wait = this.#isUrgent() ? 0 : this.#since + pause - performance.now();
    if (wait > 0) {
      this.#timer = setTimeout(() => this.reconsider(), Math.ceil(wait));
      return;
    }
    this.#since = undefined;
    this.#dueAt = performance.now();
    this.#onDue();
  }

  stop(): void {
    this.#since = undefined;
    clearTimeout(this.#timer);
  }
}
