import type { ValueId } from '@stackctl/consensus';

/** How long a proposed value may take to arrive by itself before it is asked for. */
const ASK_AFTER_MS = 100;
const ASK_AGAIN_MS = 300;

/** Values that are waited for; each is asked for again and again, until it is deleted. */
export class WantedValues {
  readonly #timers = new Map<ValueId, NodeJS.Timeout>();
  readonly #ask: (valueId: ValueId, turn: number) => void;

  /** `turn` counts the times a value was asked for: each time it is another peer's turn. */
  constructor(ask: (valueId: ValueId, turn: number) => void) {
    this.#ask = ask;
  }

  add(valueId: ValueId): void {
    this.#wait(valueId, ASK_AFTER_MS, 0);
  }

  has(valueId: ValueId): boolean {
    return this.#timers.has(valueId);
  }

  delete(valueId: ValueId): void {
    clearTimeout(this.#timers.get(valueId));
    this.#timers.delete(valueId);
  }

  clear(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  #wait(valueId: ValueId, ms: number, turn: number): void {
    const timer = setTimeout(() => {
      this.#wait(valueId, ASK_AGAIN_MS, turn + 1);
      this.#ask(valueId, turn);
    }, ms);
    this.#timers.set(valueId, timer);
  }
}
