import { type Memory, OUT_OF_STEPS } from '@stackctl/cairo-vm';
import { BUILTIN_ORDER, type BuiltinName } from '@stackctl/types';
import { ExecutionAbort } from './abort.ts';
import { BUILTIN_STEPS } from './constants.ts';
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
export function usedSince(before: MeteredUsage, after: MeteredUsage): MeteredUsage {
  const builtins: Partial<Record<BuiltinName, number>> = {};
  for (const name of BUILTIN_ORDER) {
    const count = (after.builtins[name] ?? 0) - (before.builtins[name] ?? 0);
    if (count > 0) builtins[name] = count;
  }
  return {
    steps: after.steps - before.steps,
    chargedSteps: after.chargedSteps - before.chargedSteps,
    sierraGas: after.sierraGas - before.sierraGas,
    builtins,
  };
}

/** What calls used, added up over a transaction. */
export class Meter {
  /** Cairo steps of all calls. */
  steps = 0;
  /** Steps that are charged: those of step-counted classes, and of syscalls. */
  chargedSteps = 0;
  /** Uses of builtins by step-counted classes. */
  readonly builtins = new Map<BuiltinName, number>();
  /** Gas of the outermost calls of gas-counting classes. */
  sierraGas = 0n;
  /** Steps (with syscalls' and builtins' weight) that may still be spent in this phase. */
  budget = 0;

  addBuiltins(uses: BuiltinUses): void {
    for (const name of BUILTIN_ORDER) {
      const count = uses[name] ?? 0;
      if (count > 0) this.builtins.set(name, (this.builtins.get(name) ?? 0) + count);
    }
  }

  /** What stands on it now. */
  reading(): MeteredUsage {
    const { steps, chargedSteps, sierraGas } = this;
    return { steps, chargedSteps, sierraGas, builtins: Object.fromEntries(this.builtins) };
  }

  /** Adds what a call used whose run is not metered here. */
  add({ steps, chargedSteps, sierraGas, builtins }: MeteredUsage): void {
    this.steps += steps;
    this.chargedSteps += chargedSteps;
    this.sierraGas += sierraGas;
    this.addBuiltins(builtins);
  }

  /** Charges work of the protocol itself. Throws ExecutionAbort when the budget is spent. */
  spend(steps: number, charged = true): void {
    if (charged) this.chargedSteps += steps;
    this.limit(steps);
  }

  /** Counts work against the budget alone. Throws ExecutionAbort when it is spent. */
  limit(steps: number): void {
    this.budget -= steps;
    if (this.budget < 0) throw new ExecutionAbort(OUT_OF_STEPS);
  }

  /** The dearest of steps and builtins, in steps: what the fee goes by. */
  dearestSteps(): number {
    let dearest = this.chargedSteps;
    for (const [name, uses] of this.builtins) {
      dearest = Math.max(dearest, uses * BUILTIN_STEPS[name]);
    }
    return dearest;
  }
}
