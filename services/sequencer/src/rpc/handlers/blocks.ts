import {
  type BlockView,
  type Handlers,
  type PreConfirmedHeader,
  type RpcReceipt,
  rpcError,
} from '@stackctl/rpc';
import type { BlockHeader, Felt, HashedTransaction, Receipt, StateDiff } from '@stackctl/types';
import type { ChainView } from '../../chain-view.ts';
import { resolve } from '../block-id.ts';
import { messageToL2Hash } from '../message-hash.ts';

export interface BlockHandlersOptions {
  readonly chain: ChainView;
  /** Header of the block that would be built now. */
  readonly preConfirmed: () => PreConfirmedHeader;
}

const EMPTY_DIFF: StateDiff = {
  storage: [],
  nonces: [],
  deployedContracts: [],
  replacedClasses: [],
  declaredClasses: [],
};

/**
 * Blocks and state updates. A block of this chain is final when it exists, so the pre-confirmed one
 * is the next number with nothing in it: no transaction is promised before validators decided.
 */
export function blockHandlers({ chain, preConfirmed }: BlockHandlersOptions): Handlers {
  const view = <T>(
    header: BlockHeader | undefined,
    transactions: (number: number) => readonly T[],
  ): BlockView<T> =>
    header === undefined
      ? { status: 'PRE_CONFIRMED', header: preConfirmed(), transactions: [] }
      : { status: 'ACCEPTED_ON_L2', header, transactions: transactions(header.number) };

  return {
    starknet_blockNumber: () => chain.head().number,
    starknet_blockHashAndNumber: () => {
      const { hash, number } = chain.head();
      return { hash, number };
    },
    starknet_getBlockWithTxHashes: ({ block_id }) =>
      view<Felt>(resolve(chain, block_id), (number) => chain.blocks.transactionHashes(number)),
    starknet_getBlockWithTxs: ({ block_id, response_flags }) =>
      view(resolve(chain, block_id), (number) =>
        chain.blocks.transactions(number).map((each) => withProofFacts(each, response_flags)),
      ),
    starknet_getBlockWithReceipts: ({ block_id, response_flags }) =>
      view(resolve(chain, block_id), (number) => {
        const receipts = chain.blocks.receipts(number);
        return chain.blocks.transactions(number).map((each, index) => ({
          transaction: withProofFacts(each, response_flags).transaction,
          receipt: rpcReceipt(each, receipts[index] as Receipt),
        }));
      }),
    starknet_getBlockTransactionCount: ({ block_id }) =>
      resolve(chain, block_id)?.transactionCount ?? 0,
    starknet_getTransactionByBlockIdAndIndex: ({ block_id, index, response_flags }) => {
      const header = resolve(chain, block_id);
      const found = header && chain.blocks.transactions(header.number)[index];
      if (found === undefined) throw rpcError('INVALID_TXN_INDEX');
      return withProofFacts(found, response_flags);
    },
    starknet_getStateUpdate: ({ block_id, contract_addresses }) => {
      const header = resolve(chain, block_id);
      if (header === undefined) return { oldRoot: chain.head().stateRoot, stateDiff: EMPTY_DIFF };
      const { number, hash, stateRoot } = header;
      const diff = chain.blocks.stateDiff(number);
      return {
        blockHash: hash,
        oldRoot: number === 0 ? 0n : (chain.blocks.header(number - 1)?.stateRoot ?? 0n),
        newRoot: stateRoot,
        stateDiff: contract_addresses === undefined ? diff : only(diff, contract_addresses),
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

/** A receipt in a final block. */
export function rpcReceipt({ transaction }: HashedTransaction, receipt: Receipt): RpcReceipt {
  const { type } = transaction;
  return {
    ...receipt,
    type,
    finality: 'ACCEPTED_ON_L2',
    ...(type === 'L1_HANDLER' && { messageHash: messageToL2Hash(transaction) }),
  };
}
