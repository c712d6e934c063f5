import type { ChainListener } from '../../chain-notices.ts';
import type { Feed } from './feeds.ts';

/** The side of a connection that notifications go out on. */
export interface Outlet {
  send(text: string): void;
  /** Resolves when the client has read most of what was sent; false when it is gone. */
  drained(): Promise<boolean>;
}

export interface SubscriptionOptions {
  readonly id: string;
  readonly feed: Feed;
  /** First final block that it tells of. */
  readonly from: number;
  readonly outlet: Outlet;
  readonly head: () => number;
  /** Keeps the pre-confirmed block fresh; undone by the function that it returns. */
  readonly watch: () => () => void;
  readonly pause: () => Promise<void>;
  readonly onError: (error: unknown) => void;
}

export interface Subscription extends Required<ChainListener> {
  start(): void;
  end(): void;
}

/**
 * Sends what a feed tells. Final blocks are pulled one after the other, at the pace at which the client
 * reads: catching up over a thousand blocks needs no more memory than one. The rest is sent when it
 * happens.
 */
export function createSubscription(options: SubscriptionOptions): Subscription {
  const { id, feed, outlet, head, watch, pause, onError } = options;
  let next = options.from;
  let isActive = false;
  let isPulling = false;
  let unwatch: (() => void) | undefined;

  const notify = (method: string, result: string): void =>
    outlet.send(
      `{"jsonrpc":"2.0","method":"${method}","params":{"subscription_id":"${id}","result":${result}}}`,
    );
  /** A feed that fails ends its own connection, not the work of whoever brought the news. */
  const tell = (results: () => readonly string[]): void => {
    try {
      for (const result of results()) notify(feed.notification, result);
      if (feed.isSettled?.() === true) unwatch?.();
    } catch (error) {
      onError(error);
    }
  };

  const pull = async (): Promise<void> => {
    if (isPulling) return;
    isPulling = true;
    while (isActive && next <= head()) {
      const block = next++;
      tell(() => feed.accepted(block));
      if (next > head()) break;
      await pause();
      if (!(await outlet.drained())) break;
    }
    isPulling = false;
  };

  return {
    start() {
      isActive = true;
      if (feed.preConfirmed !== undefined || feed.candidate !== undefined) unwatch = watch();
      tell(() => feed.current?.() ?? []);
      void pull();
    },
    end() {
      isActive = false;
      unwatch?.();
    },
    accepted() {
      if (isActive) void pull();
    },
    received(hashed) {
      if (isActive && feed.received !== undefined) tell(() => feed.received?.(hashed) ?? []);
    },
    candidate(hashed) {
      if (isActive && feed.candidate !== undefined) tell(() => feed.candidate?.(hashed) ?? []);
    },
    preConfirmed(block, index) {
      if (isActive && feed.preConfirmed !== undefined)
        tell(() => feed.preConfirmed?.(block, index) ?? []);
    },
  };
}
