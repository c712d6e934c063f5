import { blockHeader } from '../codec/block.ts';
import { array, oneOf } from '../codec/core.ts';
import { addresses } from '../codec/events.ts';
import { placedReceipt } from '../codec/receipt.ts';
import { bool, felt, text } from '../codec/scalars.ts';
import {
  newStatus,
  newTransaction,
  newTransactionStatus,
  notifiedEvent,
  notifiedFinality,
  reorg,
  subscriptionBlockId,
} from '../codec/subscriptions.ts';
import { felts } from '../codec/transaction.ts';
import { method, optionalParam, param } from './method.ts';

/**
 * What starknet_ws_api.json adds to the other methods, in its order. They need a connection to send
 * notifications on, so only a WebSocket serves them. The result of each subscription is its id.
 */
export const SUBSCRIPTION_METHODS = {
  starknet_subscribeNewHeads: method({ block_id: optionalParam(subscriptionBlockId) }, text),
  starknet_subscribeEvents: method(
    {
      from_address: optionalParam(addresses),
      keys: optionalParam(array(felts)),
      block_id: optionalParam(subscriptionBlockId),
      finality_status: optionalParam(notifiedFinality),
    },
    text,
  ),
  starknet_subscribeTransactionStatus: method(
    {
      transaction_hash: param(felt),
      // Not in the specification: starknet.js passes it on when its user gives one. It changes nothing.
      block_id: optionalParam(subscriptionBlockId),
    },
    text,
  ),
  starknet_subscribeNewTransactionReceipts: method(
    {
      finality_status: optionalParam(array(notifiedFinality)),
      sender_address: optionalParam(felts),
    },
    text,
  ),
  starknet_subscribeNewTransactions: method(
    {
      finality_status: optionalParam(array(newTransactionStatus)),
      sender_address: optionalParam(felts),
      tags: optionalParam(array(oneOf('INCLUDE_PROOF_FACTS'))),
    },
    text,
  ),
  starknet_unsubscribe: method({ subscription_id: param(text) }, bool),
} as const;

/** What a node sends for a subscription: the method of the notification, and its result. */
export const NOTIFICATIONS = {
  starknet_subscriptionNewHeads: blockHeader,
  starknet_subscriptionEvents: notifiedEvent,
  starknet_subscriptionTransactionStatus: newStatus,
  starknet_subscriptionNewTransactionReceipts: placedReceipt,
  starknet_subscriptionNewTransaction: newTransaction,
  starknet_subscriptionReorg: reorg,
} as const;

export type NotificationName = keyof typeof NOTIFICATIONS;
