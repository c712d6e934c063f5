import type { Felt, GasVector } from '@stackctl/types';
import { type Codec, mapped, object, oneOf, required } from './core.ts';
import { ethAddress, felt, u64, u128 } from './scalars.ts';
import { felts } from './transaction.ts';

export interface FeeEstimate {
  readonly gas: GasVector;
  /** Price of one unit, in `unit`. */
  readonly prices: GasVector;
  readonly overallFee: bigint;
  readonly unit: 'FRI' | 'WEI';
}

interface FlatEstimate {
  readonly l1Gas: bigint;
  readonly l1GasPrice: bigint;
  readonly l1DataGas: bigint;
  readonly l1DataGasPrice: bigint;
  readonly l2Gas: bigint;
  readonly l2GasPrice: bigint;
  readonly overallFee: bigint;
  readonly unit: 'FRI' | 'WEI';
}

/** FEE_ESTIMATE and MESSAGE_FEE_ESTIMATE */
export const feeEstimate: Codec<FeeEstimate> = mapped(
  object<FlatEstimate>({
    l1_gas_consumed: required('l1Gas', u64),
    l1_gas_price: required('l1GasPrice', u128),
    l2_gas_consumed: required('l2Gas', u64),
    l2_gas_price: required('l2GasPrice', u128),
    l1_data_gas_consumed: required('l1DataGas', u64),
    l1_data_gas_price: required('l1DataGasPrice', u128),
    overall_fee: required('overallFee', u128),
    unit: required('unit', oneOf('FRI', 'WEI')),
  }),
  (flat) => ({
    gas: { l1Gas: flat.l1Gas, l1DataGas: flat.l1DataGas, l2Gas: flat.l2Gas },
    prices: { l1Gas: flat.l1GasPrice, l1DataGas: flat.l1DataGasPrice, l2Gas: flat.l2GasPrice },
    overallFee: flat.overallFee,
    unit: flat.unit,
  }),
  ({ gas, prices, overallFee, unit }) => ({
    ...gas,
    l1GasPrice: prices.l1Gas,
    l1DataGasPrice: prices.l1DataGas,
    l2GasPrice: prices.l2Gas,
    overallFee,
    unit,
  }),
);

/** FUNCTION_CALL */
export interface FunctionCall {
  readonly contractAddress: Felt;
  readonly selector: Felt;
  readonly calldata: readonly Felt[];
}

export const functionCall = object<FunctionCall>({
  contract_address: required('contractAddress', felt),
  entry_point_selector: required('selector', felt),
  calldata: required('calldata', felts),
});

/** MSG_FROM_L1 */
export interface MessageFromL1 {
  readonly fromAddress: bigint;
  readonly toAddress: Felt;
  readonly selector: Felt;
  readonly payload: readonly Felt[];
}

export const messageFromL1 = object<MessageFromL1>({
  from_address: required('fromAddress', ethAddress),
  to_address: required('toAddress', felt),
  entry_point_selector: required('selector', felt),
  payload: required('payload', felts),
});
