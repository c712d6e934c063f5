import { type Handlers, rpcError, type TransactionStatus } from '@stackctl/rpc';
import type { Felt, HashedTransaction, Receipt } from '@stackctl/types';
import type { ChainView } from '../../chain-view.ts';
import type { Pool } from '../../mempool/pool.ts';
import { rpcReceipt, withProofFacts } from './blocks.ts';

export interface TransactionHandlersOptions {
  readonly chain: ChainView;
  readonly pool: Pick<Pool, 'get'>;
}

interface Included {
  readonly hashed: HashedTransaction;
  readonly receipt: Receipt;
  readonly block: number;
}

/** Transactions by hash, wherever they are: in the pool (RECEIVED) or in a final block. */
export function transactionHandlers({ chain, pool }: TransactionHandlersOptions): Handlers {
  const included = (hash: Felt): Included | undefined => {
    const place = chain.blocks.placeOf(hash);
    if (place === undefined) return undefined;
    const hashed = chain.blocks.transactions(place.block)[place.index] as HashedTransaction;
    const receipt = chain.blocks.receipts(place.block)[place.index] as Receipt;
    return { hashed, receipt, block: place.block };
  };

  return {
    starknet_getTransactionByHash: ({ transaction_hash, response_flags }) => {
      const found = included(transaction_hash)?.hashed ?? pool.get(transaction_hash)?.hashed;
      if (found === undefined) throw rpcError('TXN_HASH_NOT_FOUND');
      return withProofFacts(found, response_flags);
    },
    starknet_getTransactionReceipt: ({ transaction_hash }) => {
      const found = included(transaction_hash);
      if (found === undefined) throw rpcError('TXN_HASH_NOT_FOUND');
      const blockHash = chain.blocks.header(found.block)?.hash;
      return {
        receipt: rpcReceipt(found.hashed, found.receipt),
        blockNumber: found.block,
        ...(blockHash !== undefined && { blockHash }),
      };
    },
    starknet_getTransactionStatus: ({ transaction_hash }): TransactionStatus => {
      const found = included(transaction_hash);
      if (found !== undefined) {
        const { status, revertReason } = found.receipt;
        return {
          finality: 'ACCEPTED_ON_L2',
          execution: status,
          ...(revertReason !== undefined && { failureReason: revertReason }),
        };
      }
      if (pool.get(transaction_hash) === undefined) throw rpcError('TXN_HASH_NOT_FOUND');
      return { finality: 'RECEIVED' };
    },
    /** No node follows L1 yet, so no L1 transaction is known to have sent a message. */
    starknet_getMessagesStatus: () => {
      throw rpcError('TXN_HASH_NOT_FOUND');
    },
  };
}
