import type { LayoutName } from '../src/air/layouts.ts';
import { countdown } from '../test/programs.ts';
import type { Program } from '../test/stepper.ts';

/** Instances of every builtin that `full` has besides range_check, in a quarter of the rows. */
function builtinsFor(rows: number): NonNullable<Program['builtins']> {
  const cells = (rowsEach: number, inputs: readonly bigint[], outputs: number) =>
    Array.from({ length: rows / 4 / rowsEach }, () => [
      ...inputs,
      ...Array<undefined>(outputs),
    ]).flat();
  return [
    { name: 'pedersen', cells: cells(128, [2n ** 250n + 77n, 99n], 1) },
    { name: 'bitwise', cells: cells(64, [2n ** 250n + 77n, 99n], 3) },
    { name: 'poseidon', cells: cells(128, [2n ** 250n + 77n, 99n, 5n], 3) },
    { name: 'range_check96', cells: cells(8, [2n ** 95n], 0) },
  ];
}

/** A program of about 2^bits steps for a layout; in `full` it uses builtins. */
export function withBuiltins(bits: number, layout: LayoutName): Program {
  const program = countdown(Math.floor((2 ** bits - 3) / 3));
  return layout === 'lite' ? program : { ...program, builtins: builtinsFor(2 ** bits) };
}
