import { Worker } from 'node:worker_threads';
import { proverModule } from '../wasm.ts';
import type { FromThread, StartThread, ToThread } from './messages.ts';
import { createProverOn, type Prover } from './prover.ts';

export type { Prover, ThreadedProveOptions } from './prover.ts';

/** Starts a thread on a script that runs `serveThread` (another one only in tests). */
export function nodeThreads(
  script: URL = new URL('./node-thread.ts', import.meta.url),
): StartThread {
  return (onMessage, onDeath) => {
    const worker = new Worker(script);
    const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
    worker.unref();
    worker.on('message', (message: FromThread) => onMessage(message));
    worker.on('error', (error) => onDeath(error instanceof Error ? error.message : String(error)));
    worker.on('exit', (code) => onDeath(`it ended with code ${code}`));
    return {
      post: (message) => worker.postMessage(message),
      hold: (isHeld) => (isHeld ? worker.ref() : worker.unref()),
      async stop(willHear) {
        if (willHear) {
          // Its part of the work is short, and after that it hears of it.
          worker.ref();
          worker.postMessage({ kind: 'leave' } satisfies ToThread);
          await ended;
          return;
        }
        await worker.terminate();
      },
    };
  };
}

/**
 * A prover on `threads` worker threads over one shared memory; on one thread (with memory of its own)
 * when that is asked for or there is no SharedArrayBuffer. The proof is the same whatever their number.
 */
export function createProver({ threads }: { readonly threads: number }): Prover {
  return createProverOn({ threads, start: nodeThreads(), moduleOf: proverModule });
}
