// Layout `lite`: CPU, memory, 16-bit range checks and the range_check builtin (128 bits).
//
// All checks against tables are one sum of fractions (air.ts). A tuple (a, b) of table t is folded as
// lookup_point - a - lookup_weight b - lookup_weight^2 t, so that one pair of challenges serves all
// tables.
//
// Memory (table 0). Row i of the table holds the cells 2 i and 2 i + 1: their addresses are implied by
// the row number, so a cell has one value by construction; there is no continuity argument and holes
// cost nothing. Public cells are looked up once more, by the verifier.
//
// Bytes (table 1): the periodic column 0..255. A 16-bit value is two bytes, of which the low one is
// committed. A table of 2^16 rows would force every proof, however small, to that height; with bytes
// the least height is 2^8, for one column and one fraction more per value.
//
// range_check: one instance in 8 rows, most significant limb first; the running value of the last row
// is looked up in memory at range_check_begin + instance. Only the first (stop - begin) instances look
// up: range_check_used is 1 in exactly their rows.
import { type Air, type Constraint, type Domain, type Fraction, lookupConstraints } from './air.ts';
import { CPU_CONSTRAINTS, CPU_READS, FLAG_COLUMNS } from './cpu.ts';
import {
  add,
  cell,
  constant,
  type Expression,
  mul,
  next,
  type Operand,
  periodic,
  sub,
  uniform,
} from './expression.ts';

/** Rows of one range_check instance. */
export const RANGE_CHECK_ROWS = 8;
const BYTE_VALUES = 256;

// Four to a block.
const blocks = [
  // These two are read in the next row as well.
  ['pc', 'ap', 'fp', 'index'],
  ['range_check_sum', 'range_check_used', 'range_check_low', 'byte_multiplicity'],
  ['dst', 'op0', 'op1', 'res'],
  ['off_dst', 'off_op0', 'off_op1', 'off_dst_low'],
  ['off_op0_low', 'off_op1_low', 'memory_even', 'memory_odd'],
  ['multiplicity_even', 'multiplicity_odd', ...FLAG_COLUMNS],
];

const rowInInstance = Array.from({ length: RANGE_CHECK_ROWS }, (_, i) => i);
const periodicColumns = {
  byte: Array.from({ length: BYTE_VALUES }, (_, i) => BigInt(i)),
  /** 1 in the last row of an instance. */
  range_check_last: rowInInstance.map((i) => (i === RANGE_CHECK_ROWS - 1 ? 1n : 0n)),
  /** What the running value is multiplied by on the way to the next row: 0 after the last. */
  range_check_shift: rowInInstance.map((i) => (i === RANGE_CHECK_ROWS - 1 ? 0n : 2n ** 16n)),
};

// Tuples.
const [point, weight] = [uniform('lookup_point'), uniform('lookup_weight')];
const memoryCell = (address: Operand, value: Expression) =>
  sub(sub(point, address), mul(weight, value));
const bytePoint = sub(point, mul(weight, weight));
const byte = (value: Expression) => sub(bytePoint, value);
/** 1 / (bytePoint - (value - low) / 256), without the division. */
const highByte = (value: Expression, low: Expression) => ({
  numerator: constant(BYTE_VALUES),
  denominator: sub(mul(BYTE_VALUES, bytePoint), sub(value, low)),
});

const index = cell('index');
const one = constant(1);
const minus = (x: Expression) => sub(0, x);
const read = (i: number): Fraction => {
  const { name, address, value } = CPU_READS[i] as (typeof CPU_READS)[number];
  return { name: `read/${name}`, numerator: one, denominator: memoryCell(address, value) };
};
const lowByteOf = (name: string): Fraction => ({
  name: `byte/${name}_low`,
  numerator: one,
  denominator: byte(cell(`${name}_low`)),
});
const highByteOf = (name: string): Fraction => ({
  name: `byte/${name}_high`,
  ...highByte(cell(name), cell(`${name}_low`)),
});

/** The limb of the next row: what is left of its running value. */
const limb = sub(
  next('range_check_sum'),
  mul(periodic('range_check_shift'), cell('range_check_sum')),
);

// Grouped so that the denominators of a group have total degree at most 4: with the column of the
// group that makes constraints of degree 5.
const fractions: ReadonlyArray<readonly Fraction[]> = [
  [read(1), read(2)],
  [
    read(0),
    read(3),
    {
      name: 'read/range_check',
      // Address begin + (index - 7) / 8 in the last row of an instance, everything times 8.
      numerator: mul(mul(RANGE_CHECK_ROWS, periodic('range_check_last')), cell('range_check_used')),
      denominator: sub(
        sub(
          add(
            mul(RANGE_CHECK_ROWS, sub(point, uniform('range_check_begin'))),
            RANGE_CHECK_ROWS - 1,
          ),
          index,
        ),
        mul(mul(RANGE_CHECK_ROWS, weight), cell('range_check_sum')),
      ),
    },
  ],
  [
    {
      name: 'table/memory_even',
      numerator: minus(cell('multiplicity_even')),
      denominator: memoryCell(mul(2, index), cell('memory_even')),
    },
    {
      name: 'table/memory_odd',
      numerator: minus(cell('multiplicity_odd')),
      denominator: memoryCell(add(mul(2, index), 1), cell('memory_odd')),
    },
    lowByteOf('off_dst'),
    lowByteOf('off_op0'),
  ],
  [lowByteOf('off_op1'), highByteOf('off_dst'), highByteOf('off_op0'), highByteOf('off_op1')],
  [
    { name: 'byte/range_check_low', numerator: one, denominator: byte(cell('range_check_low')) },
    { name: 'byte/range_check_high', ...highByte(limb, cell('range_check_low')) },
    {
      name: 'table/byte',
      numerator: minus(cell('byte_multiplicity')),
      denominator: byte(periodic('byte')),
    },
  ],
];

const own = 'own derivation, head of lite.ts';
const constrain = (name: string, domain: Domain, expression: Expression): Constraint => ({
  name,
  domain,
  expression,
  source: own,
});
const used = cell('range_check_used');

const constraints: readonly Constraint[] = [
  ...CPU_CONSTRAINTS,
  constrain('memory/index_start', 'first', index),
  constrain('memory/index_step', 'transition', sub(next('index'), add(index, 1))),
  // range_check_used: a run of ones, then zeros. It starts with 1 unless there is no instance, falls
  // only before row range_check_rows, and ends with 1 only if every instance is used.
  constrain('range_check/used_bit', 'every', mul(used, sub(used, 1))),
  constrain('range_check/used_falls', 'transition', mul(sub(1, used), next('range_check_used'))),
  constrain(
    'range_check/used_length',
    'transition',
    mul(used, sub(1, next('range_check_used')), sub(add(index, 1), uniform('range_check_rows'))),
  ),
  constrain('range_check/used_first', 'first', sub(used, uniform('range_check_first'))),
  constrain('range_check/used_last', 'last', sub(used, uniform('range_check_last'))),
  ...lookupConstraints(fractions),
];

export const LITE: Air = {
  layout: 'lite',
  columns: blocks.flat(),
  periodic: periodicColumns,
  uniforms: [
    'lookup_point',
    'lookup_weight',
    'lookup_mean',
    ...['pc', 'ap', 'fp'].map((register) => `initial_${register}`),
    ...['pc', 'ap', 'fp'].map((register) => `final_${register}`),
    /** Address of the first instance. */
    'range_check_begin',
    /** Rows of the used instances. */
    'range_check_rows',
    /** 1 if any instance is used. */
    'range_check_first',
    /** 1 if every instance is used. */
    'range_check_last',
  ],
  fractions,
  constraints,
};
