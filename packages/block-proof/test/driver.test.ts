import type { BuiltinName } from '@stackctl/types';
import { describe, expect, it } from 'vitest';
import { createDriver, driverLength, driverSteps } from '../src/driver.ts';

const BASES: Partial<Record<BuiltinName, bigint>> = { range_check: 9n, pedersen: 10n };
const baseOf = (name: BuiltinName) => BASES[name] ?? 11n;
const NONE: readonly BuiltinName[] = [];
const RC: readonly BuiltinName[] = ['range_check'];
const TWO: readonly BuiltinName[] = ['pedersen', 'range_check'];

function driverOf(shape: ReadonlyArray<readonly BuiltinName[]>) {
  const calls = shape.map((builtins, index) => ({
    builtins,
    entry: 1000 + index,
    gas: 5n,
    syscalls: 6n,
    calldata: 7n,
    calldataEnd: 8n,
  }));
  return createDriver(calls, baseOf);
}

describe('createDriver', () => {
  it('writes the words of the whitepaper for one call', () => {
    const words = [
      ['0x40780017fff7fff', '0x6'], // ap += 6
      ['0x480680017fff8000', '0x9'], // [ap] = range check base; ap++
      ['0x480680017fff8000', '0x5'], // [ap] = gas; ap++
      ['0x480680017fff8000', '0x6'], // [ap] = syscalls; ap++
      ['0x480680017fff8000', '0x7'], // [ap] = calldata; ap++
      ['0x480680017fff8000', '0x8'], // [ap] = calldata end; ap++
      ['0x1104800180018000', `0x${(1000 - 12).toString(16)}`], // call rel ENTRY
      ['0x40137ffa7fff8000'], // [fp] = [ap - 6]
      ['0x40137ffb7fff8001'], // [fp + 1] = [ap - 5]
      ['0x40137ffc7fff8002'],
      ['0x40137ffd7fff8003'],
      ['0x40137ffe7fff8004'],
      ['0x40137fff7fff8005'], // [fp + 5] = [ap - 1]
      ['0x10780017fff7fff', '0x0'], // jmp rel 0
    ];
    const { cells } = driverOf([RC]);
    expect(cells.map((cell) => `0x${cell.toString(16)}`)).toEqual(words.flat());
  });

  it('passes a builtin pointer on from the slot of the last call that had it', () => {
    const { cells } = driverOf([RC, NONE, TWO]);
    expect(cells).toContain(0x480a80007fff8000n); // [ap] = [fp + 0]; ap++
    for (const base of [9n, 10n]) expect(cells.filter((cell) => cell === base)).toHaveLength(1);
    // The third call's frame begins behind the six and five slots of the others; pedersen comes first.
    expect(driverOf([RC, NONE, TWO, TWO]).cells).toContain(0x480a00007fff8000n | (0x800bn << 32n));
    expect(driverOf([RC, NONE, TWO, TWO]).cells).toContain(0x480a00007fff8000n | (0x800cn << 32n));
  });

  it('has no ret and jumps only at its end', () => {
    const { cells, end } = driverOf([RC, NONE, TWO]);
    expect(cells).not.toContain(0x208b7fff7fff7ffen);
    expect(cells.indexOf(0x10780017fff7fffn)).toBe(end);
    expect(end).toBe(cells.length - 2);
  });

  it.each([[[]], [[RC]], [[NONE]], [[NONE, TWO, NONE, RC, TWO]]])(
    'is as long and takes as many steps as foretold: %j',
    (shape) => {
      const shapes = shape.map((builtins) => ({ builtins }));
      const driver = driverOf(shape);
      expect(driver.cells).toHaveLength(driverLength(shapes));
      expect(driver.steps).toBe(driverSteps(shapes));
    },
  );

  it('refuses more results than its frame can name', () => {
    expect(() => driverOf(Array.from({ length: 6000 }, () => RC))).toThrow(RangeError);
  });
});
