import { type ProofStore, proofNames } from '@stackctl/block-proof';
import type { Clock, Logger } from '@stackctl/runtime';
import { isStackError } from '@stackctl/types';
import type { Job } from '../queue/jobs.ts';
import type { ProofQueue } from '../queue/queue.ts';
import { type Counters, countFailure, type ProvingPhase } from '../status.ts';
import type { ProvenBlock } from './messages.ts';
import type { BlockProver } from './prover-thread.ts';

export interface ProverLoopOptions {
  readonly queue: ProofQueue;
  readonly store: ProofStore;
  readonly prover: Pick<BlockProver, 'run'>;
  readonly counters: Counters;
  readonly clock: Clock;
  readonly log: Logger;
  /** Resolves when a proof may be begun. */
  readonly giveWay?: (signal: AbortSignal) => Promise<void>;
}

/** A proof that the store would not take: it is kept until it does, not made again. */
interface Unstored {
  readonly hash: string;
  readonly proven: ProvenBlock;
}

/**
 * Takes jobs from the queue, lowest block first, until `signal`. A job is done when its proof has been
 * verified and both files stand in the store; only then does the queue hear of it.
 */
export async function proveQueued(options: ProverLoopOptions, signal: AbortSignal): Promise<void> {
  const { queue, clock } = options;
  const kept: { unstored: Unstored | undefined } = { unstored: undefined };
  while (!signal.aborted) {
    await options.giveWay?.(signal);
    if (signal.aborted) return;
    const job = queue.take(clock.now());
    if (job === undefined) await untilDue(options, signal);
    else await attempt(options, job, kept, signal);
  }
}

async function attempt(
  options: ProverLoopOptions,
  job: Job,
  kept: { unstored: Unstored | undefined },
  signal: AbortSignal,
): Promise<void> {
  const { queue, counters, clock, log } = options;
  const since = clock.now();
  const begun = clock.monotonic();
  const current = { block: job.block, since, phase: 'read' as ProvingPhase };
  counters.current = current;
  const timer = phaseTimer(clock, counters, current);
  try {
    const proven =
      (await provenBefore(options, job, timer.enter)) ??
      (await proveAndStore(options, job, kept, timer.enter));
    const { steps, securityBits, parts } = proven;
    const ms = Math.round(clock.monotonic() - begun);
    queue.done({ block: job.block, blockHash: job.hash, steps, ms, securityBits, parts });
    counters.proofs++;
    counters.steps += steps;
    for (const [phase, spent] of Object.entries(proven.timings))
      counters.starkMs.set(phase, (counters.starkMs.get(phase) ?? 0) + spent);
    log.info('proven', { block: job.block, blockHash: job.hash, steps, ms, parts });
  } catch (error) {
    if (signal.aborted) return; // the job is still being proven for the queue: the next start resumes it
    const cause = error instanceof Error ? error.message : String(error);
    const code = isStackError(error) ? error.code : 'INTERNAL';
    countFailure(counters, { block: job.block, phase: current.phase, code, cause });
    const fault = isAway(error) ? 'nodes' : 'block';
    queue.failed(job, cause, clock.now(), fault);
    log.error('proving failed', { block: job.block, attempts: job.attempts, error });
  } finally {
    timer.leave();
    counters.current = null;
  }
}

/** A proof that was stored by a run which died before it could say so; undefined when there is none. */
async function provenBefore(
  { store, prover, log }: ProverLoopOptions,
  job: Job,
  enter: (phase: ProvingPhase) => void,
): Promise<ProvenBlock | undefined> {
  const names = proofNames(BigInt(job.hash));
  const { block, hash } = job;
  try {
    const [proof, publicInputs] = await Promise.all([
      store.get(names.proof),
      store.get(names.publicInputs),
    ]);
    if (proof === undefined || publicInputs === undefined) return undefined;
    return await prover.run({ kind: 'verify', block, hash, files: { proof, publicInputs } }, enter);
  } catch (error) {
    // Nothing is wrong with the proof when the store or the nodes are away.
    if (isAway(error)) throw error;
    log.warn('a stored proof does not verify and is made anew', { block, error });
    return undefined;
  }
}

async function proveAndStore(
  { store, prover }: ProverLoopOptions,
  { block, hash }: Job,
  kept: { unstored: Unstored | undefined },
  enter: (phase: ProvingPhase) => void,
): Promise<ProvenBlock> {
  const proven =
    kept.unstored?.hash === hash
      ? kept.unstored.proven
      : await prover.run({ kind: 'prove', block, hash }, enter);
  enter('store');
  kept.unstored = { hash, proven };
  const names = proofNames(BigInt(hash));
  // In this order: where there is a proof there are its public inputs.
  await store.put(names.publicInputs, proven.publicInputs);
  await store.put(names.proof, proven.proof);
  kept.unstored = undefined;
  return proven;
}

/** Waits until the queue changes or a job that failed is due again. */
async function untilDue({ queue, clock }: ProverLoopOptions, signal: AbortSignal): Promise<void> {
  const woken = new AbortController();
  const stop = queue.onChange(() => woken.abort());
  const either = AbortSignal.any([signal, woken.signal]);
  const wait = queue.untilDue(clock.now());
  // Nothing is due at any time: only a change can wake this up.
  await clock.sleep(wait ?? 2 ** 31 - 1, either).catch(() => undefined);
  stop();
}

/** Adds up the time between changes of phase. */
function phaseTimer(
  clock: Clock,
  counters: Counters,
  current: { phase: ProvingPhase },
): { readonly enter: (phase: ProvingPhase) => void; readonly leave: () => void } {
  let since = clock.monotonic();
  function leave(): void {
    const now = clock.monotonic();
    counters.phaseMs[current.phase] += now - since;
    since = now;
  }
  return {
    enter: (phase) => {
      leave();
      current.phase = phase;
    },
    leave,
  };
}

/** No node answers, or the store does not: the block is not to blame, and both will be back. */
function isAway(error: unknown): boolean {
  return isStackError(error, 'RPC_UNREACHABLE') || isStackError(error, 'STORE_UNREACHABLE');
}
