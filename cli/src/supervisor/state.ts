import type { ProcessIdentity } from '@stackctl/runtime';
import type { ServiceKind } from '../plan/names.ts';
import type { PlannedPort } from '../plan/types.ts';

/**
 * waiting: for a dependency; starting: runs, its probe does not answer yet; healthy; unhealthy: its
 * probe stopped answering; restarting: it died, and waits for its next start; completed: a job that
 * is done; failed: died too often, or with a cause that no restart cures; stopped.
 */
export type ServiceStatus =
  | 'waiting'
  | 'starting'
  | 'healthy'
  | 'unhealthy'
  | 'restarting'
  | 'completed'
  | 'failed'
  | 'stopped';

export interface ServiceState {
  readonly name: string;
  readonly kind: ServiceKind;
  readonly status: ServiceStatus;
  /** Present while it runs. */
  readonly process?: ProcessIdentity;
  /** Starts after the first one. */
  readonly restarts: number;
  readonly endpoints: Readonly<Record<string, string>>;
  readonly ports: readonly PlannedPort[];
  /** How it ended last. */
  readonly lastExit?: string;
  /** Milliseconds from start to its first healthy probe. */
  readonly readyMs?: number;
}

/** starting: boots; running: all up once; stopping; stopped; failed: could not boot. */
export type Phase = 'starting' | 'running' | 'stopping' | 'stopped' | 'failed';

/** Why a boot failed. */
export interface BootFailure {
  readonly service: string;
  /** Code of the catalogue, with its facts. */
  readonly code: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

/** What a supervisor says of its stack; the file beside its socket holds the last one. */
export interface StackState {
  readonly version: 1;
  readonly runId: string;
  readonly runtime: 'process';
  readonly phase: Phase;
  readonly supervisor: ProcessIdentity;
  /** Stops with the `up` that started it. */
  readonly attached: boolean;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly services: readonly ServiceState[];
  readonly failure?: BootFailure;
}

/** What users call the stack's state: "degraded" when it runs with something missing. */
export type Overall = Phase | 'degraded';

export function overallOf(state: StackState): Overall {
  if (state.phase !== 'running') return state.phase;
  const well = state.services.every(({ status }) => ['healthy', 'completed'].includes(status));
  return well ? 'running' : 'degraded';
}
