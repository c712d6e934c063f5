import { contractAddress, selector } from '@stackctl/crypto';
import { feltToHex } from '@stackctl/types';
import { ExecutionAbort } from '../abort.ts';
import { ERRORS, MAX_ADDRESS } from '../constants.ts';
import { type CallRequest, runCall } from '../run-call.ts';
import { felt, range } from './cells.ts';
import { refuseInValidation } from './rules.ts';
import {
  feltAt,
  feltsAt,
  type Syscall,
  type SyscallContext,
  type SyscallOutcome,
} from './syscall.ts';

/** Runs a call for a syscall; a failed one answers its panic data and ENTRYPOINT_FAILED. */
function nested(call: SyscallContext, request: Omit<CallRequest, 'gas'>): SyscallOutcome {
  const { frame } = call;
  const result = runCall(frame.context, { ...request, gas: call.gas }, frame);
  call.gas -= result.gasUsed;
  call.made = result.index;
  frame.calls.push(result.trace);
  return result.failed
    ? { failure: [...result.retdata, ERRORS.entryPointFailed] }
    : { cells: [range(result.retdata)] };
}

export const callContract: Syscall = {
  name: 'CallContract',
  request: ['felt', 'felt', 'range'],
  gas: 91_560n,
  steps: 866,
  run(call, request) {
    const { contractAddress: self } = call.frame.request;
    const address = feltAt(request, 0);
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
  gas: 89_160n,
  steps: 842,
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

const DEPLOY_GAS_PER_FELT = 4_850n;

export const deploy: Syscall = {
  name: 'Deploy',
  request: ['felt', 'felt', 'range', 'felt'],
  gas: 147_120n,
  extraGas: (request) => BigInt(feltsAt(request, 2).length) * DEPLOY_GAS_PER_FELT,
  steps: 1_132,
  extraSteps: (request) => 8 * feltsAt(request, 2).length,
  run(call, request) {
    const { frame } = call;
    refuseInValidation(frame, 'deploy');
    const fromZero = feltAt(request, 3);
    if (fromZero > 1n) return { failure: [ERRORS.invalidArgument] };
    const self = frame.request.contractAddress;
    const classHash = feltAt(request, 0);
    const constructorCalldata = feltsAt(request, 2);
    const address = contractAddress({
      salt: feltAt(request, 1),
      classHash,
      constructorCalldata,
      deployer: fromZero === 1n ? 0n : self,
    });
    const { state } = frame.context;
    const checkpoint = state.checkpoint();
    const outcome = construct(call, { address, classHash, constructorCalldata, deployer: self });
    if ('failure' in outcome) {
      state.rollback(checkpoint);
      return outcome;
    }
    return { cells: [felt(address), ...outcome.cells] };
  },
};

interface Deployment {
  readonly address: bigint;
  readonly classHash: bigint;
  readonly constructorCalldata: readonly bigint[];
  /** Caller of the constructor. */
  readonly deployer: bigint;
}

function construct(call: SyscallContext, deployment: Deployment): SyscallOutcome {
  const { address, classHash, constructorCalldata, deployer } = deployment;
  const request = prepareDeployment(call.frame.context, deployment);
  if (request === undefined) return { cells: [range([])] };
  return nested(call, {
    ...request,
    contractAddress: address,
    callerAddress: deployer,
    classHash,
    calldata: constructorCalldata,
  });
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
