import { join } from 'node:path';
import {
  applyEvent,
  emptyTable,
  type Job,
  type JobEvent,
  type JobTable,
  nextDue,
  type ProofRecord,
  retryTime,
  snapshotOf,
} from './jobs.ts';
import { Journal } from './journal.ts';

/** Lines after which the journal is rewritten. */
const REWRITE_AT = 10_000;

/**
 * The durable queue: one job a block. Every change is in the journal before anything is done about it,
 * so a kill at any moment loses nothing; a job that was being proven is taken up again.
 */
export class ProofQueue {
  readonly #table: JobTable;
  readonly #journal: Journal<JobEvent>;
  readonly #waiting = new Set<() => void>();

  private constructor(table: JobTable, journal: Journal<JobEvent>) {
    this.#table = table;
    this.#journal = journal;
  }

  /** Opens the queue of a data folder. Fails with STORE_CORRUPT or DISK. */
  static open(dataDir: string): ProofQueue {
    const { journal, entries } = Journal.open(join(dataDir, 'queue.jsonl'), parseEvent);
    const table = emptyTable();
    for (const event of entries) applyEvent(table, event);
    // What was being proven when the process ended is due again, at once.
    for (const job of table.jobs.values())
      if (job.state === 'proving')
        table.jobs.set(job.block, { ...job, state: 'queued', retryAt: 0 });
    const queue = new ProofQueue(table, journal);
    journal.rewrite([snapshotOf(table)]);
    return queue;
  }

  get table(): Readonly<Omit<JobTable, 'jobs'>> & { readonly jobs: ReadonlyMap<number, Job> } {
    return this.#table;
  }

  /** Adds blocks, which must follow the last one. One write for all. */
  add(blocks: ReadonlyArray<{ readonly block: number; readonly hash: string }>): void {
    for (const [index, { block }] of blocks.entries())
      if (block !== this.#table.next + index)
        throw new RangeError(`block ${block} does not follow`);
    this.#record(...blocks.map(({ block, hash }): JobEvent => ({ type: 'queued', block, hash })));
  }

  /** Takes the lowest block that is due; undefined when none is. */
  take(now: number): Job | undefined {
    const job = nextDue(this.#table, now);
    if (job === undefined) return undefined;
    this.#record({ type: 'proving', block: job.block });
    return this.#table.jobs.get(job.block);
  }

  /** The job's proof is stored. */
  done(proof: ProofRecord): void {
    this.#record({ type: 'done', proof });
  }

  /** The job failed; it is due again after a pause that grows with its attempts. */
  failed(job: Job, cause: string, now: number, fault: 'block' | 'nodes' = 'block'): void {
    const retryAt = retryTime(now, job.attempts, fault);
    this.#record({ type: 'failed', block: job.block, cause, retryAt });
  }

  /** Milliseconds until a job is due: 0 when one is, undefined when there is none. */
  untilDue(now: number): number | undefined {
    let wait: number | undefined;
    for (const { state, retryAt } of this.#table.jobs.values())
      if (state !== 'proving') wait = Math.min(wait ?? Infinity, Math.max(0, retryAt - now));
    return wait;
  }

  /** Calls back at the next change; returns how to stop that. */
  onChange(listener: () => void): () => void {
    this.#waiting.add(listener);
    return () => this.#waiting.delete(listener);
  }

  close(): void {
    this.#journal.close();
  }

  #record(...events: readonly JobEvent[]): void {
    this.#journal.append(...events);
    for (const event of events) applyEvent(this.#table, event);
    if (this.#journal.length >= REWRITE_AT) this.#journal.rewrite([snapshotOf(this.#table)]);
    for (const listener of this.#waiting) listener();
  }
}

const EVENT_TYPES: readonly string[] = ['queued', 'proving', 'failed', 'done', 'snapshot'];

/** Lines are ours, whole or cut off: it is enough to tell that one is an event. */
function parseEvent(entry: unknown): JobEvent | undefined {
  const type = (entry as Partial<JobEvent> | null)?.type;
  return type !== undefined && EVENT_TYPES.includes(type) ? (entry as JobEvent) : undefined;
}
