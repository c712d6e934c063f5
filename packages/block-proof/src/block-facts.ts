import type { BlockHeader, CallTrace, Felt, HashedTransaction } from '@stackctl/types';
import type { CallPosition } from './public-inputs.ts';

/** A call as the chain's traces show it (over RPC they carry no steps). */
export interface TracedCall extends Omit<CallTrace, 'steps' | 'gas' | 'calls'> {
  readonly calls: readonly TracedCall[];
}

/** The trees of calls of one transaction. A reverted main call is not shown. */
export interface TracedTransaction {
  readonly validate?: TracedCall;
  readonly execute?: TracedCall;
  readonly feeTransfer?: TracedCall;
}

/** What a verifier reads from the chain to judge a block's proof. */
export interface BlockFacts {
  readonly chainId: Felt;
  readonly header: Pick<
    BlockHeader,
    'hash' | 'parentHash' | 'number' | 'timestamp' | 'sequencerAddress'
  >;
  readonly transactionHashes: readonly Felt[];
  readonly transactions: ReadonlyArray<Pick<HashedTransaction, 'transaction'>>;
  /** One a transaction, in their order. */
  readonly traces: readonly TracedTransaction[];
}

/** The call at a position; undefined when the block has none there. */
export function callAt(facts: BlockFacts, position: CallPosition): TracedCall | undefined {
  const root = facts.traces[position.transaction]?.[position.phase];
  return position.path.reduce<TracedCall | undefined>((call, index) => call?.calls[index], root);
}

/** Every call that a transaction's traces show: each caller before the calls that it makes. */
export function* callsOf(trace: TracedTransaction): Generator<TracedCall> {
  for (const root of [trace.validate, trace.execute, trace.feeTransfer])
    if (root !== undefined) yield* tree(root);
}

function* tree(call: TracedCall): Generator<TracedCall> {
  yield call;
  for (const child of call.calls) yield* tree(child);
}

/** The classes whose code the block ran, as far as its traces show. */
export function classesRun(facts: BlockFacts): Set<Felt> {
  const classes = new Set<Felt>();
  for (const trace of facts.traces) for (const call of callsOf(trace)) classes.add(call.classHash);
  return classes;
}
