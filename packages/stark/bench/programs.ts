import type { LayoutName } from '../src/air/layouts.ts';
import { countdown } from '../test/programs.ts';
import type { Program } from '../test/stepper.ts';

type Builtins = NonNullable<Program['builtins']>;

/** The instances that fill a quarter of the rows. */
function quarter(
  rows: number,
  rowsEach: number,
  inputs: readonly bigint[],
  outputs: number,
): Array<bigint | undefined> {
  return Array.from({ length: rows / 4 / rowsEach }, () => [
    ...inputs,
    ...Array<undefined>(outputs),
  ]).flat();
}

/** Instances of every builtin that `full` has besides range_check, in a quarter of the rows. */
function builtinsFor(rows: number): Builtins {
  return [
    { name: 'pedersen', cells: quarter(rows, 128, [2n ** 250n + 77n, 99n], 1) },
    { name: 'bitwise', cells: quarter(rows, 64, [2n ** 250n + 77n, 99n], 3) },
    { name: 'poseidon', cells: quarter(rows, 128, [2n ** 250n + 77n, 99n, 5n], 3) },
    { name: 'range_check96', cells: quarter(rows, 8, [2n ** 95n], 0) },
  ];
}

const NUMBER = 4;
const words = (value: bigint): bigint[] =>
  [0n, 96n, 192n, 288n].map((bits) => (value >> bits) % 2n ** 96n);

/** The same of add_mod and mul_mod; what they read is put behind the program's words. */
function withModular(program: Program, rows: number): Program {
  const p = 2n ** 381n - 97n;
  const [a, b] = [2n ** 380n + 5n, 2n ** 379n / 3n];
  const values = [a, b, (a + b) % p, (a * b) % p].flatMap(words);
  const offsets = [0, 1, 2, 0, 1, 3].map((number) => BigInt(NUMBER * number));
  const at = 1 + program.data.length;
  const instance = (gate: number) => [
    ...words(p),
    BigInt(at),
    BigInt(at + values.length + 3 * gate),
    1n,
  ];
  return {
    ...program,
    data: [...program.data, ...values, ...offsets],
    builtins: [
      ...(program.builtins ?? []),
      { name: 'add_mod', cells: quarter(rows, 128, instance(0), 0) },
      { name: 'mul_mod', cells: quarter(rows, 128, instance(1), 0) },
    ],
  };
}

/** A program of about 2^bits steps for a layout; in `full` and `mods` it uses builtins. */
export function withBuiltins(bits: number, layout: LayoutName): Program {
  const rows = 2 ** bits;
  const program = countdown(Math.floor((rows - 3) / 3));
  if (layout === 'lite') return program;
  const full = { ...program, builtins: builtinsFor(rows) };
  return layout === 'mods' ? withModular(full, rows) : full;
}
