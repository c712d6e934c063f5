import { selector, sign } from '@stackctl/crypto';
import { hashTransaction } from '@stackctl/execution';
import type { Felt, InvokeTransaction, ResourceBounds } from '@stackctl/types';
import { ec, hash as starknetHash } from 'starknet';
import type { ContractCall } from './kinds.ts';
import type { ClientAccount } from './options.ts';

/** Resource bounds of one kind of transaction, in units of gas and FRI a unit. */
export interface Bounds {
  readonly l1_gas: { max_amount: bigint; max_price_per_unit: bigint };
  readonly l2_gas: { max_amount: bigint; max_price_per_unit: bigint };
  readonly l1_data_gas: { max_amount: bigint; max_price_per_unit: bigint };
}

/** Before anything is known: zero bounds, as fee estimation takes them. */
export const NO_BOUNDS: Bounds = {
  l1_gas: { max_amount: 0n, max_price_per_unit: 0n },
  l2_gas: { max_amount: 0n, max_price_per_unit: 0n },
  l1_data_gas: { max_amount: 0n, max_price_per_unit: 0n },
};

/** A signed invoke transaction: its hash, and the body that starknet_addInvokeTransaction takes. */
export interface SignedInvoke {
  readonly hash: string;
  readonly body: Readonly<Record<string, unknown>>;
}

export type InvokeVersion = '0x3' | '0x100000000000000000000000000000003';

/** Hashes and signs an unsigned invoke transaction. */
export type Signer = (
  transaction: InvokeTransaction,
  privateKey: string,
  chainId: string,
) => { readonly hash: Felt; readonly r: bigint; readonly s: bigint };

/**
 * Who signs. `starknet.js` is what users run, and shares no code with the nodes: a mistake of theirs
 * cannot hide in the load. It takes some four milliseconds a transaction. `native` does the same, bit by
 * bit (a test compares them), with the project's own kernels: for rates at which the client would
 * otherwise need a processor of its own, and measure itself instead of the chain.
 */
export const SIGNERS = {
  'starknet.js': (transaction, privateKey, chainId) => {
    const { l1Gas, l2Gas, l1DataGas } = transaction.resourceBounds;
    const bound = ({ maxAmount, maxPricePerUnit }: ResourceBounds) => ({
      max_amount: maxAmount,
      max_price_per_unit: maxPricePerUnit,
    });
    const transactionHash = starknetHash.calculateInvokeTransactionHash({
      senderAddress: hex(transaction.senderAddress),
      version: hex(transaction.version) as '0x3',
      compiledCalldata: transaction.calldata.map(hex),
      chainId: chainId as never, // starknet.js lists its own networks only; any chain id hashes alike
      nonce: hex(transaction.nonce),
      accountDeploymentData: [],
      nonceDataAvailabilityMode: 0,
      feeDataAvailabilityMode: 0,
      resourceBounds: { l1_gas: bound(l1Gas), l2_gas: bound(l2Gas), l1_data_gas: bound(l1DataGas) },
      tip: transaction.tip,
      paymasterData: [],
    });
    const { r, s } = ec.starkCurve.sign(transactionHash, privateKey);
    return { hash: BigInt(transactionHash), r, s };
  },
  native: (transaction, privateKey, chainId) => {
    const hash = hashTransaction(transaction, BigInt(chainId));
    return { hash, ...sign(BigInt(privateKey), hash) };
  },
} as const satisfies Readonly<Record<string, Signer>>;
export type SignerName = keyof typeof SIGNERS;

/** An invoke transaction (version 3), signed, as starknet_addInvokeTransaction takes it. */
export function signInvoke(
  account: ClientAccount,
  call: ContractCall,
  nonce: bigint,
  bounds: Bounds,
  chainId: string,
  signer: Signer,
  version: InvokeVersion = '0x3',
): SignedInvoke {
  const calldata = executeCalldata(call);
  const unsigned: InvokeTransaction = {
    type: 'INVOKE',
    version: BigInt(version),
    senderAddress: BigInt(account.address),
    calldata,
    signature: [],
    nonce,
    resourceBounds: {
      l1Gas: boundOf(bounds.l1_gas),
      l2Gas: boundOf(bounds.l2_gas),
      l1DataGas: boundOf(bounds.l1_data_gas),
    },
    tip: 0n,
    paymasterData: [],
    accountDeploymentData: [],
    nonceDataAvailabilityMode: 'L1',
    feeDataAvailabilityMode: 'L1',
  };
  const { hash, r, s } = signer(unsigned, account.privateKey, chainId);
  return {
    hash: hex(hash),
    body: {
      type: 'INVOKE',
      version,
      sender_address: account.address,
      calldata: calldata.map(hex),
      signature: [hex(r), hex(s)],
      nonce: hex(nonce),
      resource_bounds: {
        l1_gas: boundText(bounds.l1_gas),
        l2_gas: boundText(bounds.l2_gas),
        l1_data_gas: boundText(bounds.l1_data_gas),
      },
      tip: '0x0',
      paymaster_data: [],
      account_deployment_data: [],
      nonce_data_availability_mode: 'L1',
      fee_data_availability_mode: 'L1',
    },
  };
}

/** Calldata of `__execute__` of accounts written in Cairo 1: a list of one call. */
function executeCalldata({ contractAddress, entrypoint, calldata }: ContractCall): Felt[] {
  const felts = calldata.map(BigInt);
  return [1n, BigInt(contractAddress), selector(entrypoint), BigInt(felts.length), ...felts];
}

function boundOf(bound: { max_amount: bigint; max_price_per_unit: bigint }) {
  return { maxAmount: bound.max_amount, maxPricePerUnit: bound.max_price_per_unit };
}

function boundText(bound: { max_amount: bigint; max_price_per_unit: bigint }) {
  return {
    max_amount: hex(bound.max_amount),
    max_price_per_unit: hex(bound.max_price_per_unit),
  };
}

function hex(value: bigint): string {
  return `0x${value.toString(16)}`;
}
