import type { ProcessIdentity } from '@stackctl/runtime';
import type { ServicePlan } from '../plan/types.ts';

/** How a unit ended. */
export interface Exit {
  /** null when a signal ended it, or when it never started. */
  readonly code: number | null;
  readonly signal: string | null;
  /** Why it could not even be started. */
  readonly startError?: string;
}

/** One running service, whatever it runs in. */
export interface Unit {
  /** The process on this machine; undefined when it could not be started. */
  readonly identity: ProcessIdentity | undefined;
  /** Resolves once, when it has ended; never rejects. */
  readonly exited: Promise<Exit>;
  /** Asks it to stop. */
  terminate(): void;
  /** Ends it and everything that it started. */
  kill(): void;
  /** Stops it in its tracks, and lets it go on: what a machine does that hangs. */
  pause(): void;
  resume(): void;
}

/** Runs services of a plan. The supervisor above it decides what runs when. */
export interface Runner {
  readonly runtime: 'process';
  /** Starts a service; what it says goes to the end of `logFile`. */
  start(service: ServicePlan, logFile: string): Unit;
}

export function describeExit(exit: Exit): string {
  if (exit.startError !== undefined) return exit.startError;
  return exit.signal === null ? `exit code ${exit.code}` : `signal ${exit.signal}`;
}
