import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isStackError, PRIME } from '@stackctl/types';
import { describe, expect, it } from 'vitest';
import {
  createProofMachine,
  FIRST_FREE_SEGMENT,
  loadCairo0Program,
  Program,
  Relocatable,
  relocate,
  relocateCairo0,
  runCairo0,
} from '../src/index.ts';
import { callRelative, END, push, RET, word } from './assembler.ts';

function cellOf(memory: Uint8Array, address: number): bigint {
  let value = 0n;
  for (let i = 31; i >= 0; i--) value = (value << 8n) | BigInt(memory[32 * address + i] as number);
  return value;
}

/** A Cairo 0 program in proof mode: main(range_check_ptr) writes 5 and 6 and returns the pointer. */
const WORDS = [
  // __start__: ap += 1; call main
  word({ ap: 'res' }),
  1n,
  ...callRelative(4n),
  // __end__
  ...END,
  // main: [ap] = 5, [[fp - 3]] = 5, ... ; return fp[-3] + 2
  ...push(5n),
  word({ dst: ['ap', -1], op0: ['fp', -3], op1: ['op0', 0], opcode: 'assert' }),
  ...push(6n),
  word({ dst: ['ap', -1], op0: ['fp', -3], op1: ['op0', 1], opcode: 'assert' }),
  word({ dst: ['ap', 0], op0: ['fp', -3], res: 'add', ap: '+1', opcode: 'assert' }),
  2n,
  RET,
];
const JSON_PROGRAM = {
  prime: `0x${PRIME.toString(16)}`,
  data: WORDS.map((value) => `0x${value.toString(16)}`),
  builtins: ['range_check'],
  hints: {},
  identifiers: { '__main__.__start__': { pc: 0 }, '__main__.__end__': { pc: 4 } },
};

describe('a Cairo 0 program in proof mode', () => {
  it('relocates to one memory with segments, public cells and registers', () => {
    const program = loadCairo0Program(JSON_PROGRAM);
    const machine = runCairo0(program, 100);
    machine.memory.verify();
    const { trace } = relocateCairo0(program, machine);
    const programEnd = 1 + WORDS.length;
    // fp0, 0, range_check_ptr, old fp, return pc, 5, 6, the returned pointer
    const executionEnd = programEnd + 8;
    expect(trace.segments).toEqual([
      { name: 'program', begin: 1, stop: programEnd },
      { name: 'execution', begin: programEnd, stop: executionEnd },
      { name: 'range_check', begin: executionEnd, stop: executionEnd + 2 },
    ]);
    expect(trace.publicPages).toEqual([
      { address: 1, length: WORDS.length },
      { address: programEnd, length: 3 },
      { address: executionEnd - 1, length: 1 },
    ]);
    const stack = Array.from({ length: 8 }, (_, i) => Number(cellOf(trace.memory, programEnd + i)));
    const fp = programEnd + 2;
    expect(stack).toEqual([fp, 0, executionEnd, fp, 5, 5, 6, executionEnd + 2]);
    expect(cellOf(trace.memory, executionEnd + 1)).toBe(6n);
    expect(trace.steps).toBe(9);
    expect(Array.from(trace.registers.slice(0, 6))).toEqual([1, fp, fp, 3, fp + 1, fp]);
    expect(Array.from(trace.registers.slice(-3))).toEqual([5, executionEnd, fp]);
    expect(trace.defined.slice(1).every((flag) => flag === 1)).toBe(true);
  });

  it.each([
    ['hints', { hints: { 0: ['import os'] } }],
    ['an unknown builtin', { builtins: ['keccak'] }],
    ['no labels', { identifiers: {} }],
    ['a word outside the field', { data: [`0x${PRIME.toString(16)}`] }],
    ['another prime', { prime: '0x7' }],
  ])('is refused with %s', (_name, change) => {
    let failure: unknown;
    try {
      loadCairo0Program({ ...JSON_PROGRAM, ...change });
    } catch (error) {
      failure = error;
    }
    expect(isStackError(failure, 'CLASS_MALFORMED')).toBe(true);
  });

  const file = fileURLToPath(
    new URL('../../../../shared/data/fibonacci_1000.cairo0.json', import.meta.url),
  );
  it.skipIf(!existsSync(file))(
    'runs fibonacci(1000) as compiled (skipped without ../shared)',
    () => {
      const program = loadCairo0Program(JSON.parse(readFileSync(file, 'utf8')));
      const machine = runCairo0(program, 10_000);
      let [a, b] = [1n, 1n];
      for (let i = 0; i < 1000; i++) [a, b] = [b, (a + b) % PRIME];
      expect(machine.memory.segments[1]?.at(-1)).toBe(b);
      const { trace } = relocateCairo0(program, machine);
      expect(trace.steps).toBe(7_012);
      expect(cellOf(trace.memory, (trace.segments[1]?.stop as number) - 1)).toBe(b);
    },
  );
});

describe('relocate', () => {
  const data = new Relocatable(FIRST_FREE_SEGMENT, 0);
  const copy = new Relocatable(FIRST_FREE_SEGMENT + 1, 0);
  const driver = () => {
    const words = [
      word({ dst: ['ap', 0], ap: '+1', opcode: 'assert' }),
      data.plus(1),
      word({ dst: ['ap', 0], ap: '+1', opcode: 'assert' }),
      copy.plus(2),
      ...END,
    ];
    const vm = createProofMachine(new Program(words), { stepLimit: 10 });
    vm.memory.allocate([10n, 11n, 12n]);
    vm.memory.allocate([11n, 12n, 13n]);
    vm.run();
    return vm;
  };

  it('turns pointers into addresses, wherever they stand', () => {
    const { trace, addressOf } = relocate(driver(), { builtins: [], publicRanges: [] });
    const [program, execution] = trace.segments;
    expect(cellOf(trace.memory, (program?.begin as number) + 1)).toBe(BigInt(addressOf(data) + 1));
    expect(cellOf(trace.memory, (execution?.begin as number) + 3)).toBe(
      BigInt(addressOf(copy) + 2),
    );
  });

  it('lays an alias over its target', () => {
    const aliases = new Map([[copy.segment, data.plus(1)]]);
    const { trace, addressOf } = relocate(driver(), { builtins: [], publicRanges: [], aliases });
    expect(addressOf(copy)).toBe(addressOf(data) + 1);
    expect([0, 1, 2, 3].map((i) => cellOf(trace.memory, addressOf(data) + i))).toEqual([
      10n,
      11n,
      12n,
      13n,
    ]);
  });

  it('refuses an alias that contradicts its target, and overlapping pages', () => {
    const aliases = new Map([[copy.segment, data]]);
    const options = { builtins: [], publicRanges: [] };
    expect(() => relocate(driver(), { ...options, aliases })).toThrow(/alias/);
    const publicRanges = [
      { start: data, length: 2 },
      { start: data.plus(1), length: 1 },
    ];
    expect(() => relocate(driver(), { ...options, publicRanges })).toThrow(/overlap/);
  });
});
