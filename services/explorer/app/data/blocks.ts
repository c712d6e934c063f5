import type { BlockView, TransactionWithReceipt } from '@stackctl/rpc';
import type { BlockHeader } from '@stackctl/types';

/** A block that is final, with the receipts of its transactions. */
export interface FinalBlock {
  readonly header: BlockHeader;
  readonly items: readonly TransactionWithReceipt[];
  readonly onL1: boolean;
}

/** Pages ask for final blocks only; a node that answers otherwise contradicts the request. */
export function finalBlock(view: BlockView<TransactionWithReceipt>): FinalBlock {
  if (view.status === 'PRE_CONFIRMED')
    throw new Error('the node answered with an unfinished block');
  const { header, transactions, status } = view;
  return { header, items: transactions, onL1: status === 'ACCEPTED_ON_L1' };
}
