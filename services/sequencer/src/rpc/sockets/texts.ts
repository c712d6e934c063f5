import {
  type EmittedEvent,
  type FinalityStatus,
  NOTIFICATIONS,
  type NotificationName,
  type TransactionStatus,
} from '@stackctl/rpc';
import type { Event, Felt, HashedTransaction, Receipt, Transaction } from '@stackctl/types';
import type { ChainView } from '../../chain-view.ts';
import type { PreConfirmedBlock } from '../../execution/pre-confirmed.ts';
import { createRecent } from '../../store/recent.ts';
import { rpcReceipt, withProofFacts } from '../handlers/blocks.ts';
import { eventsIn, eventsOf } from '../handlers/events.ts';

/** A transaction's notification with what filters look at. */
export interface TransactionText {
  readonly transaction: Transaction;
  readonly text: string;
}

export interface EventText {
  readonly event: Event;
  readonly text: string;
}

/**
 * Results of notifications as JSON texts, made once for all subscribers: a block that a thousand
 * clients wait for is encoded once.
 */
export interface Texts {
  head(block: number): string;
  events(block: number): readonly EventText[];
  receipts(block: number): readonly TransactionText[];
  transactions(block: number, proofFacts: boolean): readonly TransactionText[];
  /** Place of each transaction of a final block. */
  places(block: number): ReadonlyMap<Felt, number>;
  /** Of one transaction of the pre-confirmed block. */
  eventsAhead(block: PreConfirmedBlock, index: number): readonly EventText[];
  receiptAhead(block: PreConfirmedBlock, index: number): TransactionText;
  transaction(
    hashed: HashedTransaction,
    finality: 'RECEIVED' | 'CANDIDATE' | 'PRE_CONFIRMED' | 'ACCEPTED_ON_L2',
    proofFacts: boolean,
  ): TransactionText;
  status(transactionHash: Felt, status: TransactionStatus): string;
}

/** Blocks whose texts are kept: live subscribers ask for the last, those that catch up go in step. */
const KEPT_BLOCKS = 8;

function textOf<N extends NotificationName>(
  name: N,
  record: Parameters<(typeof NOTIFICATIONS)[N]['encode']>[0],
): string {
  return JSON.stringify(NOTIFICATIONS[name].encode(record as never));
}

export function createTexts(chain: ChainView): Texts {
  const heads = createRecent<number, string>(KEPT_BLOCKS);
  const events = createRecent<number, readonly EventText[]>(KEPT_BLOCKS);
  const receipts = createRecent<number, readonly TransactionText[]>(KEPT_BLOCKS);
  const transactions = createRecent<string, readonly TransactionText[]>(KEPT_BLOCKS);
  const places = createRecent<number, ReadonlyMap<Felt, number>>(KEPT_BLOCKS);
  const ahead = new WeakMap<
    Receipt,
    { events?: readonly EventText[]; receipt?: TransactionText }
  >();
  const waiting = new WeakMap<HashedTransaction, Map<string, TransactionText>>();

  const aheadOf = (receipt: Receipt) => {
    const known = ahead.get(receipt) ?? {};
    ahead.set(receipt, known);
    return known;
  };
  const eventText = (emitted: EmittedEvent, finality: FinalityStatus): EventText => ({
    event: emitted.event,
    text: textOf('starknet_subscriptionEvents', { emitted, finality }),
  });

  const texts: Texts = {
    head: (block) =>
      heads.get(block, () => {
        const header = chain.blocks.header(block);
        return header && textOf('starknet_subscriptionNewHeads', header);
      }) ?? '',
    events: (block) =>
      events.get(block, () =>
        eventsOf(chain, block).map((each) => eventText(each, 'ACCEPTED_ON_L2')),
      ) ?? [],
    receipts: (block) =>
      receipts.get(block, () => {
        const hashed = chain.blocks.transactions(block);
        const blockHash = chain.blocks.header(block)?.hash as Felt;
        return chain.blocks.receipts(block).map((receipt, index) => {
          const of = hashed[index] as HashedTransaction;
          return {
            transaction: of.transaction,
            text: textOf('starknet_subscriptionNewTransactionReceipts', {
              receipt: rpcReceipt(of, receipt),
              blockNumber: block,
              blockHash,
            }),
          };
        });
      }) ?? [],
    transactions: (block, proofFacts) =>
      transactions.get(`${block} ${proofFacts}`, () =>
        chain.blocks
          .transactions(block)
          .map((each) => texts.transaction(each, 'ACCEPTED_ON_L2', proofFacts)),
      ) ?? [],
    places: (block) =>
      places.get(
        block,
        () => new Map(chain.blocks.transactionHashes(block).map((hash, index) => [hash, index])),
      ) ?? new Map(),
    eventsAhead(block, index) {
      const receipt = block.receipts[index] as Receipt;
      const known = aheadOf(receipt);
      const blockNumber = block.context.number;
      known.events ??= eventsIn(receipt, index).map((each) =>
        eventText({ ...each, blockNumber }, 'PRE_CONFIRMED'),
      );
      return known.events;
    },
    receiptAhead(block, index) {
      const receipt = block.receipts[index] as Receipt;
      const hashed = block.transactions[index] as HashedTransaction;
      const known = aheadOf(receipt);
      known.receipt ??= {
        transaction: hashed.transaction,
        text: textOf('starknet_subscriptionNewTransactionReceipts', {
          receipt: rpcReceipt(hashed, receipt, 'PRE_CONFIRMED'),
          blockNumber: block.context.number,
        }),
      };
      return known.receipt;
    },
    transaction(hashed, finality, proofFacts) {
      const known = waiting.get(hashed) ?? new Map<string, TransactionText>();
      waiting.set(hashed, known);
      const key = `${finality} ${proofFacts}`;
      const found = known.get(key) ?? {
        transaction: hashed.transaction,
        text: textOf('starknet_subscriptionNewTransaction', {
          hashed: withProofFacts(hashed, proofFacts ? ['INCLUDE_PROOF_FACTS'] : []),
          finality,
        }),
      };
      known.set(key, found);
      return found;
    },
    status: (transactionHash, status) =>
      textOf('starknet_subscriptionTransactionStatus', { transactionHash, status }),
  };
  return texts;
}
