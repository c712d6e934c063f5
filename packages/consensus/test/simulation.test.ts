import { describe, expect, it } from 'vitest';
import { MUTANTS, type Mutant } from '../sim/mutants.ts';
import { simulate } from '../sim/simulation.ts';
import { firstViolation, range, SEEDS } from './support/seeds.ts';

/** Seeds that once failed. */
const REGRESSIONS: readonly number[] = [];
const CHUNK = 1_000;
const chunks = Array.from({ length: Math.ceil((SEEDS * 0.75) / CHUNK) }, (_, i) => i * CHUNK + 1);

describe('simulated networks: 4 validators, one of them twins', () => {
  it.each(chunks)('seeds from %i', (first) => {
    const seeds = first === 1 ? [...REGRESSIONS, ...range(1, CHUNK)] : range(first, CHUNK);
    expect(firstViolation(seeds, {})).toBeUndefined();
  });

  it('the same seed gives the same run', () => {
    expect(simulate(42)).toEqual(simulate(42));
  });

  it('twins are caught', () => {
    expect(simulate(1).evidence).toBeGreaterThan(0);
  });
});

describe('mutants die', () => {
  it('there are enough of them', () => {
    expect(Object.keys(MUTANTS).length).toBeGreaterThanOrEqual(10);
  });

  it.each(Object.entries(MUTANTS))('%s', (_name, mutant: Mutant) => {
    expect(firstViolation(range(1, SEEDS), { mutant })).toMatch(/^seed/);
  });
});
