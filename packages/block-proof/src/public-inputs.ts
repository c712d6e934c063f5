import type { EntryPointType, Felt, PublicPage, SegmentBounds } from '@stackctl/types';

/** Which of a transaction's calls: a trace holds one tree of calls for each. */
export type Phase = 'validate' | 'execute' | 'feeTransfer';
export const PHASES: readonly Phase[] = ['validate', 'execute', 'feeTransfer'];
export const ENTRY_POINT_TYPES: readonly EntryPointType[] = [
  'EXTERNAL',
  'L1_HANDLER',
  'CONSTRUCTOR',
];

/** Where a call stands in its block: transaction, phase, then the child to take at each depth. */
export interface CallPosition {
  readonly transaction: number;
  readonly phase: Phase;
  readonly path: readonly number[];
}

/**
 * One contract call that the proof covers. Everything the driver of the linked program pushes for it and
 * reads from it stands here or in the public pages; addresses are those of the relocated run.
 */
export interface CoveredCall extends CallPosition {
  readonly classHash: Felt;
  readonly contractAddress: Felt;
  readonly entryPointType: EntryPointType;
  readonly selector: Felt;
  /** Cairo steps of this call alone. */
  readonly steps: number;
  /** Gas that the driver pushes (the entry point's own charge is already taken off). */
  readonly gas: Felt;
  /** First cell of the call's syscall segment. */
  readonly syscalls: number;
  /** Calldata is `[calldata, calldataEnd)`. */
  readonly calldata: number;
  readonly calldataEnd: number;
  readonly result: CallResult;
}

/** What the entry point left on the stack, as the driver copied it into its slots. */
export interface CallResult {
  /** Present exactly when the entry point takes the range-check builtin. */
  readonly rangeCheckEnd?: number;
  readonly gas: Felt;
  readonly syscallsEnd: number;
  /** The panic flag: the call returned an error. */
  readonly failed: boolean;
  /** Return data (or the panic's data) is `[retdata, retdataEnd)`. */
  readonly retdata: number;
  readonly retdataEnd: number;
}

/**
 * The public inputs of a block's proof: which block, which of its calls, and every public cell of the
 * linked run that the verifier cannot derive from the classes. The statement of the STARK is a function
 * of this record and the classes' bytecode (statement.ts); its digest is the statement's context.
 */
export interface PublicInputs {
  readonly chainId: Felt;
  readonly blockNumber: number;
  readonly blockHash: Felt;
  readonly parentHash: Felt;
  readonly transactionHashes: readonly Felt[];
  /** Cairo steps of all calls of the block, covered or not. */
  readonly executedSteps: number;
  /** In the order of the block's traces: by transaction and phase, a caller before what it calls. */
  readonly calls: readonly CoveredCall[];
  readonly run: LinkedRun;
  /** Public memory outside the program and the driver's frame: ascending, with gaps between. */
  readonly pages: readonly PublicPage[];
}

/** Size and place of the linked run. */
export interface LinkedRun {
  /** log2 of the steps after padding. */
  readonly logSteps: number;
  readonly finalAp: number;
  readonly execution: Bounds;
  readonly rangeCheck: Bounds;
  /** Address of the table of builtin costs. */
  readonly builtinCosts: number;
}

/** Addresses `[begin, stop)`. */
export type Bounds = Pick<SegmentBounds, 'begin' | 'stop'>;

/** Steps of the calls that the proof covers. */
export function coveredSteps(inputs: Pick<PublicInputs, 'calls'>): number {
  return inputs.calls.reduce((sum, call) => sum + call.steps, 0);
}

/** Proved steps over executed steps, in [0, 1]; a block that executed nothing is covered whole. */
export function coverageOf(inputs: Pick<PublicInputs, 'calls' | 'executedSteps'>): number {
  return inputs.executedSteps === 0 ? 1 : coveredSteps(inputs) / inputs.executedSteps;
}
