// range_check and range_check96: one instance in 8 rows, one limb of 16 bits a row, most significant
// first. range_check96 has two limbs less: its first two are zero.
import type { Constraint } from './air.ts';
import { type Builtin, type BuiltinSize, reading, usedConstraints, where } from './builtin.ts';
import { cell, type Expression, mul, next, periodic, sub } from './expression.ts';
import { byte, highByte, one } from './tuple.ts';

export const RANGE_CHECK = { name: 'range_check', cells: 1, rows: 8 } as const;
export const RANGE_CHECK96 = { name: 'range_check96', cells: 1, rows: 8 } as const;

/** Of both builtins. */
export const rangeCheckPeriodic = {
  /** 1 in the last row of an instance. */
  range_check_last: where(8, (row) => row === 7),
  /** What the running value is multiplied by on the way to the next row: 0 after the last. */
  range_check_shift: where(8, (row) => row !== 7, 2n ** 16n),
};

/** The limb of the next row: what is left of its running value. */
export const limbOf = (name: string): Expression =>
  sub(next(`${name}_sum`), mul(periodic('range_check_shift'), cell(`${name}_sum`)));

/** The value of an instance, looked up in memory in its last row. */
export const readChecked = (size: BuiltinSize) =>
  reading(
    size,
    'value',
    [{ selector: periodic('range_check_last'), cell: 0, row: 7 }],
    cell(`${size.name}_sum`),
  );

export const limbFractions = (name: string) => [
  { name: `byte/${name}_low`, numerator: one, denominator: byte(cell(`${name}_low`)) },
  { name: `byte/${name}_high`, ...highByte(limbOf(name), cell(`${name}_low`)) },
];

const zeroLimbs: Constraint = {
  name: 'range_check96/zero_limbs',
  domain: 'every',
  expression: mul(periodic('range_check96_second'), cell('range_check96_sum')),
  source: 'two limbs that are not negative and add up to 0 are 0',
};

export const rangeCheck96: Builtin = {
  ...RANGE_CHECK96,
  columns: ['range_check96_sum', 'range_check96_used', 'range_check96_low'],
  periodic: {
    ...rangeCheckPeriodic,
    /** 1 in the second row. */
    range_check96_second: where(8, (row) => row === 1),
  },
  fractions: [readChecked(RANGE_CHECK96), ...limbFractions('range_check96')],
  constraints: [zeroLimbs, ...usedConstraints('range_check96')],
};
