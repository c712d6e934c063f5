import { StackError } from '@stackctl/types';

/** How often a command looks whether its parent still lives. */
const PARENT_CHECK_MS = 500;

export interface Interrupt {
  /** Aborts with an INTERRUPTED error. */
  readonly signal: AbortSignal;
  dispose(): void;
}

/**
 * What ends a command that holds a stack: Ctrl-C, SIGTERM, a closed terminal, or the death of the
 * process that started it (its children are then handed to another parent).
 */
export function watchInterrupts(): Interrupt {
  const controller = new AbortController();
  const abort = (signal: string) => controller.abort(new StackError('INTERRUPTED', { signal }));
  const handlers = (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map((name) => {
    const handler = () => abort(name);
    process.on(name, handler);
    return { name, handler };
  });
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid !== parent) abort('the parent process died');
  }, PARENT_CHECK_MS);
  timer.unref();
  return {
    signal: controller.signal,
    dispose: () => {
      clearInterval(timer);
      for (const { name, handler } of handlers) process.off(name, handler);
    },
  };
}

/** The promise, or the interrupt's error when that comes first. */
export function orInterrupted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) {
    promise.catch(() => {});
    return Promise.reject(signal.reason);
  }
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
