import { deployedAccountAddress } from '@stackctl/execution';
import type { Handlers } from '@stackctl/rpc';
import { rpcError } from '@stackctl/rpc';
import type { Intake } from '../../mempool/intake.ts';

/** Submission of transactions. The result says that this node took it in, no more. */
export function writeHandlers({ intake }: { readonly intake: Intake }): Handlers {
  return {
    starknet_addInvokeTransaction: ({ invoke_transaction }) => {
      const { proof, ...transaction } = invoke_transaction;
      // Proofs of client-side execution are a matter of the network's own prover; none is known here.
      if (proof !== undefined && proof !== '') throw rpcError('INVALID_PROOF');
      return { transactionHash: intake.submit(transaction) };
    },
    starknet_addDeployAccountTransaction: ({ deploy_account_transaction }) => ({
      transactionHash: intake.submit(deploy_account_transaction),
      contractAddress: deployedAccountAddress(deploy_account_transaction),
    }),
  };
}
