import { provenHeight } from './queue/jobs.ts';
import type { ProofQueue } from './queue/queue.ts';
import type { ChainView } from './watch/follower.ts';

/** The phases of proving a block, in their order. */
export const PROVING_PHASES = ['read', 'execute', 'link', 'prove', 'verify', 'store'] as const;
export type ProvingPhase = (typeof PROVING_PHASES)[number];

/** One kind of failed attempts: where they stopped, and the catalogue's code of what stopped them. */
export interface FailureKind {
  readonly phase: ProvingPhase;
  readonly code: string;
  count: number;
}

/** A failed attempt. */
export interface Failure {
  readonly block: number;
  readonly phase: ProvingPhase;
  readonly code: string;
  readonly cause: string;
}

/** What the service counts since it started. */
export interface Counters {
  proofs: number;
  failures: number;
  /** The same by phase and code. */
  readonly failureKinds: Map<string, FailureKind>;
  lastFailure: Failure | null;
  /** Steps covered by proofs. */
  steps: number;
  readonly phaseMs: Record<ProvingPhase, number>;
  /** Time within `prove`, by the phases of the STARK prover. */
  readonly starkMs: Map<string, number>;
  /** The block that is being proven, and where it stands. */
  /** Many transactions wait: no proof is begun, so that the chain has the processors. */
  isGivingWay: boolean;
  current: { readonly block: number; readonly since: number; phase: ProvingPhase } | null;
}

export function createCounters(): Counters {
  return {
    proofs: 0,
    failures: 0,
    failureKinds: new Map(),
    lastFailure: null,
    steps: 0,
    phaseMs: { read: 0, execute: 0, link: 0, prove: 0, verify: 0, store: 0 },
    starkMs: new Map(),
    current: null,
    isGivingWay: false,
  };
}

export function countFailure(counters: Counters, failure: Failure): void {
  const { phase, code } = failure;
  counters.failures++;
  counters.lastFailure = failure;
  const kind = counters.failureKinds.get(`${phase} ${code}`) ?? { phase, code, count: 0 };
  kind.count++;
  counters.failureKinds.set(`${phase} ${code}`, kind);
}

/** Cairo steps covered by a second of proving; 0 before the first proof. */
function stepsPerSecond({ steps, phaseMs }: Counters): number {
  return phaseMs.prove === 0 ? 0 : steps / (phaseMs.prove / 1000);
}

export interface StatusSources {
  readonly queue: ProofQueue;
  readonly view: ChainView;
  readonly counters: Counters;
}

/** `GET /status`. */
export function statusOf({ queue, view, counters }: StatusSources, now: number) {
  const { table } = queue;
  const proven = provenHeight(table);
  const { current } = counters;
  return {
    provenHeight: proven,
    height: view.height,
    lag: Math.max(0, view.height - proven),
    /** Blocks that wait or are being proven. */
    queue: table.jobs.size,
    /** Failed attempts since the service started. */
    failures: counters.failures,
    /** Blocks whose last attempt failed: they are tried again. */
    failing: [...table.jobs.values()]
      .filter((job) => job.cause !== null)
      .map(({ block, attempts, cause, retryAt }) => ({
        block,
        attempts,
        cause,
        retryInMs: Math.max(0, retryAt - now),
      })),
    proving:
      current === null
        ? null
        : { block: current.block, phase: current.phase, ms: now - current.since },
    /** Waits because the chain is busy (PROVER_GIVE_WAY_AT). */
    givingWay: counters.isGivingWay,
    lastProof: table.lastProof,
    /** The last attempt that failed, also when a later one succeeded. */
    lastFailure: counters.lastFailure,
    stepsPerSecond: Math.round(stepsPerSecond(counters)),
    /** Milliseconds spent in each phase since the service started. */
    phaseMs: Object.fromEntries(
      PROVING_PHASES.map((phase) => [phase, Math.round(counters.phaseMs[phase])]),
    ),
    error: view.error,
  };
}

/** `GET /metrics`: Prometheus text. */
export function metricsOf(sources: StatusSources, now: number): string {
  const status = statusOf(sources, now);
  const { counters } = sources;
  const lines: string[] = [];
  function metric(name: string, type: 'gauge' | 'counter', help: string, value: number): void {
    lines.push(`# HELP stackctl_prover_${name} ${help}`);
    lines.push(`# TYPE stackctl_prover_${name} ${type}`);
    lines.push(`stackctl_prover_${name} ${value}`);
  }
  metric('chain_height', 'gauge', 'Height of the chain as last read.', status.height);
  metric('proven_height', 'gauge', 'Every block up to it is proven.', status.provenHeight);
  metric('lag_blocks', 'gauge', 'Blocks that have no proof yet.', status.lag);
  metric('queue_blocks', 'gauge', 'Blocks in the queue.', status.queue);
  metric('failing_blocks', 'gauge', 'Blocks whose last attempt failed.', status.failing.length);
  metric('proofs_total', 'counter', 'Proofs stored.', counters.proofs);
  metric('steps_total', 'counter', 'Cairo steps covered by proofs.', counters.steps);
  metric(
    'steps_per_second',
    'gauge',
    'Cairo steps covered, by seconds of proving.',
    stepsPerSecond(counters),
  );
  if (status.lastProof !== null) {
    const { ms, parts, block } = status.lastProof;
    metric('last_proof_block', 'gauge', 'Block of the newest proof.', block);
    metric('last_proof_seconds', 'gauge', 'From taking its job to storing it.', ms / 1000);
    metric('last_proof_parts', 'gauge', 'Proofs that its block took.', parts);
  }
  lines.push('# HELP stackctl_prover_failures_total Attempts that failed, by phase and cause.');
  lines.push('# TYPE stackctl_prover_failures_total counter');
  for (const { phase, code, count } of counters.failureKinds.values())
    lines.push(`stackctl_prover_failures_total{phase="${phase}",cause="${code}"} ${count}`);
  lines.push('# HELP stackctl_prover_phase_seconds_total Time spent by phase.');
  lines.push('# TYPE stackctl_prover_phase_seconds_total counter');
  for (const phase of PROVING_PHASES)
    lines.push(
      `stackctl_prover_phase_seconds_total{phase="${phase}"} ${counters.phaseMs[phase] / 1000}`,
    );
  lines.push(
    '# HELP stackctl_prover_stark_seconds_total Time within proving, by phase of the STARK.',
  );
  lines.push('# TYPE stackctl_prover_stark_seconds_total counter');
  for (const [phase, ms] of counters.starkMs)
    lines.push(`stackctl_prover_stark_seconds_total{phase="${phase}"} ${ms / 1000}`);
  return `${lines.join('\n')}\n`;
}
