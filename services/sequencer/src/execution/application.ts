import { createHash } from 'node:crypto';
import type { Clock, Logger } from '@stackctl/runtime';
import { encode } from '../codec/binary.ts';
import { transaction } from '../codec/records.ts';
import type { Application } from '../consensus/application.ts';
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
  /** Time after which a block under construction takes no more transactions. Default 500. */
  readonly buildBudgetMs?: number;
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
  const { ledger, pool, clock, log, address, buildBudgetMs = 500 } = options;
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
    while (clock.monotonic() < deadline && misfits < MAX_MISFITS) {
      await breathe();
      const hashed = candidates.next()?.hashed;
      if (hashed === undefined) return;
      const size = encode(transaction, hashed.transaction).length;
      const outcome =
        bytes + size > MAX_PROPOSAL_BYTES ? ({ status: 'full' } as const) : builder.add(hashed);
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

  return {
    async build({ height, round }) {
      if (round > 0) share = Math.max(LEAST_SHARE, share / 2);
      // Not in every round: should the others refuse it, they get something new every second time.
      const known = round % 2 === 1 ? [...executed.values()].at(-1) : undefined;
      if (known?.header.number === height) return known.value;
      const builder = ledger.startBlock({
        number: height,
        timestamp: Math.max(ledger.head().timestamp, Math.floor(clock.now() / 1000)),
        sequencerAddress: address,
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
      const { hash, transactionCount } = block.header;
      log.info('block', { height, hash, transactions: transactionCount });
    },

    async decidedAt(height) {
      return ledger.blocks.decided(height);
    },
    height: () => ledger.head().number,
    pendingWork() {
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
