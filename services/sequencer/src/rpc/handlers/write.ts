import { deployedAccountAddress } from '@stackctl/execution';
import type { Handlers } from '@stackctl/rpc';
import { rpcError } from '@stackctl/rpc';
import type { AccountTransaction, DeclareTransaction, Felt } from '@stackctl/types';
import type { ChainView } from '../../chain-view.ts';
import type { PackedClass } from '../../classes/class-cache.ts';
import type { ClassSource } from '../../classes/class-source.ts';
import type { Intake } from '../../mempool/intake.ts';

export interface WriteHandlersOptions {
  readonly intake: Intake;
  readonly chain: ChainView;
  readonly classSource: ClassSource;
  /** Where each transaction has its block: the answer waits for this. Never rejects. */
  readonly included?: (hash: Felt) => Promise<void>;
}

/**
 * Submission of transactions. The result says that this node took it in, no more: unless `included`
 * is given, with which clients that look at the chain at once find their transaction there.
 */
export function writeHandlers(options: WriteHandlersOptions): Handlers {
  const { intake, chain, classSource, included } = options;
  const submit = async (transaction: AccountTransaction, declared?: PackedClass): Promise<Felt> => {
    const hash = intake.submit(transaction, declared);
    await included?.(hash);
    return hash;
  };

  return {
    starknet_addInvokeTransaction: async ({ invoke_transaction }) => {
      const { proof, ...transaction } = invoke_transaction;
      // Proofs of client-side execution are a matter of the network's own prover; none is known here.
      if (proof !== undefined && proof !== '') throw rpcError('INVALID_PROOF');
      return { transactionHash: await submit(transaction) };
    },
    /** Cheap checks come before the class is compiled, those that run the account after it. */
    starknet_addDeclareTransaction: async ({ declare_transaction }) => {
      const { contractClass, ...fields } = declare_transaction;
      const classHash = classSource.identify(contractClass);
      const transaction: DeclareTransaction = { ...fields, classHash };
      intake.precheck(transaction);
      const refuseDeclared = (): void => {
        if (chain.stateAt(chain.head().number).compiledClassHash(classHash) !== 0n)
          throw rpcError('CLASS_ALREADY_DECLARED');
      };
      refuseDeclared();
      const { compiledClassHash } = transaction;
      const declared = await classSource.resolve(contractClass, classHash, compiledClassHash);
      refuseDeclared();
      return { transactionHash: await submit(transaction, declared), classHash };
    },
    starknet_addDeployAccountTransaction: async ({ deploy_account_transaction }) => ({
      transactionHash: await submit(deploy_account_transaction),
      contractAddress: deployedAccountAddress(deploy_account_transaction),
    }),
  };
}
