import type { AccountTransaction, CallTrace } from '@stackctl/types';
import type { Checkpoint } from '../cached-state.ts';
import type { ExecutionContext } from '../context.ts';
import type { ExecutionFlags } from './environment.ts';

/** The state of one account transaction while it runs. */
export interface Run {
  readonly context: ExecutionContext;
  readonly transaction: AccountTransaction;
  readonly sender: bigint;
  readonly flags: ExecutionFlags;
  readonly start: Checkpoint;
}

/** What the calls of a transaction came to, before its fee. */
export interface Parts {
  readonly validate: CallTrace | undefined;
  readonly execute: CallTrace | undefined;
  readonly revertReason: string | undefined;
  /** Where a revert goes back to; undefined for transactions that cannot revert. */
  readonly revertTo: Checkpoint | undefined;
  readonly classFelts: number;
}
