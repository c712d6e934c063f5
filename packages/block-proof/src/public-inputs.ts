import type { CallPhase } from '@stackctl/execution';
import type { EntryPointType, Felt, PublicPage, SegmentBounds } from '@stackctl/types';
import type { BuiltinSegment } from './builtins.ts';
import type { StoppedCall } from './verified-call.ts';

/** Why a transaction runs an entry point: the phases that a block has. */
export type Phase = Exclude<CallPhase, 'call'>;
export const PHASES: readonly Phase[] = [
  'validate',
  'execute',
  'constructor',
  'l1_handler',
  'fee_transfer',
];
export const ENTRY_POINT_TYPES: readonly EntryPointType[] = [
  'EXTERNAL',
  'L1_HANDLER',
  'CONSTRUCTOR',
];
export const CALL_TYPES = ['CALL', 'DELEGATE'] as const;

/** The layouts of the STARK that a part may have, the cheaper first. */
export const LAYOUTS = ['lite', 'full', 'mods'] as const;
export type LayoutName = (typeof LAYOUTS)[number];

/** What a call is, and by whom it was made. */
export interface CallIdentity {
  /** The call's transaction, by its place in the block. */
  readonly transaction: number;
  readonly phase: Phase;
  /** The call whose syscall made this one, by its place in the block; undefined for a transaction's own. */
  readonly parent: number | undefined;
  /** Which of the parent's syscalls made it; present with `parent`. */
  readonly parentSyscall: number | undefined;
  readonly classHash: Felt;
  readonly contractAddress: Felt;
  readonly callerAddress: Felt;
  readonly entryPointType: EntryPointType;
  readonly callType: (typeof CALL_TYPES)[number];
  readonly selector: Felt;
  /** Cairo steps of this call alone. */
  readonly steps: number;
  /** Gas that the driver pushes (the entry point's own charge is already taken off). */
  readonly gas: Felt;
}

/**
 * One contract call of the block. Everything the driver of the linked program pushes for it and reads
 * from it stands here or in the public pages of its part; addresses are those of the part's relocated run.
 */
export interface ProvenCall extends CallIdentity {
  /** First cell of the call's syscall segment. */
  readonly syscalls: number;
  /** Calldata is `[calldata, calldataEnd)`. */
  readonly calldata: number;
  readonly calldataEnd: number;
  readonly result: CallResult;
}

/** What the entry point left on the stack, as the driver copied it into its slots. */
export interface CallResult {
  /** End pointers of the entry point's builtins, in its order. */
  readonly builtins: readonly number[];
  readonly gas: Felt;
  readonly syscallsEnd: number;
  /** The panic flag: the call returned an error. */
  readonly failed: boolean;
  /** Return data (or the panic's data) is `[retdata, retdataEnd)`. */
  readonly retdata: number;
  readonly retdataEnd: number;
}

/**
 * The public inputs of a block's proof: which block, all of its calls in order of start, and every public
 * cell of the linked runs that the verifier cannot derive from the classes. The statements of the STARKs
 * are a function of this record and the classes' bytecode (statement.ts); its digest is in their contexts.
 */
export interface PublicInputs {
  readonly chainId: Felt;
  readonly blockNumber: number;
  readonly blockHash: Felt;
  readonly parentHash: Felt;
  readonly transactionHashes: readonly Felt[];
  /** The transactions whose main call was stopped; ascending. */
  readonly stopped: readonly StoppedCall[];
  /** The calls, cut into consecutive parts: each is one run with one STARK. At least one. */
  readonly parts: readonly Part[];
}

/** A contiguous run of a block's calls, proven by one STARK. */
export interface Part {
  readonly calls: readonly ProvenCall[];
  readonly run: LinkedRun;
  /** Public memory outside the program and the driver's frame: ascending, with gaps between. */
  readonly pages: readonly PublicPage[];
}

/** Size and place of a linked run. */
export interface LinkedRun {
  readonly layout: LayoutName;
  /** log2 of the steps after padding. */
  readonly logSteps: number;
  readonly finalAp: number;
  readonly execution: Bounds;
  /** Segments of the builtins that the calls take, ascending. */
  readonly builtins: readonly BuiltinSegment[];
  /** Address of the table of builtin costs. */
  readonly builtinCosts: number;
}

/** Addresses `[begin, stop)`. */
export type Bounds = Pick<SegmentBounds, 'begin' | 'stop'>;

/** All calls of the block, in order of start. */
export function callsOfParts(inputs: Pick<PublicInputs, 'parts'>): ProvenCall[] {
  return inputs.parts.flatMap((part) => part.calls);
}

/** Cairo steps of calls. */
export function stepsOf(calls: ReadonlyArray<Pick<ProvenCall, 'steps'>>): number {
  return calls.reduce((sum, call) => sum + call.steps, 0);
}
