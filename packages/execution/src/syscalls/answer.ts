import { ERRORS, SYSCALL_BASE_GAS } from '../constants.ts';
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

function perform(
  call: SyscallContext,
  syscall: Syscall,
  request: readonly CellValue[],
): SyscallOutcome {
  const { context, countsGas } = call.frame;
  const cost = syscall.gas - SYSCALL_BASE_GAS + (syscall.extraGas?.(request) ?? 0n);
  if (call.gas < cost) return { failure: [ERRORS.outOfGas] };
  call.gas -= cost;
  const steps = syscall.steps + (syscall.extraSteps?.(request) ?? 0);
  context.meter.spend(steps, !countsGas);
  context.meter.limit(feltsIn(request));
  return syscall.run(call, request);
}

/** Felts that a request points to: copying them is work. */
function feltsIn(request: readonly CellValue[]): number {
  return request.reduce(
    (felts, cell) => felts + (cell.kind === 'range' ? cell.values.length : 0),
    0,
  );
}
