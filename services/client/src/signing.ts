import { ec, hash, transaction } from 'starknet';
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

/**
 * Signs an invoke transaction (version 3) exactly as starknet.js's `Signer` does, with its hashing and
 * its curve; done in the open so that the hash is computed once and kept.
 */
export function signInvoke(
  account: ClientAccount,
  call: ContractCall,
  nonce: bigint,
  bounds: Bounds,
  chainId: string,
  version: InvokeVersion = '0x3',
): SignedInvoke {
  const calldata = transaction.getExecuteCalldata([call], '1').map((felt) => hex(BigInt(felt)));
  const transactionHash = hash.calculateInvokeTransactionHash({
    senderAddress: account.address,
    version,
    compiledCalldata: calldata,
    chainId: chainId as never, // starknet.js lists its own networks only; any chain id hashes alike
    nonce: hex(nonce),
    accountDeploymentData: [],
    nonceDataAvailabilityMode: 0,
    feeDataAvailabilityMode: 0,
    resourceBounds: bounds,
    tip: 0n,
    paymasterData: [],
  });
  const signature = ec.starkCurve.sign(transactionHash, account.privateKey);
  return {
    hash: hex(BigInt(transactionHash)),
    body: {
      type: 'INVOKE',
      version,
      sender_address: account.address,
      calldata,
      signature: [hex(signature.r), hex(signature.s)],
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

function boundText(bound: { max_amount: bigint; max_price_per_unit: bigint }) {
  return {
    max_amount: hex(bound.max_amount),
    max_price_per_unit: hex(bound.max_price_per_unit),
  };
}

function hex(value: bigint): string {
  return `0x${value.toString(16)}`;
}
