import type { Felt } from '@stackctl/types';
import {
  array,
  type Codec,
  isObject,
  json,
  Malformed,
  object,
  optional,
  required,
} from './core.ts';
import { bool, ethAddress, felt, hash256, text, uint } from './scalars.ts';

/*
 * Parameters and results of starknet-devnet's own methods (its website/docs: balance, blocks,
 * starknet-time, gas, postman, dump-load-restart).
 */

/** Amounts and prices: an integer, or its digits in a text (JSON numbers lose some above 2^53). */
export const quantity: Codec<bigint> = {
  expected: 'a non-negative integer, as a number or in decimal or hex digits',
  decode(value) {
    if (typeof value === 'number' && Number.isFinite(value) && value >= 0)
      return BigInt(Math.floor(value));
    if (typeof value === 'string' && /^(\d{1,78}|0x[0-9a-fA-F]{1,64})$/.test(value))
      return BigInt(value);
    throw new Malformed(quantity.expected, value);
  },
  /** A number where it is exact. */
  encode: (value) => (value <= Number.MAX_SAFE_INTEGER ? Number(value) : value.toString()),
};

export interface MintResult {
  /** Decimal. */
  readonly newBalance: string;
  readonly unit: 'WEI' | 'FRI';
  readonly txHash: Felt;
}

export const mintResult = object<MintResult>({
  new_balance: required('newBalance', text),
  unit: required('unit', text as Codec<'WEI' | 'FRI'>),
  tx_hash: required('txHash', felt),
});

export const createdBlock = object<{ blockHash: Felt }>({
  block_hash: required('blockHash', felt),
});

/** `blockHash` is absent when no block was asked for. */
export const timeSet = object<{ blockTimestamp: number; blockHash?: Felt }>({
  block_timestamp: required('blockTimestamp', uint),
  block_hash: optional('blockHash', felt),
});

export const timeIncreased = object<{ timestampIncreasedBy: number; blockHash: Felt }>({
  timestamp_increased_by: required('timestampIncreasedBy', uint),
  block_hash: required('blockHash', felt),
});

/** Prices of gas in units of 10^-18 ETH and STRK. */
export interface DevnetGasPrices {
  readonly l1GasWei: bigint;
  readonly l1DataGasWei: bigint;
  readonly l2GasWei: bigint;
  readonly l1GasFri: bigint;
  readonly l1DataGasFri: bigint;
  readonly l2GasFri: bigint;
}

export const devnetGasPrices = object<DevnetGasPrices>({
  gas_price_wei: required('l1GasWei', quantity),
  data_gas_price_wei: required('l1DataGasWei', quantity),
  l2_gas_price_wei: required('l2GasWei', quantity),
  gas_price_fri: required('l1GasFri', quantity),
  data_gas_price_fri: required('l1DataGasFri', quantity),
  l2_gas_price_fri: required('l2GasFri', quantity),
});

/** The chain's parameters as directives have left them. */
export interface DevnetStatus {
  /** Whether methods that change the chain are served. */
  readonly enabled: boolean;
  readonly blockMode: string;
  /** Time that a block made now would have, seconds since the epoch. */
  readonly time: number;
  /** Seconds that it is ahead of the clock. */
  readonly timeOffset: number;
  readonly gasPrices: DevnetGasPrices;
  readonly impersonated: readonly Felt[];
  readonly autoImpersonate: boolean;
}

const integer: Codec<number> = json('an integer', Number.isSafeInteger);

export function devnetStatus(felts: Codec<readonly Felt[]>): Codec<DevnetStatus> {
  return object<DevnetStatus>({
    enabled: required('enabled', bool),
    block_mode: required('blockMode', text),
    time: required('time', uint),
    time_offset: required('timeOffset', integer),
    gas_prices: required('gasPrices', devnetGasPrices),
    impersonated: required('impersonated', felts),
    auto_impersonate: required('autoImpersonate', bool),
  });
}

/** JSON that is handed through: members differ between versions of the tools that read it. */
export const jsonObject: Codec<Readonly<Record<string, unknown>>> = json('an object', isObject);

/** One step of a dump: a request that does it again. */
export interface DumpedRequest {
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
}

export const dumpedRequest = object<DumpedRequest>({
  method: required('method', text),
  params: required('params', jsonObject),
});

/** `messagingContractAddress` stands on L1. */
export const postmanLoaded = object<{ messagingContractAddress: string }>({
  messaging_contract_address: required('messagingContractAddress', text),
});

export interface PostmanMessageToL1 {
  readonly fromAddress: Felt;
  readonly toAddress: bigint;
  readonly payload: readonly Felt[];
}

export interface PostmanMessageToL2 {
  readonly l2ContractAddress: Felt;
  readonly entryPointSelector: Felt;
  readonly l1ContractAddress: bigint;
  readonly payload: readonly Felt[];
  /** Wei. */
  readonly paidFeeOnL1: bigint;
  readonly nonce: Felt;
}

/** What a flush carried; with `dry_run` no transaction was made. */
export interface PostmanFlushed {
  readonly messagesToL1: readonly PostmanMessageToL1[];
  readonly messagesToL2: readonly PostmanMessageToL2[];
  readonly generatedL2Transactions: readonly Felt[];
  readonly l1Provider: string;
}

const felts = array(felt);

export const postmanFlushed = object<PostmanFlushed>({
  messages_to_l1: required(
    'messagesToL1',
    array(
      object<PostmanMessageToL1>({
        from_address: required('fromAddress', felt),
        to_address: required('toAddress', ethAddress),
        payload: required('payload', felts),
      }),
    ),
  ),
  messages_to_l2: required(
    'messagesToL2',
    array(
      object<PostmanMessageToL2>({
        l2_contract_address: required('l2ContractAddress', felt),
        entry_point_selector: required('entryPointSelector', felt),
        l1_contract_address: required('l1ContractAddress', ethAddress),
        payload: required('payload', felts),
        paid_fee_on_l1: required('paidFeeOnL1', hash256),
        nonce: required('nonce', felt),
      }),
    ),
  ),
  generated_l2_transactions: required('generatedL2Transactions', felts),
  l1_provider: required('l1Provider', text),
});
