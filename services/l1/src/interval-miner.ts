/** Milliseconds between blocks: fixed, or drawn from a range each time. 0 is off. */
export type MiningInterval = number | readonly [number, number];

/** Reads the parameter of evm_setIntervalMining; undefined when it is malformed. */
export function parseInterval(value: unknown): MiningInterval | undefined {
  const isDelay = (item: unknown): item is number =>
    Number.isSafeInteger(item) && Number(item) >= 0;
  if (isDelay(value)) return value;
  if (!Array.isArray(value) || value.length !== 2 || !value.every(isDelay)) return undefined;
  const [least, most] = value as [number, number];
  return least <= most && most > 0 ? [least, most] : undefined;
}

/**
 * Mines by the clock. Hardhat can do that itself, but then blocks appear between requests, where a
 * journal cannot see them in order.
 */
export class IntervalMiner {
  readonly #mine: () => Promise<unknown>;
  #timer: NodeJS.Timeout | undefined;

  constructor(mine: () => Promise<unknown>) {
    this.#mine = mine;
  }

  set(interval: MiningInterval): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const [least, most] = typeof interval === 'number' ? [interval, interval] : interval;
    if (most === 0) return;
    const again = (): void => {
      const timer = setTimeout(
        async () => {
          await this.#mine();
          if (this.#timer === timer) again();
        },
        least + Math.random() * (most - least),
      );
      this.#timer = timer;
    };
    again();
  }

  stop(): void {
    this.set(0);
  }
}
