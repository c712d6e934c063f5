// The program that both provers prove: Fibonacci in Cairo 0, compiled in proof mode. 7 steps a round.
import { readFileSync } from 'node:fs';
import { PRIME } from '@stackctl/types';

/** Words of the compiled program; the argument of `fib` stands at ARGUMENT. */
const WORDS = [
  '0x40780017fff7fff',
  '0x0',
  '0x1104800180018000',
  '0x4',
  '0x10780017fff7fff',
  '0x0',
  '0x480680017fff8000',
  '0x1',
  '0x480680017fff8000',
  '0x1',
  '0x480680017fff8000',
  '0x3e8',
  '0x1104800180018000',
  '0x3',
  '0x208b7fff7fff7ffe',
  '0x20780017fff7ffd',
  '0x5',
  '0x480a7ffc7fff8000',
  '0x480a7ffc7fff8000',
  '0x208b7fff7fff7ffe',
  '0x482a7ffc7ffb8000',
  '0x480a7ffc7fff8000',
  '0x48127ffe7fff8000',
  '0x482680017ffd8000',
  `0x${(PRIME - 1n).toString(16)}`,
  '0x1104800180018000',
  `0x${(PRIME - 10n).toString(16)}`,
  '0x208b7fff7fff7ffe',
] as const;
const ARGUMENT = 11;
const STEPS_A_ROUND = 7;
const OTHER_STEPS = 12;

/** JSON of the program for `rounds` rounds, with what loaders of Cairo 0 programs want beside the words. */
export function fibonacci(rounds: number): object {
  const label = (pc: number) => ({ pc, type: 'label' });
  const method = (pc: number) => ({ pc, type: 'function', decorators: [] });
  return {
    attributes: [],
    builtins: [],
    compiler_version: '0.13.1',
    data: WORDS.map((word, i) => (i === ARGUMENT ? `0x${rounds.toString(16)}` : word)),
    debug_info: null,
    hints: {},
    identifiers: {
      '__main__.__end__': label(4),
      '__main__.__start__': label(0),
      '__main__.fib': method(15),
      '__main__.main': method(6),
    },
    main_scope: '__main__',
    prime: `0x${PRIME.toString(16)}`,
    reference_manager: { references: [] },
  };
}

/** The program with as many rounds as fit into 2^bits steps. */
export function fibonacciOf(bits: number): object {
  return fibonacci(Math.floor((2 ** bits - OTHER_STEPS) / STEPS_A_ROUND));
}

/** Fibonacci of 1000, as its compiler wrote it where that file is at hand. */
export function fibonacci1000(): { readonly source: string; readonly program: unknown } {
  const file = new URL('../../../../shared/data/fibonacci_1000.cairo0.json', import.meta.url);
  try {
    return {
      source: 'fibonacci_1000.cairo0.json',
      program: JSON.parse(readFileSync(file, 'utf8')) as unknown,
    };
  } catch {
    return { source: 'the same program from this folder', program: fibonacci(1000) };
  }
}
