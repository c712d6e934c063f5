import type { LayoutName } from '../air/layouts.ts';
import type { Phase, Proof, Task } from '../prover/procedure.ts';

/** To a thread: first a machine to join for each layout, then work on it. */
export type ToThread =
  | {
      readonly kind: 'join';
      readonly layout: LayoutName;
      readonly module: WebAssembly.Module;
      /** What threads share; undefined for a thread that works alone. */
      readonly shared?: {
        readonly memory: WebAssembly.Memory;
        readonly crew: SharedArrayBuffer;
        readonly threads: number;
        /** Which of them this one is; 0 leads. */
        readonly index: number;
      };
    }
  | { readonly kind: 'help'; readonly layout: LayoutName }
  | { readonly kind: 'prove'; readonly task: Task }
  /** There is no more work: the thread ends. */
  | { readonly kind: 'leave' };

export type FromThread =
  | { readonly kind: 'joined' }
  /** A helper is at home again. */
  | { readonly kind: 'helped' }
  | { readonly kind: 'progress'; readonly phase: Phase; readonly done: number }
  | { readonly kind: 'proof'; readonly proof: Proof; readonly heldBytes: number }
  | { readonly kind: 'failed'; readonly reason: string };

/** A thread as its owner sees it. */
export interface ThreadHandle {
  post(message: ToThread): void;
  /** Whether the process must stay alive for it. */
  hold(isHeld: boolean): void;
  /** Ends it: by asking, when it will hear of it soon; else by force. */
  stop(willHear: boolean): Promise<void>;
}

/** Starts threads that run `serveThread`: worker_threads in Node, Web Workers in a browser. */
export type StartThread = (
  onMessage: (message: FromThread) => void,
  /** It died, for this reason. */
  onDeath: (reason: string) => void,
) => ThreadHandle;
