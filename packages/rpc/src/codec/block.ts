import type {
  BlockHeader,
  Felt,
  GasPrice,
  GasPrices,
  HashedTransaction,
  Transaction,
} from '@stackctl/types';
import { array, type Codec, isObject, mapped, merge, object, oneOf, required } from './core.ts';
import { type RpcReceipt, receipt } from './receipt.ts';
import { felt, text, uint } from './scalars.ts';
import { hashedTransaction, transaction } from './transaction.ts';

/** RESOURCE_PRICE */
const price = object<GasPrice>({
  price_in_fri: required('fri', felt),
  price_in_wei: required('wei', felt),
});

/** What is known of a block that is still being built. */
export interface PreConfirmedHeader {
  readonly number: number;
  readonly timestamp: number;
  readonly sequencerAddress: Felt;
  readonly gasPrices: GasPrices;
  readonly starknetVersion: string;
}

/** Prices stand beside the other members on the wire, together in the record. */
interface FlatPrices {
  readonly l1Gas: GasPrice;
  readonly l1DataGas: GasPrice;
  readonly l2Gas: GasPrice;
  readonly daMode: 'BLOB' | 'CALLDATA';
}

const priceFields = {
  l1_gas_price: required('l1Gas', price),
  l2_gas_price: required('l2Gas', price),
  l1_data_gas_price: required('l1DataGas', price),
  l1_da_mode: required('daMode', oneOf('BLOB', 'CALLDATA')),
} as const;

const commonFields = {
  block_number: required('number', uint),
  timestamp: required('timestamp', uint),
  sequencer_address: required('sequencerAddress', felt),
  starknet_version: required('starknetVersion', text),
} as const;

function withPrices<T extends { readonly gasPrices: GasPrices }>(
  flat: Codec<Omit<T, 'gasPrices'> & FlatPrices>,
): Codec<T> {
  return mapped(
    flat,
    ({ l1Gas, l1DataGas, l2Gas, daMode: _blob, ...rest }) =>
      ({ ...rest, gasPrices: { l1Gas, l1DataGas, l2Gas } }) as unknown as T,
    ({ gasPrices, ...rest }) => ({ ...rest, ...gasPrices, daMode: 'BLOB' as const }),
  );
}

/** BLOCK_HEADER; the data availability mode is always blobs, as the block hash says. */
export const blockHeader: Codec<BlockHeader> = withPrices(
  object<Omit<BlockHeader, 'gasPrices'> & FlatPrices>({
    block_hash: required('hash', felt),
    parent_hash: required('parentHash', felt),
    new_root: required('stateRoot', felt),
    ...commonFields,
    ...priceFields,
    event_commitment: required('eventCommitment', felt),
    transaction_commitment: required('transactionCommitment', felt),
    receipt_commitment: required('receiptCommitment', felt),
    state_diff_commitment: required('stateDiffCommitment', felt),
    event_count: required('eventCount', uint),
    transaction_count: required('transactionCount', uint),
    state_diff_length: required('stateDiffLength', uint),
  }),
);

/** PRE_CONFIRMED_BLOCK_HEADER */
export const preConfirmedHeader: Codec<PreConfirmedHeader> = withPrices(
  object<Omit<PreConfirmedHeader, 'gasPrices'> & FlatPrices>({ ...commonFields, ...priceFields }),
);

/** A block as RPC shows it, with transactions in the form that the method asks for. */
export type BlockView<T> =
  | {
      readonly status: 'ACCEPTED_ON_L2' | 'ACCEPTED_ON_L1';
      readonly header: BlockHeader;
      readonly transactions: readonly T[];
    }
  | {
      readonly status: 'PRE_CONFIRMED';
      readonly header: PreConfirmedHeader;
      readonly transactions: readonly T[];
    };

const acceptedStatus = object<{ status: 'ACCEPTED_ON_L2' | 'ACCEPTED_ON_L1' }>({
  status: required('status', oneOf('ACCEPTED_ON_L2', 'ACCEPTED_ON_L1')),
});

function blockView<T>(item: Codec<T>): Codec<BlockView<T>> {
  const body = object<{ transactions: readonly T[] }>({
    transactions: required('transactions', array(item)),
  });
  return {
    expected: `${blockHeader.expected}, transactions`,
    decode: (value) =>
      isObject(value) && Object.hasOwn(value, 'block_hash')
        ? {
            ...acceptedStatus.decode(value),
            header: blockHeader.decode(value),
            ...body.decode(value),
          }
        : {
            status: 'PRE_CONFIRMED',
            header: preConfirmedHeader.decode(value),
            ...body.decode(value),
          },
    encode(view) {
      const rest = body.encode(view);
      return view.status === 'PRE_CONFIRMED'
        ? merge(preConfirmedHeader.encode(view.header), rest)
        : merge({ status: view.status, ...(blockHeader.encode(view.header) as object) }, rest);
    },
  };
}

export const blockWithHashes: Codec<BlockView<Felt>> = blockView(felt);
export const blockWithTransactions: Codec<BlockView<HashedTransaction>> =
  blockView(hashedTransaction);

export interface TransactionWithReceipt {
  readonly transaction: Transaction;
  readonly receipt: RpcReceipt;
}

export const blockWithReceipts: Codec<BlockView<TransactionWithReceipt>> = blockView(
  object<TransactionWithReceipt>({
    transaction: required('transaction', transaction),
    receipt: required('receipt', receipt),
  }),
);

/** blockHashAndNumber */
export interface BlockRef {
  readonly hash: Felt;
  readonly number: number;
}

export const blockRef = object<BlockRef>({
  block_hash: required('hash', felt),
  block_number: required('number', uint),
});
