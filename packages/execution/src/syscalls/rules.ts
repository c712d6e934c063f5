import { ExecutionAbort } from '../abort.ts';
import type { CallFrame } from '../run-call.ts';

/**
 * Validation must depend on little, so that a pool can trust its outcome: some syscalls are not
 * allowed in it. Throws ExecutionAbort there.
 */
export function refuseInValidation(frame: CallFrame, syscall: string): void {
  if (frame.context.phase === 'validate') {
    throw new ExecutionAbort(`Unauthorized syscall ${syscall} in execution mode Validate.`);
  }
}
