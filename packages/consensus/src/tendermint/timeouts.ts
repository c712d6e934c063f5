import type { TimerKind } from '../engine.ts';

/** Milliseconds. Timeouts grow with the round, so that some round is long enough (section III). */
export interface Timeouts {
  readonly propose: number;
  readonly prevote: number;
  readonly precommit: number;
  /** Added each round. */
  readonly delta: number;
  /** Interval at which an undecided height's messages are sent again. */
  readonly rebroadcast: number;
}

/** Growth ends here: a network that is slower than this has other troubles. */
const LONGEST_TIMEOUT_MS = 60_000;

export function timeoutMs(timeouts: Timeouts, kind: TimerKind, round: number): number {
  if (kind === 'rebroadcast') return timeouts.rebroadcast;
  return Math.min(timeouts[kind] + round * timeouts.delta, LONGEST_TIMEOUT_MS);
}
