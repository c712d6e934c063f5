import { selector } from '@stackctl/crypto';
import type { DeclareTransaction } from '@stackctl/types';
import { ExecutionAbort, inCall, panicReason } from '../abort.ts';
import { EXECUTE_WORK, VALIDATE_WORK, VALIDATED, WORK_PER_PAID_STEP } from '../constants.ts';
import { RejectedError } from '../outcome.ts';
import { codeSize, inputFelts, linearResources } from '../rules/index.ts';
import { type CallRequest, type CallResult, runCall } from '../run-call.ts';
import { prepareDeployment } from '../syscalls/calls.ts';
import type { Phase, RolledBack, Run } from './run.ts';

/** Runs the account's validation, which must answer VALID. Throws RejectedError. */
export function runValidate(
  run: Run,
  name: string,
  calldata: readonly bigint[],
): Phase | undefined {
  const { context, flags } = run;
  if (flags.skipValidate === true) return undefined;
  context.phase = 'validate';
  const gas = beginValidation(run);
  const result = runOrReject(run, accountCall(run, name, calldata, gas));
  if (result.failed) failValidation(run, result);
  const [answer, ...more] = result.retdata;
  if (answer !== VALIDATED || more.length > 0) {
    throw new RejectedError('VALIDATION_FAILURE', `${name} did not return VALID.`);
  }
  return phaseOf(run, result);
}

function failValidation(run: Run, result: CallResult): never {
  const { classHash, selector: entry } = result.trace;
  const call = { contractAddress: run.sender, classHash, selector: entry };
  throw new RejectedError('VALIDATION_FAILURE', inCall(call, panicReason(result.retdata)));
}

/** Runs a call that must return: a call that aborts rejects the transaction. */
export function runOrReject(run: Run, request: CallRequest): CallResult {
  try {
    return runCall(run.context, request);
  } catch (error) {
    if (!(error instanceof ExecutionAbort)) throw error;
    throw new RejectedError('VALIDATION_FAILURE', error.message);
  }
}

export interface Execution {
  readonly execute: Phase | undefined;
  readonly revertReason: string | undefined;
  readonly rolledBack: RolledBack;
}

/** Runs the account's `__execute__`; what it changed stays until the caller reverts it. */
export function runExecute(
  run: Run,
  calldata: readonly bigint[],
  validate: Phase | undefined,
): Execution {
  const { context } = run;
  const { meter } = context;
  context.phase = 'execute';
  const gas = beginExecution(run, validate);
  const allotted = meter.stepsLeft;
  const rolledBack = () => ({ steps: allotted - meter.stepsLeft, gas: gas - meter.gasSeen });
  try {
    const result = runCall(context, accountCall(run, '__execute__', calldata, gas));
    if (result.countsGas) meter.gasSeen = gas - result.gasUsed;
    const revertReason = result.failed
      ? inCall(result.trace, panicReason(result.retdata))
      : undefined;
    const execute = result.failed ? undefined : phaseOf(run, result);
    return { execute, revertReason, rolledBack: rolledBack() };
  } catch (error) {
    if (!(error instanceof ExecutionAbort)) throw error;
    return { execute: undefined, revertReason: error.message, rolledBack: rolledBack() };
  }
}

/**
 * Puts the account's class at its address and runs its constructor, as part of the validation. Throws
 * RejectedError.
 */
export function runConstructor(
  run: Run,
  classHash: bigint,
  constructorCalldata: readonly bigint[],
): Phase | undefined {
  const { context, sender: address } = run;
  context.phase = 'constructor';
  const gas = beginValidation(run);
  if (context.state.compiledClassHash(classHash) === 0n) {
    throw new RejectedError(
      'CLASS_HASH_NOT_FOUND',
      `Class with hash 0x${classHash.toString(16)} is not declared.`,
    );
  }
  try {
    const call = prepareDeployment(context, { address, classHash, constructorCalldata });
    if (call === undefined) return undefined;
    const result = runCall(context, {
      ...call,
      contractAddress: address,
      callerAddress: 0n,
      calldata: constructorCalldata,
      gas,
    });
    if (result.failed) failValidation(run, result);
    return phaseOf(run, result);
  } catch (error) {
    if (!(error instanceof ExecutionAbort)) throw error;
    throw new RejectedError('VALIDATION_FAILURE', error.message);
  }
}

/** Declares a class. Returns the bytes that it pays for. Throws RejectedError. */
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
  const { provider } = classes;
  const json = provider.casm(classHash);
  if (json === undefined) {
    throw new RejectedError('CLASS_HASH_NOT_FOUND', `the code of class ${name} is not known`);
  }
  const known = provider.compiledClassHash?.(classHash);
  if (compiledClassHash === 0n || (known !== undefined && known !== compiledClassHash)) {
    throw new RejectedError(
      'COMPILED_CLASS_HASH_MISMATCH',
      `class ${name}: compiled class hash 0x${compiledClassHash.toString(16)} is not its own`,
    );
  }
  const sierra = provider.sierraSize?.(classHash);
  if (sierra === undefined) throw new TypeError(`the Sierra size of class ${name} is not known`);
  state.setCompiledClassHash(classHash, compiledClassHash);
  return codeSize({
    bytecode: json.bytecode.length,
    sierraProgram: sierra.program,
    abi: sierra.abi,
  });
}

function accountCall(
  run: Run,
  name: string,
  calldata: readonly bigint[],
  gas: bigint,
): CallRequest {
  return {
    contractAddress: run.sender,
    callerAddress: 0n,
    entryPointType: 'EXTERNAL',
    callType: 'CALL',
    selector: selector(name),
    calldata,
    gas,
  };
}

/** Fills the budgets of a validation. Returns its gas. */
function beginValidation(run: Run): bigint {
  const { meter, constants } = run.context;
  const { validateSteps, validateGas } = constants.limits;
  meter.workLeft = VALIDATE_WORK;
  meter.stepsLeft = Math.min(validateSteps, paidSteps(run));
  return gasBudget(run, validateGas);
}

/** Fills the budgets of the execution: steps are left for the rest. Returns its gas. */
function beginExecution(run: Run, validate: Phase | undefined): bigint {
  const { context, transaction } = run;
  const { meter, constants } = context;
  const { executeSteps, executeGas } = constants.limits;
  const paid = paidSteps(run);
  const overhead = linearResources(constants.transactions.INVOKE, inputFelts(transaction));
  const taken = (validate?.resources.steps ?? 0) + overhead.steps;
  meter.workLeft = Math.min(EXECUTE_WORK, paid * WORK_PER_PAID_STEP);
  meter.stepsLeft = Math.max(0, Math.min(executeSteps, paid) - taken);
  const gas = gasBudget(run, executeGas);
  meter.gasSeen = gas;
  return gas;
}

/** Steps that the L2 gas bound pays for; without limit when nothing is charged. */
function paidSteps({ context, transaction, flags }: Run): number {
  if (flags.skipFeeCharge === true) return Number.POSITIVE_INFINITY;
  return Number(transaction.resourceBounds.l2Gas.maxAmount / context.constants.gasPer.step);
}

/** Gas for one of the transaction's own calls: what the bound and the calls before leave. */
function gasBudget({ context, transaction, flags }: Run, limit: bigint): bigint {
  if (flags.skipFeeCharge === true) return limit;
  const left = transaction.resourceBounds.l2Gas.maxAmount - context.meter.gas;
  return left < limit ? left : limit;
}

/** A call that is done: what it used of the gas is gone for those behind it. */
function phaseOf({ context }: Run, { trace, resources, gasUsed }: CallResult): Phase {
  context.meter.gas += gasUsed;
  return { trace, resources, gas: gasUsed };
}
