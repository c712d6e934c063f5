// The owner of a prover's threads: starts them, hands them one proof at a time, and takes all of them down
// when one of them fails, so that nobody waits for a thread that is gone.
import { type CairoTrace, StackError } from '@stackctl/types';
import type { LayoutName } from '../air/layouts.ts';
import { createMemory } from '../prover/machine.ts';
import {
  type Phase,
  type Proof,
  type ProveOptions,
  planTask,
  type Task,
} from '../prover/procedure.ts';
import { CREW_BYTES, halt, reopen } from './crew.ts';
import type { FromThread, StartThread, ThreadHandle } from './messages.ts';

export interface ThreadedProveOptions extends ProveOptions {
  /** Cancels: the threads are stopped at once. */
  readonly signal?: AbortSignal;
}

export interface Prover {
  /** How many it uses: 1 where memory cannot be shared. */
  readonly threads: number;
  /**
   * Proves a run; one at a time, in the order of the calls.
   *
   * @throws StackError PROVER: what `prove` refuses; memory that the system refuses; a thread that died;
   * cancelled; closed
   */
  prove(trace: CairoTrace, options: ThreadedProveOptions): Promise<Proof>;
  /** Stops the threads and gives their memory back. A proof that is being made fails. */
  close(): Promise<void>;
}

export interface ProverSetup {
  readonly threads: number;
  readonly start: StartThread;
  /** build/prover*.wasm, and build/prover*-shared.wasm. */
  readonly moduleOf: (layout: LayoutName, shared: boolean) => WebAssembly.Module;
}

/** Threads whose memory is beyond this are stopped after the proof: that is how it goes back. */
const KEPT_BYTES = 768 << 20;

const failure = (reason: string): StackError<'PROVER'> => new StackError('PROVER', { reason });

/** The threads of one prover, with what they have joined. */
class Gang {
  readonly crews = new Map<LayoutName, SharedArrayBuffer | undefined>();
  private readonly handles: ThreadHandle[];
  /** Replies wanted of all threads, and who hears of them. */
  private listener: ((message: FromThread, index: number) => void) | undefined;
  private onDeath: ((reason: string) => void) | undefined;
  /** Why it is of no use any more. */
  dead: string | undefined;

  constructor(count: number, start: StartThread) {
    this.handles = Array.from({ length: count }, (_, index) =>
      start(
        (message) => this.listener?.(message, index),
        (reason) => this.die(`a prover thread died: ${reason}`),
      ),
    );
  }

  get size(): number {
    return this.handles.length;
  }

  /** Posts to all threads and resolves as `listen` says; rejects when a thread dies meanwhile. */
  ask<T>(
    post: (handle: ThreadHandle, index: number) => void,
    listen: (message: FromThread, index: number, resolve: (value: T) => void) => void,
  ): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.dead !== undefined) {
        reject(failure(this.dead));
        return;
      }
      this.onDeath = (reason) => reject(failure(reason));
      this.listener = (message, index) => {
        if (message.kind === 'failed') reject(failure(message.reason));
        else listen(message, index, resolve);
      };
      for (const [index, handle] of this.handles.entries()) {
        handle.hold(true);
        post(handle, index);
      }
    }).finally(() => {
      this.onDeath = undefined;
      this.listener = undefined;
      for (const handle of this.handles) handle.hold(false);
    });
  }

  die(reason: string): void {
    this.dead ??= reason;
    this.onDeath?.(this.dead);
  }

  async stop(reason: string): Promise<void> {
    this.die(reason);
    const shared = [...this.crews.values()].filter((crew) => crew !== undefined);
    for (const crew of shared) halt(crew);
    // A thread that works alone hears nothing before its proof is done.
    const willHear = this.size > 1;
    await Promise.all(this.handles.map((handle) => handle.stop(willHear)));
  }
}

/** A prover on threads that `start` starts. They are started with the first proof. */
export function createProverOn({ threads: wanted, start, moduleOf }: ProverSetup): Prover {
  if (!Number.isInteger(wanted) || wanted < 1) throw failure(`${wanted} threads`);
  const threads = typeof SharedArrayBuffer === 'undefined' ? 1 : wanted;
  let gang: Gang | undefined;
  let last: Promise<unknown> = Promise.resolve();
  let isClosed = false;

  /** Has all threads instantiate a layout's module, before anyone uses its memory. */
  async function join(members: Gang, layout: LayoutName): Promise<void> {
    if (members.crews.has(layout)) return;
    const isShared = threads > 1;
    const module = moduleOf(layout, isShared);
    const memory = isShared ? createMemory(true) : undefined;
    const crew = isShared ? new SharedArrayBuffer(CREW_BYTES) : undefined;
    let missing = members.size;
    await members.ask<void>(
      (handle, index) =>
        handle.post(
          memory === undefined || crew === undefined
            ? { kind: 'join', layout, module }
            : { kind: 'join', layout, module, shared: { memory, crew, threads, index } },
        ),
      (_, __, resolve) => {
        if (--missing === 0) resolve();
      },
    );
    members.crews.set(layout, crew);
  }

  async function work(
    members: Gang,
    task: Task,
    onProgress: ProveOptions['onProgress'],
  ): Promise<Proof> {
    const { layout } = task;
    await join(members, layout);
    const crew = members.crews.get(layout);
    if (crew !== undefined) reopen(crew);
    let made: Extract<FromThread, { kind: 'proof' }> | undefined;
    let missing = members.size;
    await members.ask<void>(
      (handle, index) =>
        handle.post(index === 0 ? { kind: 'prove', task } : { kind: 'help', layout }),
      (message, _, resolve) => {
        if (message.kind === 'progress') onProgress?.(message.phase as Phase, message.done);
        else {
          if (message.kind === 'proof') made = message;
          if (--missing === 0) resolve();
        }
      },
    );
    if (made === undefined) throw failure('the threads ended without a proof');
    if (made.heldBytes > KEPT_BYTES) await retire('its memory was given back');
    return made.proof;
  }

  async function retire(reason: string): Promise<void> {
    const retired = gang;
    gang = undefined;
    await retired?.stop(reason);
  }

  async function proveNext(trace: CairoTrace, options: ThreadedProveOptions): Promise<Proof> {
    const { signal, onProgress } = options;
    const cancelled = 'proving was cancelled';
    if (isClosed) throw failure('the prover is closed');
    if (signal?.aborted) throw failure(cancelled);
    const task = planTask(trace, options);
    if (gang?.dead !== undefined) await retire(gang.dead);
    gang ??= new Gang(threads, start);
    const members = gang;
    const cancel = () => members.die(cancelled);
    signal?.addEventListener('abort', cancel);
    try {
      return await work(members, task, onProgress);
    } catch (error) {
      // Whatever failed, the others may be waiting for it.
      await retire('the proof before it failed');
      throw error;
    } finally {
      signal?.removeEventListener('abort', cancel);
    }
  }

  return {
    threads,
    prove(trace, options) {
      const next = last.then(() => proveNext(trace, options));
      last = next.catch(() => undefined);
      return next;
    },
    async close() {
      isClosed = true;
      await retire('the prover was closed');
    },
  };
}
