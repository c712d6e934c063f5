import type { StackState } from './state.ts';

/** What a command asks of a supervisor: one JSON line each. */
export type ControlRequest =
  | { readonly op: 'state' }
  /** The state now and after each change, until the connection ends. */
  | { readonly op: 'watch' }
  | { readonly op: 'stop' }
  | { readonly op: 'restart'; readonly service: string }
  /** The stack outlives the `up` that started it. */
  | { readonly op: 'detach' };

export type ControlReply =
  | { readonly ok: true; readonly state: StackState }
  | {
      readonly ok: false;
      readonly code: string;
      readonly facts: Readonly<Record<string, unknown>>;
    };
