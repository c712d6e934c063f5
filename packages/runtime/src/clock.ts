import { setTimeout as delay } from 'node:timers/promises';

/** Time as code that must be testable sees it. */
export interface Clock {
  /** Wall clock, milliseconds since the epoch. */
  now(): number;
  /** Milliseconds of a clock that never goes back; only differences mean anything. */
  monotonic(): number;
  /** Resolves after `ms`; rejects with the signal's reason when it aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: async (ms, signal) => {
    try {
      await delay(ms, undefined, signal === undefined ? {} : { signal });
    } catch (error) {
      // Timers reject with their own AbortError; the caller wants the reason that it gave.
      throw signal?.aborted === true ? signal.reason : error;
    }
  },
};

/** Resolves when all that can go on without time has gone on. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** A clock that moves only when told to: `advance` runs the sleeps that fall due, in order. */
export function manualClock(start = 0): Clock & { advance(ms: number): Promise<void> } {
  let time = start;
  let sleepers: Array<{ due: number; wake: () => void }> = [];
  return {
    now: () => time,
    monotonic: () => time,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted === true) return reject(signal.reason);
        const sleeper = { due: time + ms, wake: resolve };
        sleepers.push(sleeper);
        signal?.addEventListener('abort', () => {
          sleepers = sleepers.filter((other) => other !== sleeper);
          reject(signal.reason);
        });
      }),
    advance: async (ms) => {
      const until = time + ms;
      await settled(); // what is under way may be about to sleep
      for (;;) {
        const next = sleepers.filter((s) => s.due <= until).sort((a, b) => a.due - b.due)[0];
        if (next === undefined) break;
        sleepers = sleepers.filter((other) => other !== next);
        time = next.due;
        next.wake();
        await settled();
      }
      time = until;
    },
  };
}
