import type { BackoffOptions } from '@stackctl/runtime';

/** Times in milliseconds. */
export interface Policy {
  /** Between probes while a service starts. */
  readonly startProbeMs: number;
  /** Between probes of a healthy service, and how many misses make it unhealthy. */
  readonly healthProbeMs: number;
  readonly misses: number;
  readonly probeTimeoutMs: number;
  /** How long a service may take to stop before it is killed. */
  readonly stopGraceMs: number;
  /** Waits before a dead service is started again. */
  readonly backoff: BackoffOptions;
  /** Restarts in a row, each before `steadyMs` of health, after which a service stays down. */
  readonly restartLimit: number;
  readonly steadyMs: number;
}

export const POLICY: Policy = {
  startProbeMs: 50,
  healthProbeMs: 2_000,
  misses: 3,
  probeTimeoutMs: 2_000,
  stopGraceMs: 3_000,
  backoff: { firstMs: 200, maxMs: 10_000 },
  restartLimit: 6,
  steadyMs: 60_000,
};
