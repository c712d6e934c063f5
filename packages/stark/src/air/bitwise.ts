// bitwise: [x, y, x & y, x ^ y, x | y], x and y below 2^251. One instance in 64 rows, one nibble of x, y
// and x & y a row, most significant first, looked up in the table of all 256 pairs of nibbles; the
// running values of the last row are x, y and x & y, and x ^ y = x + y - 2 (x & y),
// x | y = x + y - (x & y). 251 bits are 63 nibbles of which the first has 3 bits: the running values of
// row 0 are zero, and the nibbles of row 1 plus 248 are bytes.
import type { Constraint, Fraction } from './air.ts';
import { type Builtin, reading, usedConstraints, where } from './builtin.ts';
import { add, cell, type Expression, mul, next, periodic, sub } from './expression.ts';
import { byte, minus, one, TABLES, tuple } from './tuple.ts';

export const BITWISE = { name: 'bitwise', cells: 5, rows: 64 } as const;
const ROWS = BITWISE.rows;
const PARTS = ['x', 'y', 'and'] as const;
type Part = (typeof PARTS)[number];

const sum = (part: Part) => cell(`bitwise_${part}`);
/** The nibble of the next row. */
const nibble = (part: Part) =>
  sub(next(`bitwise_${part}`), mul(periodic('bitwise_shift'), sum(part)));
const [x, y, and] = PARTS.map(sum) as [Expression, Expression, Expression];

const outputs: ReadonlyArray<readonly [string, Expression]> = [
  ['x', x],
  ['y', y],
  ['and', and],
  ['xor', sub(add(x, y), mul(2, and))],
  ['or', sub(add(x, y), and)],
];
const topNibble = (part: Part): Fraction => ({
  name: `byte/bitwise_${part}_top`,
  numerator: periodic('bitwise_first'),
  denominator: byte(add(nibble(part), 248)),
});

const fractions: readonly Fraction[] = [
  ...outputs.map(([part, value], i) =>
    reading(BITWISE, part, [{ selector: periodic('bitwise_last'), cell: i, row: ROWS - 1 }], value),
  ),
  topNibble('x'),
  topNibble('y'),
  {
    name: 'nibbles/bitwise',
    numerator: one,
    denominator: tuple(TABLES.nibbles, nibble('x'), nibble('y'), nibble('and')),
  },
  {
    name: 'table/nibbles',
    numerator: minus(cell('bitwise_multiplicity')),
    denominator: tuple(
      TABLES.nibbles,
      periodic('nibble_x'),
      periodic('nibble_y'),
      periodic('nibble_and'),
    ),
  },
];

const pairs = Array.from({ length: 256 }, (_, i) => [i & 15, i >> 4] as const);

export const bitwise: Builtin = {
  ...BITWISE,
  columns: [...PARTS.map((part) => `bitwise_${part}`), 'bitwise_used', 'bitwise_multiplicity'],
  periodic: {
    bitwise_first: where(ROWS, (row) => row === 0),
    bitwise_last: where(ROWS, (row) => row === ROWS - 1),
    bitwise_shift: where(ROWS, (row) => row !== ROWS - 1, 16n),
    nibble_x: pairs.map(([a]) => BigInt(a)),
    nibble_y: pairs.map(([, b]) => BigInt(b)),
    nibble_and: pairs.map(([a, b]) => BigInt(a & b)),
  },
  fractions,
  constraints: [
    ...PARTS.map(
      (part): Constraint => ({
        name: `bitwise/start_${part}`,
        domain: 'every',
        expression: mul(periodic('bitwise_first'), sum(part)),
        source: 'own derivation, head of bitwise.ts',
      }),
    ),
    ...usedConstraints('bitwise'),
  ],
};
