import { Fault } from '@stackctl/cairo-vm';
import {
  type CallTrace,
  type EntryPointType,
  type Event,
  type Felt,
  feltToHex,
  isStackError,
  type MessageToL1,
} from '@stackctl/types';
import { ExecutionAbort, inCall, StatedAbort } from './abort.ts';
import { countsGas, type RunnableClass } from './classes.ts';
import type { CodeResult } from './code-runner.ts';
import { ERRORS } from './constants.ts';
import type { ExecutionContext } from './context.ts';
import type { Curve, Point } from './curve.ts';
import type { OpenCall } from './observer.ts';
import { usedSince } from './resources.ts';
import {
  addResources,
  NO_RESOURCES,
  type SyscallName,
  type SyscallUse,
  syscallResources,
  type VmResources,
  vmGas,
} from './rules/index.ts';

export interface CallRequest {
  readonly contractAddress: Felt;
  readonly callerAddress: Felt;
  /** Class to run when it is not the contract's own (library calls). */
  readonly classHash?: Felt;
  readonly entryPointType: EntryPointType;
  readonly callType: 'CALL' | 'DELEGATE';
  readonly selector: Felt;
  readonly calldata: readonly Felt[];
  readonly gas: bigint;
}

/** The call that makes another one. */
export interface CallerFrame {
  /** Its gas is what counts; otherwise it, and everything below it, is charged by steps. */
  readonly countsGas: boolean;
  readonly record: OpenCall | undefined;
}

/** A call that returned, well or with a panic. (One that could not return throws ExecutionAbort.) */
export interface CallResult {
  readonly failed: boolean;
  readonly retdata: readonly Felt[];
  /** Whether it was charged by its own gas; otherwise by steps, with everything below it. */
  readonly countsGas: boolean;
  /** Gas of `request.gas` that it used: none when it was charged by steps. */
  readonly gasUsed: bigint;
  /** What its step-counted calls used, itself included. */
  readonly resources: VmResources;
  readonly trace: CallTrace;
  /** Number of its record, when calls are recorded. */
  readonly index: number | undefined;
}

/** What a running call collects. */
export interface CallFrame extends CallerFrame {
  readonly context: ExecutionContext;
  readonly request: CallRequest;
  readonly classHash: Felt;
  readonly events: Array<Event & { order: number }>;
  readonly messages: Array<MessageToL1 & { order: number }>;
  readonly calls: CallTrace[];
  /** Syscalls that it made. */
  readonly uses: Map<SyscallName, SyscallUse>;
  /** What the step-counted calls that it made used. */
  inner: VmResources;
  /** Curve points that its syscalls handed out, by curve. */
  readonly points: Map<Curve, Point[]>;
}

/**
 * Runs one entry point with everything that it calls. A failed call leaves no trace in the state;
 * its events and messages are dropped. Throws ExecutionAbort, with the path of calls in its message.
 */
export function runCall(
  context: ExecutionContext,
  request: CallRequest,
  caller?: CallerFrame,
): CallResult {
  const { state, constants } = context;
  if (context.depth >= constants.limits.callDepth)
    throw new ExecutionAbort('the call depth limit is reached');
  const classHash = request.classHash ?? state.classHashAt(request.contractAddress);
  const runnable = findClass(context, request, classHash);
  const { casm } = runnable;
  const entryPoint = casm.entryPoints[request.entryPointType].get(request.selector);
  if (entryPoint === undefined) {
    return notStarted(request, classHash, ERRORS.entryPointNotFound);
  }
  const byGas = countsGas(runnable, constants) && (caller?.countsGas ?? true);
  const gas = byGas ? request.gas : constants.stepCountedGas;
  if (gas < constants.entryPointGas) return notStarted(request, classHash, ERRORS.outOfGas);

  const { contractAddress, callerAddress, entryPointType, callType, selector, calldata } = request;
  const record = context.recorder?.start({
    parent: caller?.record?.index,
    phase: context.phase,
    classHash,
    contractAddress,
    callerAddress,
    entryPointType,
    callType,
    selector,
    entryOffset: entryPoint.offset,
    builtins: entryPoint.builtins,
    calldata,
    initialGas: gas,
  });
  const frame: CallFrame = {
    context,
    request,
    classHash,
    countsGas: byGas,
    record,
    events: [],
    messages: [],
    calls: [],
    uses: new Map(),
    inner: NO_RESOURCES,
    points: new Map(),
  };
  const { events, messages } = context;
  const checkpoint = state.checkpoint();
  const isOwn = record !== undefined && caller === undefined;
  const before = isOwn ? context.meter.reading() : undefined;
  context.depth += 1;
  let result: CodeResult;
  try {
    result = context.runner.run(frame, runnable, gas);
  } catch (error) {
    if (record !== undefined && before !== undefined)
      record.stoppedUsage = usedSince(before, context.meter.reading());
    throw asAbort(error, { contractAddress, classHash, selector });
  } finally {
    context.depth -= 1;
  }
  const { failed, retdata, steps } = result;
  if (failed) {
    state.rollback(checkpoint);
    context.events = events;
    context.messages = messages;
  }
  if (record !== undefined) {
    Object.assign(record, { failed, retdata, gasLeft: result.gas, aborted: false });
  }
  const resources = addResources(ownResources(frame, result), frame.inner);
  const gasUsed = byGas ? gas - result.gas : 0n;
  return {
    failed,
    retdata,
    countsGas: byGas,
    gasUsed,
    resources,
    index: record?.index,
    trace: {
      contractAddress,
      callerAddress,
      classHash,
      entryPointType,
      callType,
      selector,
      calldata,
      result: retdata,
      failed,
      events: failed ? [] : frame.events,
      messages: failed ? [] : frame.messages,
      calls: frame.calls,
      steps,
      gas: gasUsed + vmGas(constants, resources),
    },
  };
}

/** What a step-counted call used itself, with the operating system's part in its syscalls. */
function ownResources(
  { context, uses, countsGas: byGas }: CallFrame,
  { steps, builtinUses }: CodeResult,
): VmResources {
  if (byGas) return NO_RESOURCES;
  return addResources({ steps, builtins: builtinUses }, syscallResources(context.constants, uses));
}

function findClass(
  context: ExecutionContext,
  request: CallRequest,
  classHash: Felt,
): RunnableClass {
  const { contractAddress, selector } = request;
  if (classHash === 0n) {
    const address = feltToHex(contractAddress);
    throw new ExecutionAbort(
      inCall(
        { contractAddress, selector },
        `Requested contract address ${address} is not deployed.`,
      ),
    );
  }
  const declared = context.state.compiledClassHash(classHash) !== 0n;
  const runnable = declared ? context.classes.get(classHash) : undefined;
  if (runnable === undefined) {
    throw new ExecutionAbort(
      inCall(
        { contractAddress, classHash, selector },
        `Class with hash ${feltToHex(classHash)} is not declared.`,
      ),
    );
  }
  return runnable;
}

/** A failure that the protocol gives before any code runs. */
function notStarted(request: CallRequest, classHash: Felt, reason: Felt): CallResult {
  const { contractAddress, callerAddress, entryPointType, callType, selector, calldata } = request;
  return {
    failed: true,
    retdata: [reason],
    countsGas: false,
    gasUsed: 0n,
    resources: NO_RESOURCES,
    index: undefined,
    trace: {
      contractAddress,
      callerAddress,
      classHash,
      entryPointType,
      callType,
      selector,
      calldata,
      result: [reason],
      failed: true,
      events: [],
      messages: [],
      calls: [],
      steps: 0,
      gas: 0n,
    },
  };
}

function asAbort(
  error: unknown,
  call: { contractAddress: Felt; classHash: Felt; selector: Felt },
): unknown {
  if (error instanceof StatedAbort) return error;
  const known =
    error instanceof ExecutionAbort || error instanceof Fault || isStackError(error, 'VM');
  return known ? new ExecutionAbort(inCall(call, error.message), { cause: error }) : error;
}
