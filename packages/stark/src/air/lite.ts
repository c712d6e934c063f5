// Layout `lite`: CPU, memory, 16-bit range checks and the range_check builtin (128 bits).
//
// All checks against tables are one sum of fractions (air.ts), of tuples folded as tuple.ts says.
//
// Memory (table 0). Row i of the table holds the cells 2 i and 2 i + 1: their addresses are implied by
// the row number, so a cell has one value by construction; there is no continuity argument and holes
// cost nothing. Public cells are looked up once more, by the verifier.
//
// Bytes (table 1): the periodic column 0..255. A 16-bit value is two bytes, of which the low one is
// committed. A table of 2^16 rows would force every proof, however small, to that height; with bytes
// the least height is 2^8, for one column and one fraction more per value.
//
// range_check: range-check.ts and builtin.ts.
import { type Air, type Constraint, type Domain, type Fraction, lookupConstraints } from './air.ts';
import { type BuiltinSize, uniformsOf, usedConstraints } from './builtin.ts';
import { CPU_CONSTRAINTS, CPU_READS, FLAG_COLUMNS } from './cpu.ts';
import { add, cell, type Expression, mul, next, periodic, sub } from './expression.ts';
import { limbFractions, RANGE_CHECK, rangeCheckPeriodic, readChecked } from './range-check.ts';
import { byte, highByte, index, memoryCell, minus, one } from './tuple.ts';

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

/** Periodic columns of every layout. */
export const corePeriodic = {
  byte: Array.from({ length: BYTE_VALUES }, (_, i) => BigInt(i)),
  ...rangeCheckPeriodic,
};

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

// Grouped so that the denominators of a group have total degree at most 4: with the column of the
// group that makes constraints of degree 5.
/** The fractions of every layout, in groups. */
export const coreFractions: ReadonlyArray<readonly Fraction[]> = [
  [read(1), read(2)],
  [read(0), read(3), readChecked(RANGE_CHECK)],
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
    ...limbFractions('range_check'),
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

/** The constraints of every layout, those of the lookups apart. */
export const coreConstraints: readonly Constraint[] = [
  ...CPU_CONSTRAINTS,
  constrain('memory/index_start', 'first', index),
  constrain('memory/index_step', 'transition', sub(next('index'), add(index, 1))),
  ...usedConstraints('range_check'),
];

/** Statement values of every layout but those of builtins. */
const coreUniforms = [
  'lookup_point',
  'lookup_weight',
  'lookup_mean',
  ...['pc', 'ap', 'fp'].map((register) => `initial_${register}`),
  ...['pc', 'ap', 'fp'].map((register) => `final_${register}`),
];

/** Challenges and statement values of a layout with these builtins. */
export const uniformsWith = (builtins: readonly BuiltinSize[]): string[] => [
  ...coreUniforms,
  ...builtins.flatMap(({ name }) => uniformsOf(name)),
];

export const LITE: Air = {
  layout: 'lite',
  columns: blocks.flat(),
  periodic: corePeriodic,
  builtins: [RANGE_CHECK],
  constants: {},
  uniforms: uniformsWith([RANGE_CHECK]),
  fractions: coreFractions,
  constraints: [...coreConstraints, ...lookupConstraints(coreFractions)],
};
