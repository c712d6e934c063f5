import { object, required } from '../codec/core.ts';
import { felt } from '../codec/scalars.ts';
import { broadcastedDeclare, broadcastedInvoke, deployAccount } from '../codec/transaction.ts';
import { method, param } from './method.ts';

/** starknet_write_api.json, in its order. */
export const WRITE_METHODS = {
  starknet_addInvokeTransaction: method(
    { invoke_transaction: param(broadcastedInvoke) },
    object<{ transactionHash: bigint }>({ transaction_hash: required('transactionHash', felt) }),
  ),
  starknet_addDeclareTransaction: method(
    { declare_transaction: param(broadcastedDeclare) },
    object<{ transactionHash: bigint; classHash: bigint }>({
      transaction_hash: required('transactionHash', felt),
      class_hash: required('classHash', felt),
    }),
  ),
  starknet_addDeployAccountTransaction: method(
    { deploy_account_transaction: param(deployAccount) },
    object<{ transactionHash: bigint; contractAddress: bigint }>({
      transaction_hash: required('transactionHash', felt),
      contract_address: required('contractAddress', felt),
    }),
  ),
} as const;
