import type { ServiceKind } from './names.ts';

/** What must be true of a dependency before a service starts. */
export type Condition = 'started' | 'healthy' | 'completed';

/** How one learns that a service is ready: its URL answers 200. */
export interface Probe {
  readonly kind: 'http';
  readonly url: string;
}

export interface PlannedPort {
  /** "rpc", "p2p", "http". */
  readonly name: string;
  readonly port: number;
  /** The port that the configuration names; another one is used when that is taken. */
  readonly wanted: number;
}

/** One service as data: everything that a runner needs, and nothing else. */
export interface ServicePlan {
  readonly name: string;
  readonly kind: ServiceKind;
  /** Program and arguments. */
  readonly command: readonly [string, ...string[]];
  /** The whole environment of the process. */
  readonly env: Readonly<Record<string, string>>;
  /**
   * Secrets: variables that the process takes from the supervisor's environment when it starts. Their
   * values are no part of the plan, which is a file.
   */
  readonly inherits?: readonly string[];
  readonly dependsOn: Readonly<Record<string, Condition>>;
  readonly ports: readonly PlannedPort[];
  /** URLs for people and tools, by name. */
  readonly endpoints: Readonly<Record<string, string>>;
  /** Absent: ready as soon as it runs. */
  readonly probe?: Probe;
  /** A job: it is done when it exits 0, and is not restarted. */
  readonly oneShot?: boolean;
  readonly dataDir: string;
}

/** A stack as data. */
export interface Plan {
  readonly version: 1;
  readonly runId: string;
  readonly runtime: 'process';
  readonly home: string;
  readonly services: readonly ServicePlan[];
  /** From start to all healthy. */
  readonly bootTimeoutMs: number;
}
