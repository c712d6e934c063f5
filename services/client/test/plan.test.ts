import { describe, expect, it } from 'vitest';
import type { Load } from '../src/options.ts';
import { planLoad } from '../src/plan.ts';
import { createRandom } from '../src/random.ts';

const load: Load = {
  rate: 20,
  duration: 10,
  seed: 7,
  mix: { fibonacci: 1, factorial: 1, erc20: 2 },
  max: { fibonacci: 50, factorial: 20, erc20: 1000 },
};

describe('planLoad', () => {
  it('gives the same plan for the same seed and another for another', () => {
    expect(planLoad(load, 10)).toEqual(planLoad(load, 10));
    expect(planLoad({ ...load, seed: 8 }, 10)).not.toEqual(planLoad(load, 10));
  });

  it('spaces transactions evenly at the rate', () => {
    const plan = planLoad(load, 10);
    expect(plan).toHaveLength(200);
    for (const [index, item] of plan.entries()) expect(item.at).toBe(index * 50);
  });

  it('honours weights, argument bounds and account numbers', () => {
    const plan = planLoad({ ...load, rate: 400 }, 10);
    const count = (kind: string) => plan.filter((item) => item.kind === kind).length / plan.length;
    expect(count('fibonacci')).toBeCloseTo(0.25, 1);
    expect(count('erc20')).toBeCloseTo(0.5, 1);
    for (const item of plan) {
      expect(item.argument).toBeGreaterThanOrEqual(1);
      expect(item.argument).toBeLessThanOrEqual(load.max[item.kind]);
      expect(item.account).toBeLessThan(10);
      expect(item.recipient).toBeLessThan(10);
      expect(item.recipient).not.toBe(item.account);
    }
    expect(new Set(plan.map((item) => item.account)).size).toBe(10);
    expect(new Set(plan.map((item) => item.argument)).size).toBeGreaterThan(100);
  });

  it('leaves out a kind of weight zero and works with one account', () => {
    const plan = planLoad({ ...load, mix: { fibonacci: 0, factorial: 1, erc20: 0 } }, 1);
    expect(new Set(plan.map((item) => item.kind))).toEqual(new Set(['factorial']));
    expect(new Set(plan.map((item) => item.recipient))).toEqual(new Set([0]));
  });

  it('changes only the argument when the argument bound changes', () => {
    const strip = (larger: number) =>
      planLoad({ ...load, max: { ...load.max, fibonacci: larger } }, 10).map((item) => ({
        ...item,
        argument: 0,
      }));
    expect(strip(5)).toEqual(strip(5000));
  });
});

describe('createRandom', () => {
  it('covers the range evenly', () => {
    const random = createRandom(1);
    const counts = Array.from({ length: 8 }, () => 0);
    for (let draw = 0; draw < 8000; draw++) {
      const value = random.integer(0, 7);
      counts[value] = (counts[value] ?? 0) + 1;
    }
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });
});
