import type { BlockContext, Felt } from '@stackctl/types';
import type { CachedState } from './cached-state.ts';
import type { ClassRegistry } from './classes.ts';
import type { CodeRunner } from './code-runner.ts';
import type { CallPhase, CallRecorder } from './observer.ts';
import type { Meter } from './resources.ts';
import type { VersionedConstants } from './rules/index.ts';

/** What `get_execution_info` tells of the transaction, beyond the block. */
export interface TransactionInfo {
  readonly version: Felt;
  readonly senderAddress: Felt;
  readonly signature: readonly Felt[];
  readonly hash: Felt;
  readonly nonce: Felt;
  /** [name, max amount, max price] a resource, in the protocol's order. */
  readonly resourceBounds: ReadonlyArray<readonly [Felt, bigint, bigint]>;
  readonly tip: bigint;
  readonly paymasterData: readonly Felt[];
  readonly nonceDataAvailability: Felt;
  readonly feeDataAvailability: Felt;
  readonly accountDeploymentData: readonly Felt[];
  readonly proofFacts: readonly Felt[];
}

/** Everything that the calls of one transaction share. Mutable, one a transaction. */
export interface ExecutionContext {
  readonly block: BlockContext;
  /** Of the block's version. */
  readonly constants: VersionedConstants;
  /** Replaced while a meta transaction runs. */
  transaction: TransactionInfo;
  readonly state: CachedState;
  readonly classes: ClassRegistry;
  readonly meter: Meter;
  readonly recorder: CallRecorder | undefined;
  readonly runner: CodeRunner;
  phase: CallPhase;
  /** Calls that are running, one inside the other. */
  depth: number;
  /** Events and messages so far: their order within the transaction. */
  events: number;
  messages: number;
}
