import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createValidatorSet, proposerAt } from '../src/index.ts';
import { validatorSet } from './fixtures.ts';

const powers = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 8 });

describe('validator sets', () => {
  it.each([
    [[1, 1, 1, 1], 3, 2],
    [[1, 1, 1, 1, 1, 1, 1], 5, 3],
    [[1], 1, 1],
    [[1, 1, 1], 3, 2],
    [[10, 1, 1], 9, 5],
  ])('powers %j: quorum %i, minority %i', (list, quorum, minority) => {
    expect(validatorSet(list)).toMatchObject({ quorum, minority });
  });

  it('two quorums share more power than a minority lacks', () => {
    fc.assert(
      fc.property(powers, (list) => {
        const { quorum, minority, totalPower } = validatorSet(list);
        const shared = 2 * quorum - totalPower;
        expect(3 * quorum).toBeGreaterThan(2 * totalPower);
        expect(3 * minority).toBeGreaterThan(totalPower);
        expect(3 * shared).toBeGreaterThan(totalPower);
      }),
    );
  });

  it('equal powers propose in turn: (h + r) mod n', () => {
    const set = validatorSet([7, 7, 7, 7]);
    for (let height = 1; height < 20; height++)
      for (let round = 0; round < 6; round++)
        expect(proposerAt(set, height, round)).toBe((height + round) % 4);
  });

  it('turns are in proportion to power and nobody is left out', () => {
    fc.assert(
      fc.property(powers, (list) => {
        const set = validatorSet(list);
        const cycle = set.rotation.length;
        list.forEach((power, i) => {
          const turns = set.rotation.filter((turn) => turn === i).length;
          expect(turns / cycle).toBeCloseTo(power / set.totalPower, 10);
        });
      }),
    );
  });

  it('a long cycle is cut short, and the smallest still gets a turn', () => {
    const set = validatorSet([1_000_000_007, 3, 999_999_937]);
    expect(set.rotation.length).toBeLessThanOrEqual(1030);
    expect(set.rotation).toContain(1);
  });

  it.each([
    ['none', []],
    ['a power of zero', [{ name: 'a', publicKey: new Uint8Array(32), power: 0 }]],
    ['a short key', [{ name: 'a', publicKey: new Uint8Array(31), power: 1 }]],
    [
      'one key twice',
      ['a', 'b'].map((name) => ({ name, publicKey: new Uint8Array(32), power: 1 })),
    ],
  ])('refuses %s', (_what, validators) => {
    expect(() => createValidatorSet(validators)).toThrow(RangeError);
  });
});
