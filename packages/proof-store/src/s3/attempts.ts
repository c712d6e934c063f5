import { backoffMs, type Clock } from '@stackctl/runtime';
import type { S3Settings } from '../settings.ts';
import { type Failure, judge, unreachable } from './failure.ts';

export interface Patience {
  /** Attempts of one request, the first included. */
  readonly attempts: number;
  /** Pause after the first; each one doubles it. */
  readonly firstMs: number;
  readonly maxMs: number;
  /** Of one attempt, from connecting to the last byte of the answer. */
  readonly timeoutMs: number;
}

export const PATIENCE: Patience = { attempts: 6, firstMs: 100, maxMs: 5_000, timeoutMs: 30_000 };

/** A request's end that is no answer but is expected. */
export type Outcome<T> =
  | { readonly kind: 'done'; readonly value: T }
  | Extract<Failure, { kind: 'absent' | 'condition' }>;

/**
 * Makes a request until it is answered, with pauses in between. `ask` must heed its signal and may be
 * run again after an attempt that did its work and lost the answer.
 *
 * @throws StackError STORE_UNREACHABLE after the last attempt; CONFIG_INVALID at once
 */
export async function persist<T>(
  ask: (signal: AbortSignal) => Promise<T>,
  settings: S3Settings,
  patience: Patience,
  clock: Clock,
): Promise<Outcome<T>> {
  for (let attempt = 0; ; attempt++) {
    const timeout = AbortSignal.timeout(patience.timeoutMs);
    try {
      return { kind: 'done', value: await ask(timeout) };
    } catch (error) {
      const failure: Failure = timeout.aborted
        ? { kind: 'again', reason: `no whole answer within ${patience.timeoutMs / 1000} s` }
        : judge(error, settings);
      if (failure.kind === 'final') throw failure.error;
      if (failure.kind !== 'again') return failure;
      if (attempt + 1 >= patience.attempts)
        throw unreachable(settings, `${failure.reason}, after ${patience.attempts} attempts`);
      await clock.sleep(backoffMs(attempt, patience));
    }
  }
}
