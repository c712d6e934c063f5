import { Violation } from '../../sim/invariants.ts';
import { simulate } from '../../sim/simulation.ts';

/** Simulated networks in one run of the tests, all kinds together: `SIM_SEEDS=100000 npx vitest ...` runs more. */
export const SEEDS = Number(process.env.SIM_SEEDS ?? 10_000);

/** The first seed that breaks a property, with what it broke. */
export function firstViolation(
  seeds: Iterable<number>,
  options: Parameters<typeof simulate>[1],
): string | undefined {
  for (const seed of seeds)
    try {
      simulate(seed, options);
    } catch (error) {
      if (!(error instanceof Violation)) throw error;
      return `seed ${seed}: ${error.message}`;
    }
  return undefined;
}

export function* range(first: number, count: number): Generator<number> {
  for (let seed = first; seed < first + count; seed++) yield seed;
}
