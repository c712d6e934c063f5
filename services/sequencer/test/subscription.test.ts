import type { BlockHeader, HashedTransaction } from '@stackctl/types';
import { describe, expect, it } from 'vitest';
import { statusFeed } from '../src/rpc/sockets/feeds.ts';
import { createSubscription, type SubscriptionOptions } from '../src/rpc/sockets/subscription.ts';
import type { Texts } from '../src/rpc/sockets/texts.ts';

interface Kit {
  readonly options: SubscriptionOptions;
  readonly sent: Array<{ method: string; params: { subscription_id: string; result: unknown } }>;
  readonly errors: unknown[];
  head: number;
  watchers: number;
  /** Lets one wait for the client end, true when it still reads. */
  read(isThere: boolean): Promise<void>;
}

function kit(change: Partial<SubscriptionOptions> = {}): Kit {
  const waiting: Array<(isThere: boolean) => void> = [];
  const made: Kit = {
    sent: [],
    errors: [],
    head: 3,
    watchers: 0,
    async read(isThere) {
      waiting.shift()?.(isThere);
      await settle();
    },
    options: {
      id: '9',
      feed: {
        notification: 'starknet_subscriptionNewHeads',
        accepted: (block) => [String(block)],
      },
      from: 1,
      outlet: {
        send: (text) => made.sent.push(JSON.parse(text) as never),
        drained: () => new Promise((resolve) => waiting.push(resolve)),
      },
      head: () => made.head,
      watch() {
        made.watchers++;
        return () => made.watchers--;
      },
      pause: async () => {},
      onError: (error) => made.errors.push(error),
      ...change,
    },
  };
  return made;
}

const settle = () => new Promise((resolve) => setTimeout(resolve, 0));
const results = ({ sent }: Kit) => sent.map((each) => each.params.result);
const header = {} as BlockHeader;

describe('a subscription', () => {
  it('sends nothing before it is started, then each final block once, at the pace of its reader', async () => {
    const made = kit();
    const subscription = createSubscription(made.options);
    subscription.accepted(header);
    await settle();
    expect(made.sent).toEqual([]);
    subscription.start();
    await settle();
    expect(results(made)).toEqual([1]);
    made.head = 4;
    subscription.accepted(header);
    await made.read(true);
    expect(results(made)).toEqual([1, 2]);
    await made.read(true);
    await made.read(true);
    expect(results(made)).toEqual([1, 2, 3, 4]);
    made.head = 5;
    subscription.accepted(header);
    expect(results(made)).toEqual([1, 2, 3, 4, 5]);
    expect(made.sent[0]).toEqual({
      jsonrpc: '2.0',
      method: 'starknet_subscriptionNewHeads',
      params: { subscription_id: '9', result: 1 },
    });
  });

  it('stops for a client that is gone, and when it is ended', async () => {
    const made = kit();
    createSubscription(made.options).start();
    await settle();
    await made.read(false);
    await made.read(true);
    expect(results(made)).toEqual([1]);
    const other = kit({ from: 4 });
    const subscription = createSubscription(other.options);
    subscription.start();
    subscription.end();
    other.head = 9;
    subscription.accepted(header);
    await settle();
    expect(other.sent).toEqual([]);
  });

  it('keeps the pre-confirmed block fresh while it wants it, and reports what fails', () => {
    const failing = () => {
      throw new Error('broken');
    };
    const base = kit();
    const made = kit({ feed: { ...base.options.feed, preConfirmed: failing }, from: 4 });
    const subscription = createSubscription(made.options);
    subscription.start();
    expect(made.watchers).toBe(1);
    subscription.preConfirmed({} as never, 0);
    expect(made.errors).toHaveLength(1);
    subscription.end();
    expect(made.watchers).toBe(0);
  });
});

describe('the status of a transaction', () => {
  const hashed = { hash: 7n } as HashedTransaction;
  const texts = {
    places: (block: number) => new Map(block === 5 ? [[7n, 0]] : []),
    status: (_hash: bigint, { finality }: { finality: string }) => JSON.stringify(finality),
  } as unknown as Texts;

  it('is told as it is, then each step up, and is settled when it is final', () => {
    let status: { finality: 'RECEIVED' | 'PRE_CONFIRMED' | 'ACCEPTED_ON_L2' } | undefined;
    const feed = statusFeed(texts, 7n, () => status);
    expect(feed.current?.()).toEqual([]);
    status = { finality: 'RECEIVED' };
    expect(feed.received?.({ hash: 8n } as HashedTransaction)).toEqual([]);
    expect(feed.received?.(hashed)).toEqual(['"RECEIVED"']);
    expect(feed.received?.(hashed)).toEqual([]);
    const block = { transactions: [{ hash: 8n }, hashed] } as never;
    status = { finality: 'PRE_CONFIRMED' };
    expect(feed.preConfirmed?.(block, 0)).toEqual([]);
    expect(feed.preConfirmed?.(block, 1)).toEqual(['"PRE_CONFIRMED"']);
    expect(feed.preConfirmed?.(block, 1)).toEqual([]);
    expect(feed.isSettled?.()).toBe(false);
    status = { finality: 'ACCEPTED_ON_L2' };
    expect(feed.accepted(4)).toEqual([]);
    expect(feed.accepted(5)).toEqual(['"ACCEPTED_ON_L2"']);
    expect(feed.isSettled?.()).toBe(true);
  });
});
