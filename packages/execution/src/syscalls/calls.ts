import { computeHashOnElements, contractAddress, selector } from '@stackctl/crypto';
import { feltToHex, shortString } from '@stackctl/types';
import { ExecutionAbort, inCall, panicReason } from '../abort.ts';
import { ERRORS, MAX_ADDRESS } from '../constants.ts';
import { addResources } from '../rules/index.ts';
import { type CallRequest, type CallResult, runCall } from '../run-call.ts';
import { NO_TRANSACTION } from '../transactions/info.ts';
import { felt, range } from './cells.ts';
import { refuseInValidation } from './rules.ts';
import {
  feltAt,
  feltsAt,
  type Syscall,
  type SyscallContext,
  type SyscallOutcome,
} from './syscall.ts';

function runNested(call: SyscallContext, request: Omit<CallRequest, 'gas'>): CallResult {
  const { frame } = call;
  const result = runCall(frame.context, { ...request, gas: call.gas }, frame);
  call.gas -= result.gasUsed;
  call.made = result.index;
  frame.calls.push(result.trace);
  frame.inner = addResources(frame.inner, result.resources);
  return result;
}

/** Runs a call for a syscall; a failed one answers its panic data and ENTRYPOINT_FAILED. */
function nested(call: SyscallContext, request: Omit<CallRequest, 'gas'>): SyscallOutcome {
  const result = runNested(call, request);
  return result.failed
    ? { failure: [...result.retdata, ERRORS.entryPointFailed] }
    : { cells: [range(result.retdata)] };
}

export const callContract: Syscall = {
  name: 'CallContract',
  request: ['felt', 'felt', 'range'],
  run(call, request) {
    const { contractAddress: self } = call.frame.request;
    const address = feltAt(request, 0);
    // An account's `__execute__` is for transactions (and meta transactions) only.
    if (feltAt(request, 1) === selector('__execute__'))
      return { failure: [ERRORS.invalidArgument] };
    if (address !== self) refuseInValidation(call.frame, 'call_contract on another contract');
    return nested(call, {
      contractAddress: address,
      callerAddress: self,
      entryPointType: 'EXTERNAL',
      callType: 'CALL',
      selector: feltAt(request, 1),
      calldata: feltsAt(request, 2),
    });
  },
};

/** Another class's code on this contract's storage, for this call's caller. */
export const libraryCall: Syscall = {
  name: 'LibraryCall',
  request: ['felt', 'felt', 'range'],
  run(call, request) {
    const { contractAddress: self, callerAddress } = call.frame.request;
    return nested(call, {
      contractAddress: self,
      callerAddress,
      classHash: feltAt(request, 0),
      entryPointType: 'EXTERNAL',
      callType: 'DELEGATE',
      selector: feltAt(request, 1),
      calldata: feltsAt(request, 2),
    });
  },
};

const INVOKE_PREFIX = shortString('invoke');

/**
 * Runs another account's `__execute__` as if a version 0 transaction with the given signature had
 * asked for it: for accounts that still sign those.
 */
export const metaTxV0: Syscall = {
  name: 'MetaTxV0',
  request: ['felt', 'felt', 'range', 'range'],
  length: (request) => feltsAt(request, 2).length,
  run(call, request) {
    const { context } = call.frame;
    refuseInValidation(call.frame, 'meta_tx_v0');
    const [address, entry] = [feltAt(request, 0), feltAt(request, 1)];
    const [calldata, signature] = [feltsAt(request, 2), feltsAt(request, 3)];
    if (entry !== selector('__execute__')) return { failure: [ERRORS.invalidArgument] };
    const [version, fee] = [0n, 0n];
    const { chainId } = context.block;
    const fields = [INVOKE_PREFIX, version, address, entry, computeHashOnElements(calldata)];
    const hash = computeHashOnElements([...fields, fee, chainId]);
    const outer = context.transaction;
    context.transaction = { ...NO_TRANSACTION, senderAddress: address, signature, hash };
    try {
      return nested(call, {
        contractAddress: address,
        callerAddress: 0n,
        entryPointType: 'EXTERNAL',
        callType: 'CALL',
        selector: entry,
        calldata,
      });
    } finally {
      context.transaction = outer;
    }
  },
};

export const deploy: Syscall = {
  name: 'Deploy',
  request: ['felt', 'felt', 'range', 'felt'],
  length: (request) => feltsAt(request, 2).length,
  run(call, request) {
    const { frame } = call;
    refuseInValidation(frame, 'deploy');
    const fromZero = feltAt(request, 3);
    if (fromZero > 1n) throw new ExecutionAbort(`deploy_from_zero is ${fromZero}, no boolean`);
    const self = frame.request.contractAddress;
    const classHash = feltAt(request, 0);
    const constructorCalldata = feltsAt(request, 2);
    const address = contractAddress({
      salt: feltAt(request, 1),
      classHash,
      constructorCalldata,
      deployer: fromZero === 1n ? 0n : self,
    });
    const deployment = { address, classHash, constructorCalldata, deployer: self };
    return { cells: [felt(address), range(construct(call, deployment))] };
  },
};

interface Deployment {
  readonly address: bigint;
  readonly classHash: bigint;
  readonly constructorCalldata: readonly bigint[];
  /** Caller of the constructor. */
  readonly deployer: bigint;
}

/** Runs the constructor; returns its return data. One that fails cannot be caught: ExecutionAbort. */
function construct(call: SyscallContext, deployment: Deployment): readonly bigint[] {
  const { address, classHash, constructorCalldata, deployer } = deployment;
  const request = prepareDeployment(call.frame.context, deployment);
  if (request === undefined) return [];
  const { failed, retdata, trace, countsGas } = runNested(call, {
    ...request,
    contractAddress: address,
    callerAddress: deployer,
    classHash,
    calldata: constructorCalldata,
  });
  if (countsGas) call.frame.context.meter.gasSeen = call.gas;
  if (failed) throw new ExecutionAbort(inCall(trace, panicReason(retdata)));
  return retdata;
}

/**
 * Puts the class at the address. Returns the constructor call to make, or undefined when the class
 * has no constructor. Throws ExecutionAbort when the deployment is impossible.
 */
export function prepareDeployment(
  context: SyscallContext['frame']['context'],
  deployment: Pick<Deployment, 'address' | 'classHash' | 'constructorCalldata'>,
): Pick<CallRequest, 'entryPointType' | 'callType' | 'selector'> | undefined {
  const { address, classHash, constructorCalldata } = deployment;
  const { state } = context;
  if (address < 4n || address > MAX_ADDRESS || state.classHashAt(address) !== 0n) {
    throw new ExecutionAbort(`Deployment failed: contract address ${feltToHex(address)} is taken.`);
  }
  const declared = state.compiledClassHash(classHash) !== 0n;
  const runnable = declared ? context.classes.get(classHash) : undefined;
  if (runnable === undefined) {
    throw new ExecutionAbort(`Class with hash ${feltToHex(classHash)} is not declared.`);
  }
  state.setClassHash(address, classHash);
  if (runnable.casm.entryPoints.CONSTRUCTOR.size === 0) {
    if (constructorCalldata.length > 0) {
      throw new ExecutionAbort('Invalid input: calldata for a class without a constructor.');
    }
    return undefined;
  }
  return { entryPointType: 'CONSTRUCTOR', callType: 'CALL', selector: selector('constructor') };
}
