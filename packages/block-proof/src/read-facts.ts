import { hashTransaction } from '@stackctl/execution';
import type { RpcClient } from '@stackctl/rpc';
import { blockHash, transactionCommitment } from '@stackctl/state';
import {
  type BlockHeader,
  type Felt,
  feltToHex,
  type HashedTransaction,
  StackError,
} from '@stackctl/types';
import type { BlockFacts } from './block-facts.ts';

/** A block by its number or its hash. */
export type BlockRef = { readonly number: number } | { readonly hash: Felt };

type BlockReader = Pick<
  RpcClient,
  'starknet_chainId' | 'starknet_getBlockWithTxs' | 'starknet_traceBlockTransactions'
>;

/**
 * Reads what a verifier compares a proof with.
 * @throws StackError RPC_UNREACHABLE, RPC_ERROR (also when the node contradicts itself)
 */
export async function readBlockFacts(rpc: BlockReader, ref: BlockRef): Promise<BlockFacts> {
  const [chainId, view, traced] = await Promise.all([
    rpc.starknet_chainId(),
    rpc.starknet_getBlockWithTxs({ block_id: ref }),
    rpc.starknet_traceBlockTransactions({ block_id: ref }),
  ]);
  if (view.status === 'PRE_CONFIRMED') throw inconsistent('a final block came as pre-confirmed');
  const transactionHashes = view.transactions.map(({ hash }) => hash);
  const aligned =
    traced.items.length === transactionHashes.length &&
    traced.items.every(({ hash }, index) => hash === transactionHashes[index]);
  if (!aligned) throw inconsistent("the traces are not those of the block's transactions");
  checkHeader(view.header, view.transactions, chainId);
  return {
    chainId,
    header: view.header,
    transactions: view.transactions,
    transactionHashes,
    traces: traced.items.map(({ trace }) => trace),
  };
}

/**
 * A block hash stands for the whole block: the header hashes to it, the transactions are those that the
 * header commits to, and each hashes to its hash on this chain.
 */
function checkHeader(
  header: BlockHeader,
  transactions: readonly HashedTransaction[],
  chainId: Felt,
): void {
  if (blockHash(header) !== header.hash) throw inconsistent('the header does not hash to its hash');
  for (const { hash, transaction } of transactions)
    if (hashTransaction(transaction, chainId) !== hash)
      throw inconsistent(`transaction ${feltToHex(hash)} does not hash to its hash`);
  if (transactionCommitment(transactions) !== header.transactionCommitment)
    throw inconsistent('the transactions are not those that the header commits to');
}

function inconsistent(message: string): StackError<'RPC_ERROR'> {
  const contradiction = `the node contradicts itself: ${message}`;
  return new StackError('RPC_ERROR', {
    url: 'node',
    method: 'block',
    code: 0,
    message: contradiction,
  });
}
