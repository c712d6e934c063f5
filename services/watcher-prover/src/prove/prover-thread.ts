import { Worker } from 'node:worker_threads';
import { StackError } from '@stackctl/types';
import type { ProvingPhase } from '../status.ts';
import type { ProvenBlock, ProverReply, ProverRequest, ProverSettings } from './messages.ts';

/** Proves blocks somewhere that does not hold up the service. One at a time. */
export interface BlockProver {
  /** @throws StackError PROVER with the cause, RPC_UNREACHABLE */
  run(request: ProverRequest, onPhase: (phase: ProvingPhase) => void): Promise<ProvenBlock>;
  stop(): Promise<void>;
}

/**
 * A thread that has had nothing to do for so long is ended: its memory goes back to the system. Large
 * proofs leave hundreds of megabytes behind, so one that made them ends as soon as the rush is over;
 * otherwise the empty blocks that follow would keep it.
 */
const IDLE_MS = { small: 30_000, large: 2_000 };
const LARGE_STEPS = 2 ** 11;

/** A prover in a worker thread, started when it is needed and again after it died. */
export function createProverThread(
  settings: ProverSettings,
  script: URL = new URL('./worker.ts', import.meta.url),
): BlockProver {
  let worker: Worker | undefined;
  let idle: NodeJS.Timeout | undefined;
  let isLarge = false;

  function start(): Worker {
    clearTimeout(idle);
    if (worker !== undefined) return worker;
    const started = new Worker(script, { workerData: settings });
    isLarge = false;
    // A thread that dies while it has nothing to do is started anew when it is needed.
    started.on('error', () => undefined);
    started.once('exit', () => {
      if (worker === started) worker = undefined;
    });
    worker = started;
    return started;
  }

  async function end(): Promise<void> {
    clearTimeout(idle);
    const ending = worker;
    worker = undefined;
    await ending?.terminate();
  }

  function run(
    request: ProverRequest,
    onPhase: (phase: ProvingPhase) => void,
  ): Promise<ProvenBlock> {
    const thread = start();
    return new Promise<ProvenBlock>((resolve, reject) => {
      function settle(finish: () => void): void {
        thread.off('message', onMessage);
        thread.off('error', onError);
        thread.off('exit', onExit);
        finish();
      }
      function fail(reason: string): void {
        settle(() => reject(new StackError('PROVER', { reason })));
      }
      function onMessage(reply: ProverReply): void {
        if (reply.kind === 'phase') onPhase(reply.phase);
        else if (reply.kind === 'proven') {
          isLarge ||= reply.proven.steps > LARGE_STEPS;
          settle(() => resolve(reply.proven));
        } else if (reply.kind === 'unreachable') {
          const { url, reason } = reply;
          settle(() => reject(new StackError('RPC_UNREACHABLE', { url, reason })));
        } else fail(reply.cause);
      }
      function onError(error: unknown): void {
        fail(`the prover thread died: ${error instanceof Error ? error.message : String(error)}`);
      }
      function onExit(code: number): void {
        fail(`the prover thread ended with code ${code}`);
      }
      thread.on('message', onMessage);
      thread.on('error', onError);
      thread.on('exit', onExit);
      thread.postMessage(request);
    }).finally(() => {
      if (worker !== thread) return;
      idle = setTimeout(() => void end(), isLarge ? IDLE_MS.large : IDLE_MS.small);
      idle.unref();
    });
  }

  return { run, stop: end };
}
