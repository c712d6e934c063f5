import { selector } from '@stackctl/crypto';
import { deployedAccountAddress } from '@stackctl/execution';
import type { EntryPointType, Felt, Transaction } from '@stackctl/types';
import type { CoveredCall, Phase } from './public-inputs.ts';
import { rejected } from './public-memory.ts';

/** The call that a transaction itself asks for: what the root of a trace must be. */
interface RootCall {
  readonly contractAddress: Felt;
  readonly entryPointType: EntryPointType;
  readonly selector: Felt;
  readonly calldata: readonly Felt[];
}

const SELECTORS = {
  execute: selector('__execute__'),
  validate: selector('__validate__'),
  validateDeclare: selector('__validate_declare__'),
  validateDeploy: selector('__validate_deploy__'),
  constructor: selector('constructor'),
};

/**
 * Checks a covered call that no other call made against its transaction, which the block hash commits
 * to: so the traces are not needed to believe what a transaction ran, only to find it.
 *
 * @param calldata the call's public calldata
 * @throws StackError PROOF_REJECTED
 */
export function checkRoot(
  call: CoveredCall,
  calldata: readonly Felt[],
  transaction: Transaction,
): void {
  if (call.path.length > 0) return;
  const expected = rootCall(transaction, call.phase);
  const same =
    expected !== undefined &&
    expected.contractAddress === call.contractAddress &&
    expected.entryPointType === call.entryPointType &&
    expected.selector === call.selector &&
    expected.calldata.length === calldata.length &&
    expected.calldata.every((felt, index) => felt === calldata[index]);
  if (!same) throw rejected('its transaction does not ask for it');
}

/** Undefined where the transaction alone does not determine the call: that call cannot be covered. */
function rootCall(transaction: Transaction, phase: Phase): RootCall | undefined {
  if (phase === 'feeTransfer') return undefined;
  const isValidation = phase === 'validate';
  switch (transaction.type) {
    case 'INVOKE':
      return {
        contractAddress: transaction.senderAddress,
        entryPointType: 'EXTERNAL',
        selector: isValidation ? SELECTORS.validate : SELECTORS.execute,
        calldata: transaction.calldata,
      };
    case 'DECLARE':
      if (!isValidation) return undefined;
      return {
        contractAddress: transaction.senderAddress,
        entryPointType: 'EXTERNAL',
        selector: SELECTORS.validateDeclare,
        calldata: [transaction.classHash],
      };
    case 'DEPLOY_ACCOUNT': {
      const { classHash, contractAddressSalt, constructorCalldata } = transaction;
      return {
        contractAddress: deployedAccountAddress(transaction),
        entryPointType: isValidation ? 'EXTERNAL' : 'CONSTRUCTOR',
        selector: isValidation ? SELECTORS.validateDeploy : SELECTORS.constructor,
        calldata: isValidation
          ? [classHash, contractAddressSalt, ...constructorCalldata]
          : constructorCalldata,
      };
    }
    case 'L1_HANDLER':
      if (isValidation) return undefined;
      return {
        contractAddress: transaction.contractAddress,
        entryPointType: 'L1_HANDLER',
        selector: transaction.entryPointSelector,
        calldata: transaction.calldata,
      };
  }
}
