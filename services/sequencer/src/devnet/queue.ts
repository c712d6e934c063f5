import { randomBytes } from 'node:crypto';
import { hashTransaction } from '@stackctl/execution';
import type { Clock, Logger } from '@stackctl/runtime';
import type { Felt, HashedTransaction, L1HandlerTransaction } from '@stackctl/types';
import { NotCanonical } from '../codec/binary.ts';
import type { Gossip } from '../network/gossip-port.ts';
import { type Action, type Directive, decodeOrder, encodeOrder, type Order } from './directive.ts';

/** Gossip topic of orders. */
export const TOPIC = 'devnet';
const MAX_ORDERS = 1_000;
/** An order of ours that still waits is sent to the peers again after this. */
const RESEND_AFTER_MS = 2_000;

export interface QueueOptions {
  readonly chainId: Felt;
  readonly clock: Clock;
  readonly log: Logger;
  readonly isApplied: (directive: Felt) => boolean;
  readonly isIncluded: (transactionHash: Felt) => boolean;
  /** Told when an order came in. */
  readonly onAdded: () => void;
}

/** Directives and L1 messages that wait for a block, in the order of their arrival. */
export interface DevnetQueue {
  /** Exchanges orders with the peers from now on. Called once. */
  join(gossip: Gossip): void;
  /** Takes in and spreads a directive; its id. Undefined when the queue is full. */
  submit(action: Action, urgent: boolean): Felt | undefined;
  /** The same for a message from L1; its transaction hash. */
  submitMessage(transaction: L1HandlerTransaction): Felt | undefined;
  directives(): readonly Directive[];
  messages(): readonly HashedTransaction[];
  hasDirective(id: Felt): boolean;
  /** Whether something wants a block now. */
  isUrgent(): boolean;
  /** Forgets what a block included, or what can never be included. Directive ids, message hashes. */
  remove(ids: Iterable<Felt>): void;
  /** Sends what waits here for long to the peers again. */
  resend(): void;
}

interface Waiting {
  readonly order: Order;
  readonly bytes: Uint8Array;
  readonly addedAt: number;
  readonly local: boolean;
}

/** The queue of one node. Peers are believed as they are for transactions: they are validators. */
export function createDevnetQueue(options: QueueOptions): DevnetQueue {
  const { chainId, clock, log, isApplied, isIncluded, onAdded } = options;
  const waiting = new Map<Felt, Waiting>();
  let gossip: Gossip | undefined;

  const idOf = (order: Order): Felt =>
    order.type === 'DIRECTIVE' ? order.directive.id : hashTransaction(order.transaction, chainId);

  const add = (order: Order, bytes: Uint8Array, local: boolean): Felt | undefined => {
    const id = idOf(order);
    const done = order.type === 'DIRECTIVE' ? isApplied(id) : isIncluded(id);
    if (done || waiting.size >= MAX_ORDERS) return undefined;
    if (!waiting.has(id)) {
      waiting.set(id, { order, bytes, addedAt: clock.now(), local });
      onAdded();
    }
    return id;
  };

  const submit = (order: Order): Felt | undefined => {
    const bytes = encodeOrder(order);
    const id = add(order, bytes, true);
    if (id !== undefined) gossip?.broadcast(TOPIC, bytes);
    return id;
  };

  const receive = (payload: Uint8Array, from: string): void => {
    try {
      add(decodeOrder(payload), payload, false);
    } catch (error) {
      if (!(error instanceof NotCanonical)) throw error;
      log.warn('malformed gossip', { from });
    }
  };

  return {
    join(network) {
      gossip = network;
      network.on(TOPIC, receive);
    },
    submit: (action, urgent) =>
      submit({ type: 'DIRECTIVE', directive: { id: randomId(), action }, urgent }),
    submitMessage: (transaction) => submit({ type: 'L1_MESSAGE', transaction }),
    directives: () =>
      [...waiting.values()].flatMap(({ order }) =>
        order.type === 'DIRECTIVE' ? [order.directive] : [],
      ),
    messages: () =>
      [...waiting].flatMap(([hash, { order }]) =>
        order.type === 'L1_MESSAGE' ? [{ hash, transaction: order.transaction }] : [],
      ),
    hasDirective: (id) => waiting.has(id),
    isUrgent() {
      for (const { order } of waiting.values())
        if (order.type === 'L1_MESSAGE' || order.urgent) return true;
      return false;
    },
    remove(ids) {
      for (const id of ids) waiting.delete(id);
    },
    resend() {
      const before = clock.now() - RESEND_AFTER_MS;
      for (const { local, addedAt, bytes } of waiting.values())
        if (local && addedAt <= before) gossip?.broadcast(TOPIC, bytes);
    },
  };
}

/** 31 random bytes: always below the prime. */
function randomId(): Felt {
  return BigInt(`0x${randomBytes(31).toString('hex')}`);
}
