import { multiplyGenerator, pedersen, poseidonPermutation } from '@stackctl/crypto';
import { type BuiltinName, PRIME } from '@stackctl/types';
import { describe, expect, it } from 'vitest';
import { Fault, Memory, type MemoryValue, Relocatable } from '../src/index.ts';

function fill(name: BuiltinName, values: ReadonlyArray<MemoryValue | undefined>): Memory {
  const memory = new Memory([]);
  for (const [index, value] of values.entries()) {
    if (value !== undefined) memory.write(memory.builtinBase(name), index, value);
  }
  return memory;
}

const point = (scalar: bigint) => multiplyGenerator(scalar) ?? { x: 0n, y: 0n };
const [p, q, sum] = [point(5n), point(11n), point(5n + 7n * 11n)];

const CASES: ReadonlyArray<readonly [BuiltinName, readonly bigint[], readonly bigint[]]> = [
  ['pedersen', [3n, 4n], [pedersen(3n, 4n)]],
  ['bitwise', [0b1100n, 0b1010n], [0b1000n, 0b0110n, 0b1110n]],
  ['poseidon', [1n, 2n, 3n], poseidonPermutation([1n, 2n, 3n])],
  ['ec_op', [p.x, p.y, q.x, q.y, 7n], [sum.x, sum.y]],
];

describe('builtins', () => {
  it.each(CASES)('%s: outputs follow from inputs', (name, inputs, outputs) => {
    // Two instances, so that offsets beyond the first are right as well.
    const memory = fill(name, [...inputs, ...outputs.map(() => undefined), ...inputs]);
    const base = memory.builtinBase(name);
    for (const instance of [0, 1]) {
      const start = instance * (inputs.length + outputs.length) + inputs.length;
      expect(outputs.map((_, i) => memory.read(base, start + i))).toEqual(outputs);
    }
    expect(memory.builtinInstances(name)).toBe(2);
    memory.verify();
  });

  it.each(CASES)('%s: an output is unknown while an input is', (name, inputs) => {
    const memory = fill(name, inputs.slice(0, -1));
    expect(memory.peek(memory.builtinBase(name).segment, inputs.length)).toBeUndefined();
  });

  it.each(CASES)(
    '%s: an output that the program claims is checked in the end',
    (name, inputs, outputs) => {
      const honest = fill(name, [...inputs.map(() => undefined), ...outputs]);
      const liar = fill(name, [...inputs.map(() => undefined), ...outputs.slice(0, -1), 1n]);
      for (const memory of [honest, liar]) {
        for (const [i, value] of inputs.entries()) memory.write(memory.builtinBase(name), i, value);
      }
      honest.verify();
      expect(() => liar.verify()).toThrow(Fault);
    },
  );

  it.each(CASES)('%s: a pointer is no input', (name, inputs) => {
    const memory = fill(name, [new Relocatable(1, 0), ...inputs.slice(1)]);
    expect(() => memory.read(memory.builtinBase(name), inputs.length)).toThrow(Fault);
  });

  it.each([
    ['range_check', 128n],
    ['range_check96', 96n],
  ] as const)('%s: admits values below 2^%s only', (name, bits) => {
    const memory = fill(name, [0n, (1n << bits) - 1n]);
    const base = memory.builtinBase(name);
    expect(() => memory.write(base, 2, 1n << bits)).toThrow(Fault);
    expect(() => memory.write(base, 2, PRIME - 1n)).toThrow(Fault);
    expect(() => memory.write(base, 2, new Relocatable(1, 0))).toThrow(Fault);
    memory.verify();
    memory.write(base, 3, 1n);
    expect(() => memory.verify()).toThrow(/skipped/);
  });

  it('bitwise: inputs have 251 bits', () => {
    const memory = fill('bitwise', [1n << 251n, 1n]);
    expect(() => memory.read(memory.builtinBase('bitwise'), 2)).toThrow(Fault);
  });

  it('ec_op: points must be on the curve, and the sum finite', () => {
    const off = fill('ec_op', [p.x, p.y + 1n, q.x, q.y, 7n]);
    expect(() => off.read(off.builtinBase('ec_op'), 5)).toThrow(/curve/);
    const infinite = fill('ec_op', [p.x, p.y, p.x, PRIME - p.y, 1n]);
    expect(() => infinite.read(infinite.builtinBase('ec_op'), 5)).toThrow(Fault);
  });

  it('counts deductions as steps', () => {
    const memory = fill('ec_op', [p.x, p.y, q.x, q.y, 7n]);
    memory.read(memory.builtinBase('ec_op'), 5);
    memory.read(memory.builtinBase('ec_op'), 6);
    expect(memory.extraSteps).toBe(1_000);
  });
});

describe('memory', () => {
  it('is write-once', () => {
    const memory = new Memory([]);
    const base = memory.allocate();
    memory.write(base, 3, 5n);
    memory.write(base, 3, 5n);
    expect(() => memory.write(base, 3, 6n)).toThrow(Fault);
    expect(() => memory.write(base, 3, base)).toThrow(Fault);
    expect(() => memory.read(base, 2)).toThrow(/unknown/);
  });

  it('ranges are of one segment, in order and known', () => {
    const memory = new Memory([]);
    const [a, b] = [memory.allocate([1n, 2n]), memory.allocate()];
    expect(memory.felts(a, a.plus(2))).toEqual([1n, 2n]);
    expect(memory.felts(a, a)).toEqual([]);
    for (const [start, end] of [
      [a, b],
      [a.plus(2), a],
      [a, a.plus(3)],
      [a, 5n],
      [5n, a],
    ] as const) {
      expect(() => memory.felts(start, end)).toThrow(Fault);
    }
  });
});
