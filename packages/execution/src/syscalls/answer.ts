import { ERRORS } from '../constants.ts';
import { type SyscallName, syscallGas } from '../rules/index.ts';
import type { CallFrame } from '../run-call.ts';
import { type CellValue, range } from './cells.ts';
import type { Syscall, SyscallContext, SyscallOutcome } from './syscall.ts';

/** The response to one syscall. */
export interface Answer {
  readonly gasLeft: bigint;
  readonly failed: boolean;
  /** Cells behind gas and failure flag; of a failure one range. */
  readonly response: readonly CellValue[];
  /** Number of the call that the syscall made, when calls are recorded. */
  readonly call: number | undefined;
}

/**
 * Charges a syscall with `gas` in its request, and does what it asks for. Throws ExecutionAbort when the
 * transaction cannot go on.
 */
export function answerSyscall(
  frame: CallFrame,
  syscall: Syscall,
  gas: bigint,
  request: readonly CellValue[],
): Answer {
  const call: SyscallContext = { frame, gas, made: undefined };
  const outcome = perform(call, syscall, request);
  const failed = 'failure' in outcome;
  return {
    gasLeft: call.gas,
    failed,
    response: failed ? [range(outcome.failure)] : outcome.cells,
    call: call.made,
  };
}

/** Charges and executes. */
function perform(
  call: SyscallContext,
  syscall: Syscall,
  request: readonly CellValue[],
): SyscallOutcome {
  const { frame } = call;
  const { constants, meter } = frame.context;
  const { name } = syscall;
  const length = syscall.length?.(request) ?? 0;
  // Keccak is counted when it was done, the others when they are asked for.
  if (name !== 'Keccak') countUse(frame, name, length);
  const cost = syscallGas(constants, name, length) - constants.syscallBaseGas;
  if (call.gas < cost) return { failure: [ERRORS.outOfGas] };
  call.gas -= cost;
  if (frame.countsGas) meter.gasSeen = call.gas;
  const { constant, each } = constants.syscalls[name];
  meter.work(constant.steps + length * (each?.steps ?? 0) + feltsIn(request));
  const outcome = syscall.run(call, request);
  if (name === 'Keccak' && !('failure' in outcome)) countUse(frame, name, length);
  return outcome;
}

function countUse({ uses }: CallFrame, name: SyscallName, length: number): void {
  const { calls, length: before } = uses.get(name) ?? { calls: 0, length: 0 };
  uses.set(name, { calls: calls + 1, length: before + length });
}

/** Felts that a request points to: copying them is work. */
function feltsIn(request: readonly CellValue[]): number {
  return request.reduce(
    (felts, cell) => felts + (cell.kind === 'range' ? cell.values.length : 0),
    0,
  );
}
