import { StackError } from '@stackctl/types';
import { type Clock, systemClock } from './clock.ts';

export interface BackoffOptions {
  readonly firstMs: number;
  readonly factor?: number;
  readonly maxMs: number;
}

/** The wait before attempt `n` (0 is the first retry): geometric, capped, without jitter. */
export function backoffMs(attempt: number, options: BackoffOptions): number {
  return Math.min(options.maxMs, options.firstMs * (options.factor ?? 2) ** attempt);
}

/**
 * Asks until the answer is not undefined, at short intervals; TIMEOUT with `waitingFor` when the
 * deadline passes first. An error of `ask` passes through.
 */
export async function waitUntil<T>(
  ask: () => Promise<T | undefined> | T | undefined,
  options: {
    waitingFor: string;
    deadlineMs: number;
    intervalMs?: number;
    signal?: AbortSignal;
    clock?: Clock;
  },
): Promise<T> {
  const clock = options.clock ?? systemClock;
  const until = clock.monotonic() + options.deadlineMs;
  for (;;) {
    options.signal?.throwIfAborted();
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (clock.monotonic() >= until) {
      const seconds = Math.round(options.deadlineMs / 100) / 10;
      throw new StackError('TIMEOUT', { waitingFor: options.waitingFor, seconds });
    }
    await clock.sleep(options.intervalMs ?? 100, options.signal);
  }
}
