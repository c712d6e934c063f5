import { setImmediate } from 'node:timers/promises';
import {
  type RpcErrorName,
  rpcError,
  type SubscriptionBlockId,
  type SubscriptionHandlers,
  type TransactionStatus,
} from '@stackctl/rpc';
import type { Felt } from '@stackctl/types';
import type { ChainListener } from '../../chain-notices.ts';
import type { ChainView } from '../../chain-view.ts';
import type { PreConfirmed } from '../../execution/pre-confirmed.ts';
import { resolve } from '../block-id.ts';
import { checkFilter } from '../handlers/events.ts';
import {
  eventsFeed,
  type Feed,
  headsFeed,
  receiptsFeed,
  statusFeed,
  transactionsFeed,
} from './feeds.ts';
import { createSubscription, type Outlet, type Subscription } from './subscription.ts';
import type { Texts } from './texts.ts';

/** How far back a subscription may start (starknet_ws_api, TOO_MANY_BLOCKS_BACK). */
export const MAX_BLOCKS_BACK = 1024;
/** Most addresses of a sender filter. */
const MAX_ADDRESSES = 1024;

export interface SessionOptions {
  readonly chain: ChainView;
  readonly preConfirmed: Pick<PreConfirmed, 'watch'>;
  readonly texts: Texts;
  readonly statusOf: (transactionHash: Felt) => TransactionStatus | undefined;
  readonly outlet: Outlet;
  /** Told of what no subscription should meet. */
  readonly onError: (error: unknown) => void;
  /** An id that no other subscription of this node has. */
  readonly newId: () => string;
  readonly maxSubscriptions: number;
}

/** The subscriptions of one connection. */
export interface Session extends Required<ChainListener> {
  readonly handlers: SubscriptionHandlers;
  /** Starts what was subscribed to: a client knows an id before it is told anything under it. */
  startNew(): void;
  end(): void;
}

export function createSession(options: SessionOptions): Session {
  const { chain, preConfirmed, texts, statusOf, outlet, onError, newId, maxSubscriptions } =
    options;
  const subscriptions = new Map<string, Subscription>();
  let unstarted: Subscription[] = [];
  const head = (): number => chain.head().number;

  const open = (feed: Feed, from = head() + 1): string => {
    if (subscriptions.size >= maxSubscriptions)
      throw rpcError('UNEXPECTED_ERROR', `more than ${maxSubscriptions} subscriptions`);
    const id = newId();
    const watch = () => preConfirmed.watch();
    const pause = () => setImmediate();
    const subscription = createSubscription({
      id,
      feed,
      from,
      outlet,
      head,
      watch,
      pause,
      onError,
    });
    subscriptions.set(id, subscription);
    unstarted.push(subscription);
    return id;
  };

  /** A block that is named comes first; without one, or at `latest`, what comes from now on. */
  const startOf = (id: SubscriptionBlockId | undefined): number => {
    const header = id === undefined ? undefined : resolve(chain, id);
    if (header === undefined || id === 'latest') return head() + 1;
    if (head() - header.number > MAX_BLOCKS_BACK) throw rpcError('TOO_MANY_BLOCKS_BACK');
    return header.number;
  };

  const checkSenders = (addresses: readonly Felt[] | undefined): void => {
    const error: RpcErrorName = 'TOO_MANY_ADDRESSES_IN_FILTER';
    if (addresses !== undefined && addresses.length > MAX_ADDRESSES) throw rpcError(error);
  };

  const each = (tell: (subscription: Subscription) => void): void => {
    for (const subscription of subscriptions.values()) tell(subscription);
  };

  return {
    handlers: {
      starknet_subscribeNewHeads: ({ block_id }) => open(headsFeed(texts), startOf(block_id)),
      starknet_subscribeEvents(params) {
        checkFilter({
          ...(params.keys !== undefined && { keys: params.keys }),
          ...(params.from_address !== undefined && { addresses: params.from_address }),
        });
        return open(eventsFeed(texts, chain, params), startOf(params.block_id));
      },
      starknet_subscribeTransactionStatus: ({ transaction_hash }) =>
        open(statusFeed(texts, transaction_hash, statusOf)),
      starknet_subscribeNewTransactionReceipts(params) {
        checkSenders(params.sender_address);
        return open(receiptsFeed(texts, params));
      },
      starknet_subscribeNewTransactions(params) {
        checkSenders(params.sender_address);
        return open(transactionsFeed(texts, params));
      },
      starknet_unsubscribe({ subscription_id }) {
        const subscription = subscriptions.get(subscription_id);
        if (subscription === undefined) throw rpcError('INVALID_SUBSCRIPTION_ID');
        subscriptions.delete(subscription_id);
        unstarted = unstarted.filter((other) => other !== subscription);
        subscription.end();
        return true;
      },
    },
    startNew() {
      const starting = unstarted;
      unstarted = [];
      for (const subscription of starting) subscription.start();
    },
    end() {
      each((subscription) => subscription.end());
      subscriptions.clear();
      unstarted = [];
    },
    received: (hashed) => each((subscription) => subscription.received(hashed)),
    candidate: (hashed) => each((subscription) => subscription.candidate(hashed)),
    preConfirmed: (block, index) => each((subscription) => subscription.preConfirmed(block, index)),
    accepted: (header) => each((subscription) => subscription.accepted(header)),
  };
}
