import { ExecutionAbort } from '../abort.ts';
import type { CallPhase } from '../observer.ts';
import type { CallFrame } from '../run-call.ts';

/**
 * Validation must depend on little, so that a pool can trust its outcome: some syscalls are not
 * allowed in it. Throws ExecutionAbort there.
 */
export function refuseInValidation(frame: CallFrame, syscall: string): void {
  if (isValidation(frame.context.phase)) {
    throw new ExecutionAbort(`Unauthorized syscall ${syscall} in execution mode Validate.`);
  }
}

/** The constructor of an account that deploys itself is part of its validation. */
export function isValidation(phase: CallPhase): boolean {
  return phase === 'validate' || phase === 'constructor';
}
