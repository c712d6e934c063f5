/** Token bucket over received bytes. The time comes from outside, in milliseconds. */
export class RateLimit {
  readonly #perMs: number;
  readonly #burst: number;
  #tokens: number;
  #last: number;

  constructor(bytesPerSecond: number, burst: number, now: number) {
    this.#perMs = bytesPerSecond / 1000;
    this.#burst = burst;
    this.#tokens = burst;
    this.#last = now;
  }

  /** Spends `bytes`; gives the milliseconds to wait before taking more (0: none). */
  spend(bytes: number, now: number): number {
    this.#tokens = Math.min(this.#burst, this.#tokens + (now - this.#last) * this.#perMs) - bytes;
    this.#last = now;
    return this.#tokens >= 0 ? 0 : Math.ceil(-this.#tokens / this.#perMs);
  }
}
