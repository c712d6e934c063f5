import { describe, expect, it } from 'vitest';
import { firstViolation, range, SEEDS } from './support/seeds.ts';

/** Beside simulation.test.ts, in a file of its own: test files run on several cores. */
const CHUNK = 250;
const chunks = (share: number, first: number) =>
  Array.from({ length: Math.ceil((SEEDS * share) / CHUNK) }, (_, i) => first + i * CHUNK);

describe('simulated networks: 4 honest validators', () => {
  it.each(chunks(0.15, 1_000_001))('seeds from %i', (first) => {
    expect(firstViolation(range(first, CHUNK), { twins: 0 })).toBeUndefined();
  });
});

describe('simulated networks: 7 validators, two of them twins', () => {
  it.each(chunks(0.1, 2_000_001))('seeds from %i', (first) => {
    expect(firstViolation(range(first, CHUNK), { validators: 7, twins: 2 })).toBeUndefined();
  });
});
