import type { Felt, HashedTransaction } from '@stackctl/types';
import { type BlockId, blockId } from './block-id.ts';
import { type Codec, Malformed, merge, object, oneOf, required } from './core.ts';
import { type EmittedEvent, emittedEvent } from './events.ts';
import {
  type FinalityStatus,
  finalityStatus,
  type TransactionStatus,
  transactionStatus,
} from './receipt.ts';
import { felt, uint } from './scalars.ts';
import { hashedTransaction } from './transaction.ts';

/** SUBSCRIPTION_BLOCK_ID: a number, a hash or `latest`. */
export type SubscriptionBlockId = Exclude<BlockId, 'pre_confirmed' | 'l1_accepted'>;

export const subscriptionBlockId: Codec<SubscriptionBlockId> = {
  expected: 'a block id: {"block_number": N}, {"block_hash": "0x..."} or "latest"',
  decode(value) {
    const id = blockId.decode(value);
    if (id === 'pre_confirmed' || id === 'l1_accepted') throw new Malformed(this.expected, value);
    return id;
  },
  encode: (id) => blockId.encode(id),
};

/** TXN_STATUS_WITHOUT_L1 */
export type NewTransactionStatus = 'RECEIVED' | 'CANDIDATE' | 'PRE_CONFIRMED' | 'ACCEPTED_ON_L2';

export const newTransactionStatus: Codec<NewTransactionStatus> = oneOf(
  'RECEIVED',
  'CANDIDATE',
  'PRE_CONFIRMED',
  'ACCEPTED_ON_L2',
);

/** What a receipt or an event can be notified at. */
export const notifiedFinality: Codec<'PRE_CONFIRMED' | 'ACCEPTED_ON_L2'> = oneOf(
  'PRE_CONFIRMED',
  'ACCEPTED_ON_L2',
);

/** Result of starknet_subscriptionNewTransaction. */
export interface NewTransaction {
  readonly hashed: HashedTransaction;
  readonly finality: NewTransactionStatus;
}

const transactionFinality = object<Pick<NewTransaction, 'finality'>>({
  finality_status: required('finality', newTransactionStatus),
});

export const newTransaction: Codec<NewTransaction> = {
  expected: `${hashedTransaction.expected}, finality_status`,
  decode: (value) => ({
    hashed: hashedTransaction.decode(value),
    ...transactionFinality.decode(value),
  }),
  encode: (record) =>
    merge(hashedTransaction.encode(record.hashed), transactionFinality.encode(record)),
};

/** Result of starknet_subscriptionEvents. */
export interface NotifiedEvent {
  readonly emitted: EmittedEvent;
  readonly finality: FinalityStatus;
}

const eventFinality = object<Pick<NotifiedEvent, 'finality'>>({
  finality_status: required('finality', finalityStatus),
});

export const notifiedEvent: Codec<NotifiedEvent> = {
  expected: `${emittedEvent.expected}, finality_status`,
  decode: (value) => ({ emitted: emittedEvent.decode(value), ...eventFinality.decode(value) }),
  encode: (record) => merge(emittedEvent.encode(record.emitted), eventFinality.encode(record)),
};

/** NEW_TXN_STATUS */
export interface NewStatus {
  readonly transactionHash: Felt;
  readonly status: TransactionStatus;
}

export const newStatus = object<NewStatus>({
  transaction_hash: required('transactionHash', felt),
  status: required('status', transactionStatus),
});

/** REORG_DATA: the first and the last block that are no longer part of the chain. */
export interface Reorg {
  readonly startingHash: Felt;
  readonly startingNumber: number;
  readonly endingHash: Felt;
  readonly endingNumber: number;
}

export const reorg = object<Reorg>({
  starting_block_hash: required('startingHash', felt),
  starting_block_number: required('startingNumber', uint),
  ending_block_hash: required('endingHash', felt),
  ending_block_number: required('endingNumber', uint),
});
