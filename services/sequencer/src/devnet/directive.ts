import type { Felt, L1HandlerTransaction } from '@stackctl/types';
import {
  type Binary,
  below,
  decode,
  encode,
  felt,
  flag,
  NotCanonical,
  option,
  struct,
  uint,
  variant,
} from '../codec/binary.ts';
import { transaction } from '../codec/records.ts';

/** Prices to change, wei and FRI a unit of gas; absent ones stay. */
export interface GasPriceChange {
  readonly l1GasWei?: bigint;
  readonly l1GasFri?: bigint;
  readonly l1DataGasWei?: bigint;
  readonly l1DataGasFri?: bigint;
  readonly l2GasWei?: bigint;
  readonly l2GasFri?: bigint;
}

/**
 * A change of the chain's parameters that no transaction can make. It stands in a block's proposal,
 * and every validator applies it before the block's transactions.
 */
export type Action =
  /** Changes nothing: it wants a block to stand in. */
  | { readonly type: 'CREATE_BLOCK' }
  /**
   * The block's time is `timestamp`, seconds since the epoch, and time runs on from there. `clock` is
   * what the clock of the node that was asked said: what it differs by is the offset of later blocks.
   */
  | { readonly type: 'SET_TIME'; readonly timestamp: number; readonly clock: number }
  | { readonly type: 'INCREASE_TIME'; readonly seconds: number }
  | ({ readonly type: 'SET_GAS_PRICES' } & GasPriceChange)
  /** Whether transactions of an account go without its validation. */
  | { readonly type: 'IMPERSONATE'; readonly account: Felt; readonly active: boolean }
  /** The same for every account. */
  | { readonly type: 'AUTO_IMPERSONATE'; readonly active: boolean };

export interface Directive {
  /** Random; a directive is applied once in the life of a chain. */
  readonly id: Felt;
  readonly action: Action;
}

const price = below(1n << 128n);

const action: Binary<Action> = variant<Action>({
  CREATE_BLOCK: struct({}),
  SET_TIME: struct<{ timestamp: number; clock: number }>({ timestamp: uint, clock: uint }),
  INCREASE_TIME: struct<{ seconds: number }>({ seconds: uint }),
  SET_GAS_PRICES: struct<GasPriceChange>({
    l1GasWei: option(price),
    l1GasFri: option(price),
    l1DataGasWei: option(price),
    l1DataGasFri: option(price),
    l2GasWei: option(price),
    l2GasFri: option(price),
  }),
  IMPERSONATE: struct<{ account: Felt; active: boolean }>({ account: felt, active: flag }),
  AUTO_IMPERSONATE: struct<{ active: boolean }>({ active: flag }),
});

export const directive: Binary<Directive> = struct<Directive>({ id: felt, action });

/** What nodes tell each other outside of proposals: what shall go into the next block. */
export type Order =
  /** `urgent`: it does not wait for the block time. */
  | { readonly type: 'DIRECTIVE'; readonly directive: Directive; readonly urgent: boolean }
  /** A message as if sent on L1. */
  | { readonly type: 'L1_MESSAGE'; readonly transaction: L1HandlerTransaction };

const l1Handler: Binary<L1HandlerTransaction> = {
  write: (writer, value) => transaction.write(writer, value),
  read(reader) {
    const value = transaction.read(reader);
    if (value.type !== 'L1_HANDLER') throw new NotCanonical('no message from L1');
    return value;
  },
};

const order: Binary<Order> = variant<Order>({
  DIRECTIVE: struct<{ directive: Directive; urgent: boolean }>({ directive, urgent: flag }),
  L1_MESSAGE: struct<{ transaction: L1HandlerTransaction }>({ transaction: l1Handler }),
});

export function encodeOrder(value: Order): Uint8Array {
  return encode(order, value);
}

/** Throws NotCanonical for bytes that `encodeOrder` never gives. */
export function decodeOrder(bytes: Uint8Array): Order {
  return decode(order, bytes);
}
