import type { BlockContext, CallTrace, Felt, StateReader } from '@stackctl/types';
import { ExecutionAbort, inCall, panicReason } from './abort.ts';
import { CachedState } from './cached-state.ts';
import { type Classes, registryOf } from './classes.ts';
import { ERRORS, EXECUTE_WORK } from './constants.ts';
import type { CallRecorder } from './observer.ts';
import { runCall } from './run-call.ts';
import { createContext } from './transactions/environment.ts';
import { NO_TRANSACTION } from './transactions/info.ts';

export interface CallOptions {
  readonly block: BlockContext;
  readonly state: StateReader;
  readonly classes: Classes;
  readonly contractAddress: Felt;
  readonly selector: Felt;
  readonly calldata: readonly Felt[];
  /** Collects what the call did, for tools that prove or explain it. */
  readonly recorder?: CallRecorder;
}

/** Result of `starknet_call`; the failures are the RPC errors they become. */
export type CallOutcome =
  | { readonly result: readonly Felt[]; readonly trace: CallTrace }
  | {
      readonly failure: 'CONTRACT_NOT_FOUND' | 'ENTRYPOINT_NOT_FOUND' | 'CONTRACT_ERROR';
      readonly message: string;
      /** Panic data, when the contract itself failed. */
      readonly data?: readonly Felt[];
    };

/** Calls a function of a contract without a transaction. Nothing is changed. */
export function call(options: CallOptions): CallOutcome {
  const { block, contractAddress, selector, calldata } = options;
  const classes = registryOf(options.classes);
  const state = new CachedState(options.state);
  const classHash = state.classHashAt(contractAddress);
  if (classHash === 0n) {
    return { failure: 'CONTRACT_NOT_FOUND', message: 'Contract not found' };
  }
  const environment = { block, state, classes, recorder: options.recorder };
  const context = createContext(environment, NO_TRANSACTION, 'call');
  const { meter, constants } = context;
  meter.workLeft = EXECUTE_WORK;
  meter.stepsLeft = constants.limits.executeSteps;
  try {
    const runnable = classes.get(classHash);
    if (runnable !== undefined && !runnable.casm.entryPoints.EXTERNAL.has(selector)) {
      return {
        failure: 'ENTRYPOINT_NOT_FOUND',
        message: 'Requested entrypoint does not exist in the contract',
      };
    }
    const { failed, retdata, trace } = runCall(context, {
      contractAddress,
      callerAddress: 0n,
      entryPointType: 'EXTERNAL',
      callType: 'CALL',
      selector,
      calldata,
      gas: constants.limits.executeGas,
    });
    if (!failed) return { result: retdata, trace };
    const notFound = retdata.length === 1 && retdata[0] === ERRORS.entryPointNotFound;
    return {
      failure: notFound && trace.steps === 0 ? 'ENTRYPOINT_NOT_FOUND' : 'CONTRACT_ERROR',
      message: inCall(trace, panicReason(retdata)),
      data: retdata,
    };
  } catch (error) {
    if (!(error instanceof ExecutionAbort)) throw error;
    return { failure: 'CONTRACT_ERROR', message: error.message };
  }
}
