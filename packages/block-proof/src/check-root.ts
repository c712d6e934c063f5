import { selector } from '@stackctl/crypto';
import { deployedAccountAddress, senderOf } from '@stackctl/execution';
import type { EntryPointType, Felt, Transaction } from '@stackctl/types';
import type { Phase } from './public-inputs.ts';
import { rejected } from './public-memory.ts';
import type { VerifiedCall } from './verified-call.ts';

/** The call that a transaction itself asks for: what the root of a trace must be. */
interface RootCall {
  readonly callerAddress: Felt;
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
  transfer: selector('transfer'),
};

/** The token that fees are paid in: the same address on every chain of this kind. */
const STRK = 0x4718f5a0fc34cc1af16a1cdee98ffb20c31f5cd61d6ab07201858f4287c938dn;

/** The phases that a transaction may have calls of its own in, in order of start. */
const PHASES_OF: Readonly<Record<Transaction['type'], readonly Phase[]>> = {
  INVOKE: ['validate', 'execute', 'fee_transfer'],
  DECLARE: ['validate', 'fee_transfer'],
  DEPLOY_ACCOUNT: ['constructor', 'validate', 'fee_transfer'],
  L1_HANDLER: ['l1_handler'],
};

/** The phase of the call that a transaction is there for; undefined for a declaration. */
export function mainPhase({ type }: Pick<Transaction, 'type'>): Phase | undefined {
  const main: readonly Phase[] = ['execute', 'constructor', 'l1_handler'];
  return PHASES_OF[type].find((phase) => main.includes(phase));
}

/**
 * Checks the calls of a transaction that no other call made against the transaction, which the block hash
 * commits to: contract, entry point, calldata, caller; at most one for each phase, in their order. What a
 * fee comes to is not said here.
 *
 * @param sequencer whom the fee goes to
 * @throws StackError PROOF_REJECTED
 */
export function checkRoots(
  calls: readonly VerifiedCall[],
  transaction: Transaction,
  sequencer: Felt,
): void {
  let next = 0;
  for (const call of calls) {
    const place = PHASES_OF[transaction.type].indexOf(call.phase as Phase, next);
    if (place < 0) throw rejected(`its ${call.phase} call is out of place`);
    next = place + 1;
    const expected =
      call.phase === 'fee_transfer'
        ? feeTransfer(call, transaction, sequencer)
        : rootCall(transaction, call.phase === 'validate');
    const same =
      expected !== undefined &&
      expected.contractAddress === call.contractAddress &&
      expected.entryPointType === call.entryPointType &&
      expected.selector === call.selector &&
      expected.callerAddress === call.callerAddress &&
      call.callType === 'CALL' &&
      expected.calldata.length === call.calldata.length &&
      expected.calldata.every((felt, index) => felt === call.calldata[index]);
    if (!same) throw rejected(`it does not ask for its ${call.phase} call`);
  }
}

/** Undefined where the transaction has no such call. */
function rootCall(transaction: Transaction, isValidation: boolean): RootCall | undefined {
  switch (transaction.type) {
    case 'INVOKE':
      return {
        callerAddress: 0n,
        contractAddress: transaction.senderAddress,
        entryPointType: 'EXTERNAL',
        selector: isValidation ? SELECTORS.validate : SELECTORS.execute,
        calldata: transaction.calldata,
      };
    case 'DECLARE':
      if (!isValidation) return undefined;
      return {
        callerAddress: 0n,
        contractAddress: transaction.senderAddress,
        entryPointType: 'EXTERNAL',
        selector: SELECTORS.validateDeclare,
        calldata: [transaction.classHash],
      };
    case 'DEPLOY_ACCOUNT': {
      const { classHash, contractAddressSalt, constructorCalldata } = transaction;
      return {
        callerAddress: 0n,
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
        callerAddress: 0n,
        contractAddress: transaction.contractAddress,
        entryPointType: 'L1_HANDLER',
        selector: transaction.entryPointSelector,
        calldata: transaction.calldata,
      };
  }
}

/** The sender pays the sequencer, in STRK; how much is for the replay to say. */
function feeTransfer(
  call: VerifiedCall,
  transaction: Transaction,
  sequencer: Felt,
): RootCall | undefined {
  if (transaction.type === 'L1_HANDLER') return undefined;
  const [, low = 0n, high = 0n] = call.calldata;
  return {
    callerAddress: senderOf(transaction),
    contractAddress: STRK,
    entryPointType: 'EXTERNAL',
    selector: SELECTORS.transfer,
    calldata: [sequencer, low, high],
  };
}
