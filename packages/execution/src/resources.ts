import { OUT_OF_STEPS } from '@stackctl/cairo-vm';
import { ExecutionAbort } from './abort.ts';

/** What the calls of one transaction have used and may still use. */
export class Meter {
  /** Cairo steps of all calls. */
  steps = 0;
  /** Gas of the transaction's own calls that are done: the others get what it leaves. */
  gas = 0n;
  /** Steps that step-counted calls may still take in this phase. */
  stepsLeft = 0;
  /**
   * Gas that was left when a gas-counted call last made a syscall, or the phase's own call returned:
   * what a reverted phase is charged up to.
   */
  gasSeen = 0n;
  /** Work (in steps) that may still be done in this phase. */
  workLeft = 0;

  /** Counts work that is not the machine's. Throws ExecutionAbort when it was too much. */
  work(steps: number): void {
    this.workLeft -= steps;
    if (this.workLeft < 0) throw new ExecutionAbort(OUT_OF_STEPS);
  }
}
