import { describe, expect, it } from 'vitest';
import { Violation } from '../sim/invariants.ts';
import { MUTANTS, type Mutant } from '../sim/mutants.ts';
import { simulate } from '../sim/simulation.ts';

/** `SIM_SEEDS=10000 npx vitest ...` runs more. Seeds that once failed go into REGRESSIONS. */
const SEEDS = Number(process.env.SIM_SEEDS ?? 300);
const REGRESSIONS: readonly number[] = [];

/** First seed that breaks a property. */
function firstViolation(
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

function* range(first: number, count: number): Generator<number> {
  for (let seed = first; seed < first + count; seed++) yield seed;
}

describe('simulated networks', () => {
  it('4 validators, one of them twins', () => {
    expect(firstViolation([...REGRESSIONS, ...range(1, SEEDS)], {})).toBeUndefined();
  });

  it('4 honest validators', () => {
    const seeds = range(1_000_001, Math.ceil(SEEDS / 4));
    expect(firstViolation(seeds, { twins: 0 })).toBeUndefined();
  });

  it('7 validators, two of them twins', () => {
    const seeds = range(2_000_001, Math.ceil(SEEDS / 10));
    expect(firstViolation(seeds, { validators: 7, twins: 2 })).toBeUndefined();
  });

  it('the same seed gives the same run', () => {
    expect(simulate(42)).toEqual(simulate(42));
  });

  it('twins are caught', () => {
    expect(simulate(1).evidence).toBeGreaterThan(0);
  });
});

describe('mutants die', () => {
  it.each(Object.entries(MUTANTS))('%s', (_name, mutant: Mutant) => {
    expect(firstViolation(range(1, SEEDS), { mutant })).toMatch(/^seed/);
  });
});
