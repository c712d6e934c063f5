import { type Memory, OUT_OF_STEPS } from '@stackctl/cairo-vm';
import { BUILTIN_ORDER, type BuiltinName } from '@stackctl/types';
import { ExecutionAbort } from './abort.ts';
import type { BuiltinUses, MeteredUsage } from './observer.ts';

/** Instances of the builtins that a run used. */
export function usesOf(memory: Memory): BuiltinUses {
  const uses: Partial<Record<BuiltinName, number>> = {};
  for (const name of BUILTIN_ORDER) {
    const count = memory.builtinInstances(name);
    if (count > 0) uses[name] = count;
  }
  return uses;
}

/** What was metered between two readings. */
export function usedSince(before: MeterReading, after: MeterReading): MeteredUsage {
  return {
    steps: after.steps - before.steps,
    chargedSteps: before.stepsLeft - after.stepsLeft,
    sierraGas: before.gasSeen - after.gasSeen,
  };
}

/** Where a meter stands. */
export type MeterReading = Pick<Meter, 'steps' | 'stepsLeft' | 'gasSeen'>;

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

  /** Where it stands now. */
  reading(): MeterReading {
    const { steps, stepsLeft, gasSeen } = this;
    return { steps, stepsLeft, gasSeen };
  }

  /** Takes off what a call used whose run is not metered here. */
  take({ steps, chargedSteps, sierraGas }: MeteredUsage): void {
    this.steps += steps;
    this.stepsLeft -= chargedSteps;
    this.gasSeen -= sierraGas;
  }

  /** Counts work that is not the machine's. Throws ExecutionAbort when it was too much. */
  work(steps: number): void {
    this.workLeft -= steps;
    if (this.workLeft < 0) throw new ExecutionAbort(OUT_OF_STEPS);
  }
}
