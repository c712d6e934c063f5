import type { AccountTransaction, CallTrace } from '@stackctl/types';
import type { Checkpoint } from '../cached-state.ts';
import type { ExecutionContext } from '../context.ts';
import type { VmResources } from '../rules/index.ts';
import type { ExecutionFlags } from './environment.ts';

/** The state of one account transaction while it runs. */
export interface Run {
  readonly context: ExecutionContext;
  readonly transaction: AccountTransaction;
  readonly sender: bigint;
  readonly flags: ExecutionFlags;
  readonly start: Checkpoint;
}

/** One of the transaction's own calls that returned. */
export interface Phase {
  readonly trace: CallTrace;
  /** What its step-counted calls used. */
  readonly resources: VmResources;
  /** What it used of its gas. */
  readonly gas: bigint;
}

/** What is paid for a phase that is rolled back. */
export interface RolledBack {
  /** Steps of its step-counted calls. */
  readonly steps: number;
  /** Gas of its gas-counted calls. */
  readonly gas: bigint;
}

export const NOTHING_ROLLED_BACK: RolledBack = { steps: 0, gas: 0n };

/** What the calls of a transaction came to, before its fee. */
export interface Parts {
  readonly validate: Phase | undefined;
  readonly execute: Phase | undefined;
  /** Why the execution failed. */
  readonly revertReason: string | undefined;
  /** What the execution costs if it is rolled back. */
  readonly rolledBack: RolledBack;
  /** Where a revert goes back to; undefined for transactions that cannot revert. */
  readonly revertTo: Checkpoint | undefined;
  /** Bytes of a declared class. */
  readonly codeBytes: number;
}
