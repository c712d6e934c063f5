import {
  type FinalityStatus,
  type Handlers,
  rpcError,
  type TransactionStatus,
} from '@stackctl/rpc';
import type { Felt, HashedTransaction, Receipt } from '@stackctl/types';
import type { ChainView } from '../../chain-view.ts';
import type { PreConfirmed } from '../../execution/pre-confirmed.ts';
import type { Pool } from '../../mempool/pool.ts';
import { rpcReceipt, withProofFacts } from './blocks.ts';

export interface TransactionHandlersOptions {
  readonly chain: ChainView;
  readonly pool: Pick<Pool, 'get'>;
  readonly preConfirmed: Pick<PreConfirmed, 'peek'>;
}

interface Included {
  readonly hashed: HashedTransaction;
  readonly receipt: Receipt;
  readonly block: number;
  readonly finality: FinalityStatus;
}

/** Finds transactions that were executed: in a final block, or in the pre-confirmed one as it is. */
function finderOf(options: TransactionHandlersOptions): (hash: Felt) => Included | undefined {
  const { chain, preConfirmed } = options;

  const executed = (hash: Felt): Included | undefined => {
    const block = preConfirmed.peek();
    const index = block?.indexOf(hash);
    if (block === undefined || index === undefined) return undefined;
    return {
      hashed: block.transactions[index] as HashedTransaction,
      receipt: block.receipts[index] as Receipt,
      block: block.context.number,
      finality: 'PRE_CONFIRMED',
    };
  };
  return (hash) => {
    const place = chain.blocks.placeOf(hash);
    if (place === undefined) return executed(hash);
    const hashed = chain.blocks.transactions(place.block)[place.index] as HashedTransaction;
    const receipt = chain.blocks.receipts(place.block)[place.index] as Receipt;
    return { hashed, receipt, block: place.block, finality: 'ACCEPTED_ON_L2' };
  };
}

/** Tells where transactions stand; undefined for one that this node does not know. */
export function createStatusReader(
  options: TransactionHandlersOptions,
): (hash: Felt) => TransactionStatus | undefined {
  const find = finderOf(options);
  return (hash) => {
    const found = find(hash);
    if (found === undefined)
      return options.pool.get(hash) === undefined ? undefined : { finality: 'RECEIVED' };
    const { status, revertReason } = found.receipt;
    return {
      finality: found.finality,
      execution: status,
      ...(revertReason !== undefined && { failureReason: revertReason }),
    };
  };
}

/**
 * Transactions by hash, wherever they are: in the pool (RECEIVED), in the pre-confirmed block or in a
 * final one. Asking for a transaction does not have it executed: clients that wait for theirs ask
 * many times a second. It is PRE_CONFIRMED once somebody looks at the pre-confirmed block.
 */
export function transactionHandlers(options: TransactionHandlersOptions): Handlers {
  const { chain, pool } = options;
  const included = finderOf(options);
  const statusOf = createStatusReader(options);

  return {
    starknet_getTransactionByHash: ({ transaction_hash, response_flags }) => {
      const found = included(transaction_hash)?.hashed ?? pool.get(transaction_hash)?.hashed;
      if (found === undefined) throw rpcError('TXN_HASH_NOT_FOUND');
      return withProofFacts(found, response_flags);
    },
    starknet_getTransactionReceipt: ({ transaction_hash }) => {
      const found = included(transaction_hash);
      if (found === undefined) throw rpcError('TXN_HASH_NOT_FOUND');
      const { finality } = found;
      const blockHash =
        finality === 'PRE_CONFIRMED' ? undefined : chain.blocks.header(found.block)?.hash;
      return {
        receipt: rpcReceipt(found.hashed, found.receipt, finality),
        blockNumber: found.block,
        ...(blockHash !== undefined && { blockHash }),
      };
    },
    starknet_getTransactionStatus: ({ transaction_hash }) => {
      const status = statusOf(transaction_hash);
      if (status === undefined) throw rpcError('TXN_HASH_NOT_FOUND');
      return status;
    },
    /** No node follows L1 yet, so no L1 transaction is known to have sent a message. */
    starknet_getMessagesStatus: () => {
      throw rpcError('TXN_HASH_NOT_FOUND');
    },
  };
}
