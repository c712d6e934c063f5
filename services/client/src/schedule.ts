import type { Clock } from '@stackctl/runtime';

/**
 * Starts each item at its time (`at` milliseconds after `start`, on the monotonic clock) and waits for
 * all of them to end. An item is never held back by those before it; one whose time has passed starts at
 * once. An abort drops the items not yet started.
 */
export async function startOnTime<T extends { readonly at: number }>(
  plan: readonly T[],
  start: number,
  clock: Clock,
  abort: AbortSignal,
  begin: (item: T) => Promise<void>,
): Promise<void> {
  const running: Array<Promise<void>> = [];
  for (const item of plan) {
    const wait = start + item.at - clock.monotonic();
    if (wait > 0) await clock.sleep(wait, abort).catch(() => undefined);
    if (abort.aborted) break;
    running.push(begin(item));
  }
  await Promise.all(running);
}
