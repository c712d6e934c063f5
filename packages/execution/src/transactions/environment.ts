import type { BlockContext } from '@stackctl/types';
import type { CachedState } from '../cached-state.ts';
import type { ClassRegistry } from '../classes.ts';
import type { CodeRunner } from '../code-runner.ts';
import type { ExecutionContext, TransactionInfo } from '../context.ts';
import { onMachine } from '../machine-runner.ts';
import type { CallPhase, CallRecorder } from '../observer.ts';
import { Meter } from '../resources.ts';
import { type VersionedConstants, versionedConstants } from '../rules/index.ts';

/** What a transaction runs in: a block under construction. */
export interface Environment {
  readonly block: BlockContext;
  readonly state: CachedState;
  readonly classes: ClassRegistry;
  readonly recorder: CallRecorder | undefined;
  /** What runs the calls' code. Default: the machine. */
  readonly runner?: CodeRunner | undefined;
}

/** What a simulation may leave out. A block leaves out nothing. */
export interface ExecutionFlags {
  /** Does not run the account's validation. */
  readonly skipValidate?: boolean;
  /** Neither checks bounds and balance nor charges the fee. */
  readonly skipFeeCharge?: boolean;
  /** Admits versions that exist to be simulated only (2^128 + 3), and nonces yet to come. */
  readonly simulation?: boolean;
}

export function createContext(
  environment: Environment,
  transaction: TransactionInfo,
  phase: CallPhase,
): ExecutionContext {
  const { block, state, classes, recorder, runner = onMachine } = environment;
  return {
    block,
    constants: constantsOf(block),
    transaction,
    state,
    classes,
    recorder,
    runner,
    meter: new Meter(),
    phase,
    depth: 0,
    events: 0,
    messages: 0,
  };
}

/** Throws TypeError for a version whose numbers are not known: no block of it can be executed. */
export function constantsOf({ starknetVersion }: BlockContext): VersionedConstants {
  const constants = versionedConstants(starknetVersion);
  if (constants === undefined) {
    throw new TypeError(`the rules of Starknet ${starknetVersion} are not known`);
  }
  return constants;
}
