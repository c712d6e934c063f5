import {
  type BlockId,
  type BlockView,
  type FinalityStatus,
  type Handlers,
  type RpcReceipt,
  rpcError,
} from '@stackctl/rpc';
import type { Felt, HashedTransaction, Receipt, StateDiff } from '@stackctl/types';
import type { ChainView } from '../../chain-view.ts';
import type { PreConfirmed } from '../../execution/pre-confirmed.ts';
import { resolve } from '../block-id.ts';
import { messageToL2Hash } from '../message-hash.ts';

export interface BlockHandlersOptions {
  readonly chain: ChainView;
  readonly preConfirmed: Pick<PreConfirmed, 'refresh'>;
}

interface Body {
  readonly transactions: readonly HashedTransaction[];
  readonly receipts: readonly Receipt[];
}

/** Blocks and state updates: the final ones, and what this node would propose next (`pre_confirmed`). */
export function blockHandlers({ chain, preConfirmed }: BlockHandlersOptions): Handlers {
  const view = async <T>(
    id: BlockId,
    show: (body: Body, finality: FinalityStatus) => readonly T[],
  ): Promise<BlockView<T>> => {
    const header = resolve(chain, id);
    if (header === undefined) {
      const block = await preConfirmed.refresh();
      const { context } = block;
      return {
        status: 'PRE_CONFIRMED',
        header: context,
        transactions: show(block, 'PRE_CONFIRMED'),
      };
    }
    const body: Body = {
      get transactions() {
        return chain.blocks.transactions(header.number);
      },
      get receipts() {
        return chain.blocks.receipts(header.number);
      },
    };
    const transactions = show(body, 'ACCEPTED_ON_L2');
    return { status: 'ACCEPTED_ON_L2', header, transactions };
  };

  return {
    starknet_blockNumber: () => chain.head().number,
    starknet_blockHashAndNumber: () => {
      const { hash, number } = chain.head();
      return { hash, number };
    },
    starknet_getBlockWithTxHashes: ({ block_id }) =>
      view<Felt>(block_id, (body) => body.transactions.map((each) => each.hash)),
    starknet_getBlockWithTxs: ({ block_id, response_flags }) =>
      view(block_id, (body) =>
        body.transactions.map((each) => withProofFacts(each, response_flags)),
      ),
    starknet_getBlockWithReceipts: ({ block_id, response_flags }) =>
      view(block_id, ({ transactions, receipts }, finality) =>
        transactions.map((each, index) => ({
          transaction: withProofFacts(each, response_flags).transaction,
          receipt: rpcReceipt(each, receipts[index] as Receipt, finality),
        })),
      ),
    starknet_getBlockTransactionCount: async ({ block_id }) =>
      resolve(chain, block_id)?.transactionCount ??
      (await preConfirmed.refresh()).transactions.length,
    starknet_getTransactionByBlockIdAndIndex: async ({ block_id, index, response_flags }) => {
      const header = resolve(chain, block_id);
      const { transactions } =
        header === undefined
          ? await preConfirmed.refresh()
          : { transactions: chain.blocks.transactions(header.number) };
      const found = transactions[index];
      if (found === undefined) throw rpcError('INVALID_TXN_INDEX');
      return withProofFacts(found, response_flags);
    },
    starknet_getStateUpdate: async ({ block_id, contract_addresses }) => {
      const header = resolve(chain, block_id);
      const wanted = (diff: StateDiff): StateDiff =>
        contract_addresses === undefined ? diff : only(diff, contract_addresses);
      if (header === undefined) {
        const block = await preConfirmed.refresh();
        return { oldRoot: block.parent.stateRoot, stateDiff: wanted(block.stateDiff()) };
      }
      const { number, hash, stateRoot } = header;
      return {
        blockHash: hash,
        oldRoot: number === 0 ? 0n : (chain.blocks.header(number - 1)?.stateRoot ?? 0n),
        newRoot: stateRoot,
        stateDiff: wanted(chain.blocks.stateDiff(number)),
      };
    },
  };
}

/** The parts of a diff that concern some contracts; declared classes belong to none. */
function only(diff: StateDiff, addresses: readonly Felt[]): StateDiff {
  const wanted = new Set(addresses);
  const concerns = (entry: { readonly address: Felt }) => wanted.has(entry.address);
  return {
    storage: diff.storage.filter(concerns),
    nonces: diff.nonces.filter(concerns),
    deployedContracts: diff.deployedContracts.filter(concerns),
    replacedClasses: diff.replacedClasses.filter(concerns),
    declaredClasses: diff.declaredClasses,
  };
}

/** INCLUDE_PROOF_FACTS asks for the member, empty when there are none; else it is left out. */
export function withProofFacts(
  { hash, transaction }: HashedTransaction,
  flags: readonly 'INCLUDE_PROOF_FACTS'[] = [],
): HashedTransaction {
  if (transaction.type !== 'INVOKE') return { hash, transaction };
  const { proofFacts = [], ...rest } = transaction;
  return {
    hash,
    transaction: flags.includes('INCLUDE_PROOF_FACTS') ? { ...rest, proofFacts } : rest,
  };
}

/** A receipt as RPC shows it, in a final block unless told otherwise. */
export function rpcReceipt(
  { transaction }: HashedTransaction,
  receipt: Receipt,
  finality: FinalityStatus = 'ACCEPTED_ON_L2',
): RpcReceipt {
  const { type } = transaction;
  return {
    ...receipt,
    type,
    finality,
    ...(type === 'L1_HANDLER' && { messageHash: messageToL2Hash(transaction) }),
  };
}
