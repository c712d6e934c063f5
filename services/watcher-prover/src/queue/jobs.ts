import { backoffMs } from '@stackctl/runtime';

/** What is remembered of a proof that was stored. */
export interface ProofRecord {
  readonly block: number;
  /** Hex. */
  readonly blockHash: string;
  /** Steps that the proof covers. */
  readonly steps: number;
  /** Milliseconds from taking the job to storing its proof. */
  readonly ms: number;
  readonly securityBits: number;
  /** Proofs that it took. */
  readonly parts: number;
}

/** What happens to jobs, as the journal keeps it. */
export type JobEvent =
  | { readonly type: 'queued'; readonly block: number; readonly hash: string }
  | { readonly type: 'proving'; readonly block: number }
  | {
      readonly type: 'failed';
      readonly block: number;
      readonly cause: string;
      readonly retryAt: number;
    }
  | { readonly type: 'done'; readonly proof: ProofRecord }
  /** Written when the journal is rewritten: the whole table. */
  | {
      readonly type: 'snapshot';
      readonly next: number;
      readonly lastHash: string | null;
      readonly jobs: readonly Job[];
      readonly lastProof: ProofRecord | null;
    };

/** One block to be proven. */
export interface Job {
  readonly block: number;
  readonly hash: string;
  readonly state: 'queued' | 'proving' | 'failed';
  readonly attempts: number;
  /** Milliseconds since the epoch; 0 when due at once. */
  readonly retryAt: number;
  /** Why the last attempt failed. */
  readonly cause: string | null;
}

/** The queue at one moment. A block is in `jobs` until its proof is stored; never twice. */
export interface JobTable {
  /** The next block that is not known to the queue. */
  next: number;
  /** Hash of block `next - 1`. */
  lastHash: string | null;
  readonly jobs: Map<number, Job>;
  lastProof: ProofRecord | null;
}

export function emptyTable(): JobTable {
  return { next: 0, lastHash: null, jobs: new Map(), lastProof: null };
}

/** Pauses after failures: of the block itself, and of nodes that will be back sooner or later. */
const RETRY = { firstMs: 500, maxMs: { block: 60_000, nodes: 5_000 } };

/** When a job that failed for the n-th time (from 1) is tried again. */
export function retryTime(now: number, attempts: number, fault: keyof typeof RETRY.maxMs): number {
  return now + backoffMs(attempts - 1, { firstMs: RETRY.firstMs, maxMs: RETRY.maxMs[fault] });
}

/**
 * Changes the table as an event says. Replaying the journal gives the table that wrote it. An event of
 * a block that has no job changes nothing.
 */
export function applyEvent(table: JobTable, event: JobEvent): void {
  const { jobs } = table;
  switch (event.type) {
    case 'queued': {
      const { block, hash } = event;
      jobs.set(block, { block, hash, state: 'queued', attempts: 0, retryAt: 0, cause: null });
      table.next = block + 1;
      table.lastHash = hash;
      return;
    }
    case 'proving': {
      const job = jobs.get(event.block);
      if (job !== undefined)
        jobs.set(event.block, { ...job, state: 'proving', attempts: job.attempts + 1 });
      return;
    }
    case 'failed': {
      const job = jobs.get(event.block);
      const { cause, retryAt } = event;
      if (job !== undefined) jobs.set(event.block, { ...job, state: 'failed', cause, retryAt });
      return;
    }
    case 'done':
      jobs.delete(event.proof.block);
      table.lastProof = event.proof;
      return;
    case 'snapshot':
      jobs.clear();
      for (const job of event.jobs) jobs.set(job.block, job);
      table.next = event.next;
      table.lastHash = event.lastHash;
      table.lastProof = event.lastProof;
  }
}

/** The event that makes this table from nothing: what a rewritten journal holds. */
export function snapshotOf({ next, lastHash, jobs, lastProof }: JobTable): JobEvent {
  return { type: 'snapshot', next, lastHash, jobs: [...jobs.values()], lastProof };
}

/** The lowest block that is due; undefined when none is. */
export function nextDue(table: Pick<JobTable, 'jobs'>, now: number): Job | undefined {
  let due: Job | undefined;
  for (const job of table.jobs.values())
    if (
      job.state !== 'proving' &&
      job.retryAt <= now &&
      (due === undefined || job.block < due.block)
    )
      due = job;
  return due;
}

/** The highest block below which every block is proven; -1 when block 0 is not. */
export function provenHeight(table: {
  readonly next: number;
  readonly jobs: ReadonlyMap<number, Job>;
}): number {
  let lowest = table.next;
  for (const block of table.jobs.keys()) lowest = Math.min(lowest, block);
  return lowest - 1;
}
