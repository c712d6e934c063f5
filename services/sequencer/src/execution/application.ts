import { createHash } from 'node:crypto';
import type { Clock, Logger } from '@stackctl/runtime';
import type { BlockHeader } from '@stackctl/types';
import { encode } from '../codec/binary.ts';
import { transaction } from '../codec/records.ts';
import type { Application } from '../consensus/application.ts';
import type { Directive } from '../devnet/directive.ts';
import {
  applyDirectives,
  DIRECTIVE_LIMITS,
  type Directed,
  proposedTimestamp,
} from '../devnet/parameters.ts';
import type { DevnetQueue } from '../devnet/queue.ts';
import type { Pool } from '../mempool/pool.ts';
import { MAX_PROPOSAL_BYTES } from './block-context.ts';
import { createBreather } from './breather.ts';
import type { BlockBuilder, Ledger, SealedBlock } from './ledger.ts';

export interface ApplicationOptions {
  readonly ledger: Ledger;
  readonly pool: Pool;
  readonly clock: Clock;
  readonly log: Logger;
  /** Address that this node's blocks name as their sequencer. */
  readonly address: bigint;
  /** Told of a block that became final, when the pool has settled. */
  readonly onCommitted?: (header: BlockHeader) => void;
  /** Time after which a block under construction takes no more transactions. Default 500. */
  readonly buildBudgetMs?: number;
  /** Most transactions in a block that this node builds. Default: as many as fit. */
  readonly maxTransactions?: number;
  /** Directives and L1 messages that wait; absent where the chain takes none. */
  readonly queue?: DevnetQueue;
}

/** Least share of the build budget that lost rounds leave. */
const LEAST_SHARE = 0.25;
/** What a height decided in its first round gives back of it. */
const REGAINED_SHARE = 0.1;

/** Transactions that did not fit after which a block is called full. */
const MAX_MISFITS = 3;

/**
 * The state machine under consensus: fills blocks from the pool, executes what others propose, and
 * writes what was decided. A block executed once (built or validated) is kept until its height is
 * decided, so that committing it does not execute it again.
 *
 * A round is lost when validators are still executing as its time runs out (the machine is busy with
 * something else, or so many nodes share it). Then two things keep the chain from losing the next ones too:
 * the next proposer proposes what all have executed by then anyway, instead of another block to execute;
 * and blocks are filled for a shorter time until heights are decided in their first round again.
 */
export function createApplication(options: ApplicationOptions): Application & { wake(): void } {
  const { ledger, pool, clock, log, address, onCommitted, buildBudgetMs = 500 } = options;
  const { queue, maxTransactions = Number.POSITIVE_INFINITY } = options;
  let share = 1;
  const executed = new Map<string, SealedBlock>();
  let wake: () => void = () => {};

  const keep = (value: Uint8Array, block: SealedBlock): void => {
    executed.set(idOf(value), block);
  };

  /** Executes what waits in the pool, the best first, until time or room run out. */
  const fill = async (builder: BlockBuilder, deadline: number): Promise<void> => {
    const state = ledger.latest();
    const candidates = pool.candidates((account) => state.nonceAt(account));
    const breathe = createBreather();
    let bytes = 0;
    let misfits = 0;
    addMessages(builder);
    while (
      clock.monotonic() < deadline &&
      misfits < MAX_MISFITS &&
      builder.count < maxTransactions
    ) {
      await breathe();
      const candidate = candidates.next();
      if (candidate === undefined) return;
      const { hashed, packedClass } = candidate;
      const size = encode(transaction, hashed.transaction).length + (packedClass?.length ?? 0);
      const outcome =
        bytes + size > MAX_PROPOSAL_BYTES
          ? ({ status: 'full' } as const)
          : builder.add(hashed, packedClass);
      if (outcome.status === 'added') {
        bytes += size;
        continue;
      }
      candidates.skipAccount();
      if (outcome.status === 'full') {
        misfits++;
      } else {
        // It was valid when it was admitted; the state has moved on.
        pool.remove(hashed.hash);
        log.info('transaction dropped', { transaction: hashed.hash, reason: outcome.reason });
      }
    }
  };

  /** Messages from L1 come first: they pay no fee that could order them. */
  const addMessages = (builder: BlockBuilder): void => {
    for (const message of queue?.messages() ?? []) {
      if (builder.count >= maxTransactions) return;
      const outcome = builder.add(message);
      if (outcome.status === 'full') return;
      if (outcome.status === 'rejected') queue?.remove([message.hash]);
    }
  };

  /** The waiting directives that can be applied one behind the other; others are dropped. */
  const direct = (): { directives: readonly Directive[]; directed: Directed } => {
    const parent = ledger.head().timestamp;
    const before = ledger.parameters();
    let directed: Directed = { parameters: before };
    const directives: Directive[] = [];
    for (const directive of queue?.directives() ?? []) {
      if (directives.length === DIRECTIVE_LIMITS.perBlock) break;
      const next = applyDirectives(before, [...directives, directive], parent);
      if (next === undefined) {
        queue?.remove([directive.id]);
        continue;
      }
      directives.push(directive);
      directed = next;
    }
    return { directives, directed };
  };

  return {
    async build({ height, round }) {
      if (round > 0) share = Math.max(LEAST_SHARE, share / 2);
      // Not in every round: should the others refuse it, they get something new every second time.
      const known = round % 2 === 1 ? [...executed.values()].at(-1) : undefined;
      if (known?.header.number === height) return known.value;
      const { directives, directed } = direct();
      const now = Math.floor(clock.now() / 1000);
      const builder = ledger.startBlock({
        number: height,
        timestamp: proposedTimestamp(directed, ledger.head().timestamp, now),
        sequencerAddress: address,
        directives,
      });
      await fill(builder, clock.monotonic() + buildBudgetMs * share);
      const block = builder.seal();
      keep(block.value, block);
      return block.value;
    },

    async validate(value, height) {
      if (executed.has(idOf(value))) return true;
      const result = await ledger.execute(value, height, Math.floor(clock.now() / 1000));
      if (result.status === 'refused') {
        log.warn('proposal refused', { height, reason: result.reason });
        return false;
      }
      keep(value, result.block);
      return true;
    },

    async commit({ height, round, value, valueId, certificate }) {
      const block = executed.get(valueId);
      if (block === undefined) throw new Error(`height ${height}: a value that was never executed`);
      await ledger.commit(block, { value, certificate });
      executed.clear();
      if (round === 0) share = Math.min(1, share + REGAINED_SHARE);
      pool.settle(block.body.stateDiff.nonces, clock.now());
      queue?.remove(block.directives.map(({ id }) => id));
      queue?.remove(block.body.transactions.map((each) => each.hash));
      const { hash, transactionCount } = block.header;
      log.info('block', { height, hash, transactions: transactionCount });
      onCommitted?.(block.header);
    },

    async decidedAt(height) {
      return ledger.blocks.decided(height);
    },
    height: () => ledger.head().number,
    urgentWork: () => queue?.isUrgent() === true,
    pendingWork() {
      if (queue?.isUrgent() === true) return true;
      const state = ledger.latest();
      return pool.hasReady((account) => state.nonceAt(account));
    },
    onWork(callback) {
      wake = callback;
    },
    wake: () => wake(),
  };
}

/** The id under which consensus knows a value. */
function idOf(value: Uint8Array): string {
  return createHash('sha256').update(value).digest('hex');
}
