// Proving on one thread, this one.
import type { CairoTrace } from '@stackctl/types';
import { withMachine } from './memory.ts';
import { type Proof, type ProveOptions, planTask, proveOn, type Tampering } from './procedure.ts';

export { PHASES, type Phase, type Proof, type ProveOptions, type Tampering } from './procedure.ts';

/**
 * Proves a run.
 *
 * @throws StackError PROVER when no layout can prove the run (see statementOf) or the run reads a
 * cell without a value, executes something that is no instruction, or has a builtin input out of range.
 */
export function prove(trace: CairoTrace, options: ProveOptions): Proof {
  return proveTampered(trace, options, {});
}

/** `prove` with a hand on the trace: for tests of soundness only. */
export function proveTampered(
  trace: CairoTrace,
  options: ProveOptions,
  tampering: Tampering,
): Proof {
  const task = planTask(trace, options, tampering.statement);
  return withMachine(
    (machine) => proveOn(machine, task, options.onProgress, tampering),
    task.layout,
  );
}
