import type { StackState } from './state.ts';

export const FAULTS = ['kill', 'pause', 'resume'] as const;
export type Fault = (typeof FAULTS)[number];

/** What a command asks of a supervisor: one JSON line each. */
export type ControlRequest =
  | { readonly op: 'state' }
  /** The state now and after each change, until the connection ends. */
  | { readonly op: 'watch' }
  | { readonly op: 'stop' }
  | { readonly op: 'restart'; readonly service: string }
  /** A fault on purpose: `kill` is a death like any other (it is started again), `resume` ends a `pause`. */
  | { readonly op: 'disturb'; readonly service: string; readonly fault: Fault }
  /** The stack outlives the `up` that started it. */
  | { readonly op: 'detach' };

export type ControlReply =
  | { readonly ok: true; readonly state: StackState }
  | {
      readonly ok: false;
      readonly code: string;
      readonly facts: Readonly<Record<string, unknown>>;
    };
