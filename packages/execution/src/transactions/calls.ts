import { selector } from '@stackctl/crypto';
import type { CallTrace, DeclareTransaction } from '@stackctl/types';
import { ExecutionAbort, inCall, panicReason } from '../abort.ts';
import {
  ASSUMED_VALIDATION,
  EXECUTE_GAS_LIMIT,
  EXECUTE_STEP_LIMIT,
  GAS_PER_CALLDATA_FELT,
  GAS_PER_STEP,
  SPENT_PER_PAID_STEP,
  STEP_COUNTED_GAS,
  VALIDATE_GAS_LIMIT,
  VALIDATE_STEP_LIMIT,
  VALIDATED,
} from '../constants.ts';
import type { ExecutionContext } from '../context.ts';
import { RejectedError } from '../outcome.ts';
import { type CallRequest, type CallResult, runCall } from '../run-call.ts';
import { prepareDeployment } from '../syscalls/calls.ts';
import type { Run } from './run.ts';

/** Runs the account's validation, which must answer VALID. Throws RejectedError. */
export function runValidate(
  run: Run,
  name: string,
  calldata: readonly bigint[],
): CallTrace | undefined {
  const { context, flags } = run;
  if (flags.skipValidate === true) {
    if (flags.assumeValidation === true) assumeValidation(run);
    return undefined;
  }
  context.phase = 'validate';
  context.meter.budget = VALIDATE_STEP_LIMIT;
  const result = runOrReject(run, accountCall(run, name, calldata, VALIDATE_GAS_LIMIT));
  if (result.failed) failValidation(run, result);
  const [answer, ...more] = result.retdata;
  if (answer !== VALIDATED || more.length > 0) {
    throw new RejectedError('VALIDATION_FAILURE', `${name} did not return VALID.`);
  }
  return result.trace;
}

/** Charges a validation that is not run. */
function assumeValidation({ context, transaction, sender }: Run): void {
  const { state, classes, meter } = context;
  const { steps, ecOps, sierraGas, signatureFelts } = ASSUMED_VALIDATION;
  const classHash =
    transaction.type === 'DEPLOY_ACCOUNT' ? transaction.classHash : state.classHashAt(sender);
  if (classes.get(classHash)?.countsGas === true) {
    meter.sierraGas += sierraGas;
  } else {
    meter.chargedSteps += steps;
    meter.builtins.set('ec_op', (meter.builtins.get('ec_op') ?? 0) + ecOps);
  }
  const signed = 'signature' in transaction ? transaction.signature.length : 0;
  meter.sierraGas += BigInt(Math.max(0, signatureFelts - signed)) * GAS_PER_CALLDATA_FELT;
}

function failValidation(run: Run, result: CallResult): never {
  const { classHash, selector: entry } = result.trace;
  const call = { contractAddress: run.sender, classHash, selector: entry };
  throw new RejectedError('VALIDATION_FAILURE', inCall(call, panicReason(result.retdata)));
}

/** Runs a call that must return: a call that aborts rejects the transaction. */
export function runOrReject(run: Run, request: CallRequest): CallResult {
  try {
    return chargedCall(run.context, request);
  } catch (error) {
    if (!(error instanceof ExecutionAbort)) throw error;
    throw new RejectedError('VALIDATION_FAILURE', error.message);
  }
}

/** Runs the account's `__execute__`; what it changed stays until the caller reverts it. */
export function runExecute(
  run: Run,
  calldata: readonly bigint[],
): { execute: CallTrace | undefined; revertReason: string | undefined } {
  const { context } = run;
  context.phase = 'execute';
  context.meter.budget = executeSteps(run);
  const request = accountCall(run, '__execute__', calldata, EXECUTE_GAS_LIMIT);
  try {
    const { trace, failed, retdata } = chargedCall(context, request);
    if (!failed) return { execute: trace, revertReason: undefined };
    return { execute: undefined, revertReason: inCall(trace, panicReason(retdata)) };
  } catch (error) {
    if (!(error instanceof ExecutionAbort)) throw error;
    return { execute: undefined, revertReason: error.message };
  }
}

/** Puts the account's class at its address and runs its constructor. Throws RejectedError. */
export function runConstructor(
  run: Run,
  classHash: bigint,
  constructorCalldata: readonly bigint[],
): CallTrace | undefined {
  const { context, sender: address } = run;
  context.phase = 'constructor';
  context.meter.budget = EXECUTE_STEP_LIMIT;
  if (context.state.compiledClassHash(classHash) === 0n) {
    throw new RejectedError(
      'CLASS_HASH_NOT_FOUND',
      `Class with hash 0x${classHash.toString(16)} is not declared.`,
    );
  }
  try {
    const call = prepareDeployment(context, { address, classHash, constructorCalldata });
    if (call === undefined) return undefined;
    const result = chargedCall(context, {
      ...call,
      contractAddress: address,
      callerAddress: 0n,
      calldata: constructorCalldata,
      gas: gasBudget(run, EXECUTE_GAS_LIMIT),
    });
    if (result.failed) failValidation(run, result);
    return result.trace;
  } catch (error) {
    if (!(error instanceof ExecutionAbort)) throw error;
    throw new RejectedError('VALIDATION_FAILURE', error.message);
  }
}

/** Declares a class. Returns the words of its compiled code. Throws RejectedError. */
export function declareClass(
  { context }: Run,
  { classHash, compiledClassHash }: DeclareTransaction,
): number {
  const { state, classes } = context;
  const name = `0x${classHash.toString(16)}`;
  if (state.compiledClassHash(classHash) !== 0n) {
    throw new RejectedError(
      'CLASS_ALREADY_DECLARED',
      `Class with hash ${name} is already declared.`,
    );
  }
  const json = classes.provider.casm(classHash);
  if (json === undefined) {
    throw new RejectedError('CLASS_HASH_NOT_FOUND', `the code of class ${name} is not known`);
  }
  const known = classes.provider.compiledClassHash?.(classHash);
  if (compiledClassHash === 0n || (known !== undefined && known !== compiledClassHash)) {
    throw new RejectedError(
      'COMPILED_CLASS_HASH_MISMATCH',
      `class ${name}: compiled class hash 0x${compiledClassHash.toString(16)} is not its own`,
    );
  }
  state.setCompiledClassHash(classHash, compiledClassHash);
  return json.bytecode.length;
}

function accountCall(
  run: Run,
  name: string,
  calldata: readonly bigint[],
  gasLimit: bigint,
): CallRequest {
  return {
    contractAddress: run.sender,
    callerAddress: 0n,
    entryPointType: 'EXTERNAL',
    callType: 'CALL',
    selector: selector(name),
    calldata,
    gas: gasBudget(run, gasLimit),
  };
}

/** Step budget of the execution. */
function executeSteps({ transaction, flags }: Run): number {
  if (flags.skipFeeCharge === true) return EXECUTE_STEP_LIMIT;
  const paid = transaction.resourceBounds.l2Gas.maxAmount / GAS_PER_STEP;
  return Math.min(EXECUTE_STEP_LIMIT, Number(paid * SPENT_PER_PAID_STEP));
}

/** Gas for one of the transaction's own calls; a step-counted class gets as good as no limit. */
function gasBudget({ context, transaction, sender, flags }: Run, limit: bigint): bigint {
  const { state, classes, meter } = context;
  const classHash =
    transaction.type === 'DEPLOY_ACCOUNT' ? transaction.classHash : state.classHashAt(sender);
  if (classes.get(classHash)?.countsGas !== true) return STEP_COUNTED_GAS;
  if (flags.skipFeeCharge === true) return limit;
  const left = transaction.resourceBounds.l2Gas.maxAmount - meter.sierraGas;
  return left < limit ? left : limit;
}

/** Runs one of the transaction's own calls, and charges its gas when its class counts it. */
function chargedCall(context: ExecutionContext, request: CallRequest): CallResult {
  const result = runCall(context, request);
  if (context.classes.get(result.trace.classHash)?.countsGas === true) {
    context.meter.sierraGas += result.gasUsed;
  }
  return result;
}
