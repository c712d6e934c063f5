import type {
  BlockContext,
  ExecutedBlock,
  Felt,
  HashedTransaction,
  Receipt,
  StateDiff,
  StateReader,
  TransactionTrace,
} from '@stackctl/types';
import { CachedState } from './cached-state.ts';
import { type Classes, registryOf } from './classes.ts';
import type { CodeRunner } from './code-runner.ts';
import { BLOCK_HASH_CONTRACT, BLOCK_HASH_LAG } from './constants.ts';
import { type CallRecord, CallRecorder } from './observer.ts';
import type { TransactionOutcome } from './outcome.ts';
import type { ExecutionFlags } from './transactions/environment.ts';
import { executeTransaction } from './transactions/execute.ts';

/** What a block may hold. Consensus: every node must use the same. */
export interface BlockLimits {
  readonly transactions: number;
  /** Cairo steps of all calls. */
  readonly steps: number;
  readonly l2Gas: bigint;
  readonly events: number;
  readonly messages: number;
}

export const DEFAULT_BLOCK_LIMITS: BlockLimits = {
  transactions: 2_000,
  steps: 40_000_000,
  l2Gas: 8_000_000_000n,
  events: 10_000,
  messages: 4_000,
};

export interface BlockExecutorOptions {
  readonly context: BlockContext;
  /** State after the parent block. */
  readonly state: StateReader;
  readonly classes: Classes;
  /** Hash of an earlier block; asked for `context.number - 10` only. */
  readonly blockHash: (number: number) => Felt | undefined;
  readonly limits?: BlockLimits;
  /** Told every call of every included transaction, in the order in which calls started. */
  readonly onCall?: (call: CallRecord) => void;
  /** What runs the calls' code. Default: the machine. */
  readonly runner?: CodeRunner;
}

export interface BlockExecutor {
  /** Executes a transaction behind those before. A rejected one changes nothing. */
  execute(transaction: HashedTransaction, flags?: ExecutionFlags): TransactionOutcome;
  /** The state after what was executed so far; looking at it leaves no trace in the witness. */
  readonly state: StateReader;
  /** Used so far: a builder may stop before the limits are reached. */
  readonly used: Readonly<BlockLimits>;
  /** What the block changed so far. */
  diff(): StateDiff;
  /** The block's body. Nothing may be executed afterwards. */
  finish(): ExecutedBlock;
}

/** Starts a block: writes the hash of the block BLOCK_HASH_LAG before it, and waits for transactions. */
export function createBlockExecutor(options: BlockExecutorOptions): BlockExecutor {
  const { context: block, onCall, runner, limits = DEFAULT_BLOCK_LIMITS } = options;
  const classes = registryOf(options.classes);
  const state = new CachedState(options.state);
  recordOldBlockHash(state, block.number, options.blockHash);

  const transactions: HashedTransaction[] = [];
  const receipts: Receipt[] = [];
  const traces: TransactionTrace[] = [];
  let used: BlockLimits = { transactions: 0, steps: 0, l2Gas: 0n, events: 0, messages: 0 };
  let calls = 0;
  let finished = false;

  return {
    state: state.view(),
    get used() {
      return used;
    },
    execute(transaction, flags = {}) {
      if (finished) throw new TypeError('the block is finished');
      const start = state.checkpoint();
      const recorder = onCall && new CallRecorder(transactions.length, calls);
      const outcome = executeTransaction(
        { block, state, classes, recorder, runner },
        transaction,
        flags,
      );
      if ('rejected' in outcome) return outcome;
      const next = addUsage(used, outcome.receipt);
      const full = exceeds(next, limits);
      if (full !== undefined) {
        state.discard(start);
        return {
          rejected: { code: 'BLOCK_FULL', message: `the block has no room for its ${full}` },
        };
      }
      used = next;
      transactions.push(transaction);
      receipts.push(outcome.receipt);
      traces.push(outcome.trace);
      if (recorder !== undefined && onCall !== undefined) {
        calls += recorder.calls.length;
        for (const call of recorder.calls) onCall(call);
      }
      return outcome;
    },
    diff: () => state.diff(),
    finish() {
      finished = true;
      const stateDiff = state.diff();
      return { transactions, receipts, traces, stateDiff, witness: state.witness() };
    },
  };
}

function recordOldBlockHash(
  state: CachedState,
  number: number,
  blockHash: BlockExecutorOptions['blockHash'],
): void {
  const old = number - BLOCK_HASH_LAG;
  if (old < 0) return;
  const hash = blockHash(old);
  if (hash === undefined) throw new TypeError(`the hash of block ${old} is not known`);
  state.setStorage(BLOCK_HASH_CONTRACT, BigInt(old), hash);
}

function addUsage(used: BlockLimits, receipt: Receipt): BlockLimits {
  return {
    transactions: used.transactions + 1,
    steps: used.steps + receipt.steps,
    l2Gas: used.l2Gas + receipt.gas.l2Gas,
    events: used.events + receipt.events.length,
    messages: used.messages + receipt.messages.length,
  };
}

function exceeds(used: BlockLimits, limits: BlockLimits): keyof BlockLimits | undefined {
  const names = Object.keys(limits) as Array<keyof BlockLimits>;
  return names.find((name) => used[name] > limits[name]);
}
