import { setImmediate } from 'node:timers/promises';
import type { Clock } from '@stackctl/runtime';
import type {
  BlockContext,
  BlockHeader,
  Felt,
  HashedTransaction,
  Receipt,
  StateDiff,
  StateReader,
  TransactionTrace,
} from '@stackctl/types';
import { encode } from '../codec/binary.ts';
import { transaction as transactionCodec } from '../codec/records.ts';
import type { Pool, PoolEntry } from '../mempool/pool.ts';
import { MAX_PROPOSAL_BYTES } from './block-context.ts';
import type { BlockBuilder, BlockStart, Ledger } from './ledger.ts';

/**
 * The block that would follow the last one if this node proposed now: what waits in its pool, executed
 * on top of the last block. It only grows while its parent is the last block, and promises nothing: the
 * next proposer may know other transactions, or take them in another order.
 */
export interface PreConfirmedBlock {
  readonly parent: BlockHeader;
  readonly context: BlockContext;
  readonly transactions: readonly HashedTransaction[];
  readonly receipts: readonly Receipt[];
  readonly traces: readonly TransactionTrace[];
  /** After its transactions. */
  readonly state: StateReader;
  /** Declared by them. */
  readonly classes: BlockBuilder['classes'];
  stateDiff(): StateDiff;
  indexOf(transactionHash: Felt): number | undefined;
}

export interface PreConfirmed {
  /**
   * The block with what came into the pool since somebody looked last, as far as the budget allows.
   * Costs nothing when nothing came.
   */
  refresh(): Promise<PreConfirmedBlock>;
  /** The block as far as it is; undefined when nobody asked for it since the last block. */
  peek(): PreConfirmedBlock | undefined;
  /** Keeps it fresh until the function that it returns is called. */
  watch(): () => void;
  /** Something came into the pool: who watches wants to see it soon, a block may come at any moment. */
  wake(): void;
}

export interface PreConfirmedOptions {
  readonly ledger: Pick<Ledger, 'head' | 'startBlock'>;
  readonly pool: Pick<Pool, 'candidates' | 'get' | 'version'>;
  /** How this node would begin the next block. */
  readonly start: () => BlockStart;
  readonly clock: Clock;
  readonly onCandidate?: (hashed: HashedTransaction) => void;
  readonly onIncluded?: (block: PreConfirmedBlock, index: number) => void;
  /** Told when following the pool on its own failed; who asks is told by the rejection. */
  readonly onError?: (error: unknown) => void;
}

/**
 * What executing ahead may cost: this part of the time over the long run, and so much at once after a
 * rest. Validators execute every block anyway; without a bound a busy pool would double that.
 */
const SHARE = 0.2;
const SAVED_MS = 150;
/** A slice shorter than this is not worth its start. */
const LEAST_MS = 2;
/** Longest stretch that keeps everything else waiting. */
const HOLD_MS = 10;
/** How soon what came is looked at while somebody watches: so much is looked at together. */
const SOON_MS = 5;
/** How often else: after a block, and when there is time to go on. */
const WATCH_EVERY_MS = 50;

interface OpenBlock extends PreConfirmedBlock {
  readonly builder: BlockBuilder;
  readonly transactions: HashedTransaction[];
  readonly receipts: Receipt[];
  readonly traces: TransactionTrace[];
  readonly places: Map<Felt, number>;
  /** Looked at and left out: they will not be tried again on this parent. */
  readonly passedOver: Set<Felt>;
  bytes: number;
  full: boolean;
  /** Version of the pool when all of it had been looked at. */
  seen: number | undefined;
}

export function createPreConfirmed(options: PreConfirmedOptions): PreConfirmed {
  const { ledger, pool, start, clock, onCandidate, onIncluded, onError } = options;
  let open: OpenBlock | undefined;
  let underWay: Promise<void> | undefined;
  let saved = SAVED_MS;
  let accounted = clock.monotonic();
  let watchers = 0;
  let timer: NodeJS.Timeout | undefined;
  let soon: NodeJS.Timeout | undefined;

  const begin = (): OpenBlock => {
    const builder = ledger.startBlock(start());
    const { parent, context, state, classes } = builder;
    const places = new Map<Felt, number>();
    return {
      builder,
      parent,
      context,
      transactions: [],
      receipts: [],
      traces: [],
      places,
      passedOver: new Set(),
      bytes: 0,
      full: false,
      seen: undefined,
      state,
      classes,
      stateDiff: () => builder.diff(),
      indexOf: (hash) => places.get(hash),
    };
  };

  const isCurrent = (block: OpenBlock | undefined): block is OpenBlock =>
    block !== undefined && block.parent.hash === ledger.head().hash;

  /** Whether every transaction still waits: a replaced one will never be in a block. */
  const stillWaits = (block: OpenBlock): boolean =>
    block.seen === pool.version() ||
    block.transactions.every(({ hash }) => pool.get(hash) !== undefined);

  /** The block to work on: a new one after a new head, and while an empty one grows old. */
  const present = (): OpenBlock => {
    const grewOld = open?.transactions.length === 0 && start().timestamp !== open.context.timestamp;
    if (!isCurrent(open) || grewOld || !stillWaits(open)) open = begin();
    return open;
  };

  const include = (block: OpenBlock, { hashed, packedClass }: PoolEntry): boolean => {
    const size = encode(transactionCodec, hashed.transaction).length + (packedClass?.length ?? 0);
    if (block.bytes + size > MAX_PROPOSAL_BYTES) {
      block.full = true;
      return false;
    }
    onCandidate?.(hashed);
    const added = block.builder.add(hashed, packedClass);
    if (added.status !== 'added') {
      block.full = added.status === 'full';
      block.passedOver.add(hashed.hash);
      return false;
    }
    block.bytes += size;
    const index = block.transactions.push(hashed) - 1;
    block.receipts.push(added.receipt);
    block.traces.push(added.trace);
    block.places.set(hashed.hash, index);
    onIncluded?.(block, index);
    return true;
  };

  /** Executes what waits until all was looked at, time is up or another block became the last one. */
  const extend = async (block: OpenBlock, budgetMs: number): Promise<void> => {
    let left = budgetMs;
    let since = clock.monotonic();
    const version = pool.version();
    const candidates = pool.candidates((account) => block.state.nonceAt(account));
    while (left > 0 && !block.full) {
      const entry = candidates.next();
      if (entry === undefined) {
        block.seen = version;
        break;
      }
      const { hash } = entry.hashed;
      if (pool.get(hash) === undefined || block.passedOver.has(hash) || !include(block, entry))
        candidates.skipAccount();
      const spent = clock.monotonic() - since;
      if (spent < HOLD_MS && spent < left) continue;
      left -= spent;
      saved -= spent;
      await setImmediate();
      since = clock.monotonic();
      if (!isCurrent(block)) return;
    }
    saved -= clock.monotonic() - since;
  };

  const refresh = async (): Promise<PreConfirmedBlock> => {
    if (underWay === undefined) {
      const now = clock.monotonic();
      saved = Math.min(SAVED_MS, saved + (now - accounted) * SHARE);
      accounted = now;
      const block = present();
      if (block.seen === pool.version() || block.full || saved < LEAST_MS) return block;
      underWay = extend(block, saved).finally(() => {
        underWay = undefined;
      });
    }
    await underWay;
    return present();
  };

  const follow = (): void => {
    refresh().catch((error: unknown) => onError?.(error));
  };

  return {
    refresh,
    peek: () => (isCurrent(open) ? open : undefined),
    watch() {
      watchers++;
      timer ??= setInterval(follow, WATCH_EVERY_MS).unref();
      let watching = true;
      return () => {
        if (!watching) return;
        watching = false;
        watchers--;
        if (watchers > 0) return;
        clearInterval(timer);
        timer = undefined;
      };
    },
    wake() {
      if (watchers === 0 || soon !== undefined) return;
      soon = setTimeout(() => {
        soon = undefined;
        follow();
      }, SOON_MS).unref();
    },
  };
}
