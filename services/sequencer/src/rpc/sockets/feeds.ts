import { senderOf } from '@stackctl/execution';
import type {
  NewTransactionStatus,
  NotificationName,
  SubscriptionParamsOf,
  TransactionStatus,
} from '@stackctl/rpc';
import type { Felt, HashedTransaction, Receipt } from '@stackctl/types';
import type { ChainView } from '../../chain-view.ts';
import type { PreConfirmedBlock } from '../../execution/pre-confirmed.ts';
import { intersects, matcher } from '../handlers/events.ts';
import type { Texts, TransactionText } from './texts.ts';

/** What one subscription is told: for each happening, the JSON texts of its notifications' results. */
export interface Feed {
  readonly notification: NotificationName;
  /** Told before anything happens. */
  current?(): readonly string[];
  /** For a final block. */
  accepted(block: number): readonly string[];
  received?(hashed: HashedTransaction): readonly string[];
  candidate?(hashed: HashedTransaction): readonly string[];
  preConfirmed?(block: PreConfirmedBlock, index: number): readonly string[];
  /** True when nothing that it waits for can come before a block is final. */
  isSettled?(): boolean;
}

const NOTHING: readonly string[] = [];

export function headsFeed(texts: Texts): Feed {
  return {
    notification: 'starknet_subscriptionNewHeads',
    accepted: (block) => [texts.head(block)],
  };
}

export function eventsFeed(
  texts: Texts,
  chain: ChainView,
  params: SubscriptionParamsOf<'starknet_subscribeEvents'>,
): Feed {
  const addresses = new Set(params.from_address);
  const matches = matcher(addresses, params.keys ?? []);
  const chosen = (events: ReturnType<Texts['events']>): readonly string[] =>
    events.filter(({ event }) => matches(event)).map(({ text }) => text);
  return {
    notification: 'starknet_subscriptionEvents',
    accepted(block) {
      const emitters = chain.blocks.emitters(block);
      const may = emitters.size > 0 && (addresses.size === 0 || intersects(emitters, addresses));
      return may ? chosen(texts.events(block)) : NOTHING;
    },
    ...(params.finality_status === 'PRE_CONFIRMED' && {
      preConfirmed: (block: PreConfirmedBlock, index: number) =>
        (block.receipts[index] as Receipt).events.length === 0
          ? NOTHING
          : chosen(texts.eventsAhead(block, index)),
    }),
  };
}

export function receiptsFeed(
  texts: Texts,
  params: SubscriptionParamsOf<'starknet_subscribeNewTransactionReceipts'>,
): Feed {
  const statuses = new Set(params.finality_status ?? ['ACCEPTED_ON_L2']);
  const chosen = bySender(params.sender_address);
  return {
    notification: 'starknet_subscriptionNewTransactionReceipts',
    accepted: (block) => (statuses.has('ACCEPTED_ON_L2') ? chosen(texts.receipts(block)) : NOTHING),
    ...(statuses.has('PRE_CONFIRMED') && {
      preConfirmed: (block: PreConfirmedBlock, index: number) =>
        chosen([texts.receiptAhead(block, index)]),
    }),
  };
}

export function transactionsFeed(
  texts: Texts,
  params: SubscriptionParamsOf<'starknet_subscribeNewTransactions'>,
): Feed {
  const statuses = new Set<NewTransactionStatus>(params.finality_status ?? ['ACCEPTED_ON_L2']);
  const proofFacts = params.tags?.includes('INCLUDE_PROOF_FACTS') === true;
  const chosen = bySender(params.sender_address);
  const at = (finality: NewTransactionStatus) => (hashed: HashedTransaction) =>
    chosen([texts.transaction(hashed, finality, proofFacts)]);
  const preConfirmed = at('PRE_CONFIRMED');
  return {
    notification: 'starknet_subscriptionNewTransaction',
    accepted: (block) =>
      statuses.has('ACCEPTED_ON_L2') ? chosen(texts.transactions(block, proofFacts)) : NOTHING,
    ...(statuses.has('RECEIVED') && { received: at('RECEIVED') }),
    ...(statuses.has('CANDIDATE') && { candidate: at('CANDIDATE') }),
    ...(statuses.has('PRE_CONFIRMED') && {
      preConfirmed: (block: PreConfirmedBlock, index: number) =>
        preConfirmed(block.transactions[index] as HashedTransaction),
    }),
  };
}

/** Transactions that one of the addresses sent; all when none is named. Messages from L1 have no sender. */
function bySender(
  addresses: readonly Felt[] = [],
): (items: readonly TransactionText[]) => readonly string[] {
  const wanted = new Set(addresses);
  return (items) =>
    items
      .filter(
        ({ transaction }) =>
          wanted.size === 0 ||
          (transaction.type !== 'L1_HANDLER' && wanted.has(senderOf(transaction))),
      )
      .map(({ text }) => text);
}

const RANK = { RECEIVED: 0, CANDIDATE: 1, PRE_CONFIRMED: 2, ACCEPTED_ON_L2: 3, ACCEPTED_ON_L1: 4 };

/**
 * The status of one transaction: as it is, then each step up. A transaction that is executed ahead
 * again on another head stays PRE_CONFIRMED, and nothing is told. One that nobody knows yet is waited for.
 */
export function statusFeed(
  texts: Texts,
  hash: Felt,
  statusOf: (transactionHash: Felt) => TransactionStatus | undefined,
): Feed {
  let rank = -1;
  const tell = (status: TransactionStatus | undefined): readonly string[] => {
    if (status === undefined || RANK[status.finality] <= rank) return NOTHING;
    rank = RANK[status.finality];
    return [texts.status(hash, status)];
  };
  return {
    notification: 'starknet_subscriptionTransactionStatus',
    current: () => tell(statusOf(hash)),
    accepted: (block) => (texts.places(block).has(hash) ? tell(statusOf(hash)) : NOTHING),
    received: (hashed) => (hashed.hash === hash ? tell({ finality: 'RECEIVED' }) : NOTHING),
    preConfirmed: (block, index) =>
      block.transactions[index]?.hash === hash ? tell(statusOf(hash)) : NOTHING,
    isSettled: () => rank >= RANK.ACCEPTED_ON_L2,
  };
}
