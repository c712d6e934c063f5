import type { Felt } from '@stackctl/types';
import type { RunnableClass } from './classes.ts';
import type { BuiltinUses } from './observer.ts';
import type { CallFrame } from './run-call.ts';

/** What an entry point came to. */
export interface CodeResult {
  /** Returned with the panic flag. */
  readonly failed: boolean;
  readonly retdata: readonly Felt[];
  /** Gas that it returned. */
  readonly gas: bigint;
  /** Cairo steps of its own code. */
  readonly steps: number;
  /** Instances of builtins that its own code used. */
  readonly builtinUses: BuiltinUses;
}

/**
 * Port to what runs a call's code: the machine, or the transcript of a run that was proven. Everything
 * else of a transaction (its phases, the syscalls, the state, gas and fees) is the same code either way.
 */
export interface CodeRunner {
  /**
   * Runs the entry point that the frame's request names, answering its syscalls with `answerSyscall`,
   * and takes what it used off the meter's budgets. `gas` is the call's budget. Throws ExecutionAbort or Fault when
   * the code cannot return.
   */
  run(frame: CallFrame, runnable: RunnableClass, gas: bigint): CodeResult;
}
