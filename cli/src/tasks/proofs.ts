import { type Clock, systemClock } from '@stackctl/runtime';
import { StackError } from '@stackctl/types';
import type { ProverView } from '../chain/prover.ts';

const INTERVAL_MS = 250;

/**
 * Waits until every block up to `target` is proven. TIMEOUT when `patienceMs` pass without one more
 * proven block: a slow machine may take long, a stuck prover may not.
 */
export async function waitProven(options: {
  readonly target: number;
  readonly patienceMs: number;
  readonly read: () => Promise<ProverView>;
  readonly onProgress: (view: ProverView) => void;
  readonly signal: AbortSignal;
  readonly clock?: Clock;
}): Promise<ProverView> {
  const clock = options.clock ?? systemClock;
  let best = -1;
  let until = clock.monotonic() + options.patienceMs;
  for (;;) {
    const view = await options.read();
    options.onProgress(view);
    const proven = view.provenHeight ?? -1;
    if (proven >= options.target) return view;
    if (proven > best) {
      best = proven;
      until = clock.monotonic() + options.patienceMs;
    }
    if (clock.monotonic() >= until) {
      const seconds = options.patienceMs / 1_000;
      throw new StackError('TIMEOUT', { waitingFor: `the proof of block ${best + 1}`, seconds });
    }
    await clock.sleep(INTERVAL_MS, options.signal);
  }
}
