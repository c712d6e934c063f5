// What all builtins share: instances of a fixed number of rows and of memory cells, of which exactly
// the first (stop - begin) / cells look at memory. An instance beyond those is filled like any other
// (with zeros, say), but no memory cell depends on it.
import type { SegmentName } from '@stackctl/types';
import type { Constraint, Domain, Fraction } from './air.ts';
import { add, cell, type Expression, mul, next, type Operand, sub, uniform } from './expression.ts';
import { index, point, weight } from './tuple.ts';

/** Sizes of one instance. */
export interface BuiltinSize {
  readonly name: SegmentName;
  /** Memory cells. */
  readonly cells: number;
  /** Rows of the trace: a power of two. */
  readonly rows: number;
}

/** A builtin's part of an AIR. */
export interface Builtin extends BuiltinSize {
  /** Main columns, `<name>_used` among them. */
  readonly columns: readonly string[];
  readonly periodic: Readonly<Record<string, readonly bigint[]>>;
  /** Constants that the prover needs to fill the columns. */
  readonly constants?: Readonly<Record<string, bigint>>;
  readonly fractions: readonly Fraction[];
  readonly constraints: readonly Constraint[];
}

/** The statement's values for a builtin, in this order. */
export const uniformsOf = (name: string): string[] => [
  /** Address of the first instance. */
  `${name}_begin`,
  /** Rows of the used instances. */
  `${name}_rows`,
  /** 1 if any instance is used. */
  `${name}_first`,
  /** 1 if every instance is used. */
  `${name}_last`,
];

/**
 * The column <name>_used: a run of ones, then zeros. It starts with 1 unless there is no instance,
 * falls only before row <name>_rows, and ends with 1 only if every instance is used.
 */
export function usedConstraints(name: string): Constraint[] {
  const used = cell(`${name}_used`);
  const after = next(`${name}_used`);
  const constrain = (part: string, domain: Domain, expression: Expression): Constraint => ({
    name: `${name}/used_${part}`,
    domain,
    expression,
    source: 'own derivation, head of builtin.ts',
  });
  return [
    constrain('bit', 'every', mul(used, sub(used, 1))),
    constrain('falls', 'transition', mul(sub(1, used), after)),
    constrain(
      'length',
      'transition',
      mul(used, sub(1, after), sub(add(index, 1), uniform(`${name}_rows`))),
    ),
    constrain('first', 'first', sub(used, uniform(`${name}_first`))),
    constrain('last', 'last', sub(used, uniform(`${name}_last`))),
  ];
}

/** Where in an instance memory is read: cell number `cell` in row `row`, where `selector` is 1. */
export interface Place {
  readonly selector: Expression;
  readonly cell: number;
  readonly row: number;
}

/**
 * The lookup of memory cells by used instances, one at each place (whose selectors exclude each
 * other). In row r of an instance, index = rows * instance + r, so that
 * rows * address = rows * (begin + cell) + cells * (index - r): everything is taken times rows.
 */
export function reading(
  { name, cells, rows }: BuiltinSize,
  part: string,
  places: readonly [Place, ...Place[]],
  value: Expression,
): Fraction {
  const offset = places.map((place) => rows * place.cell - cells * place.row);
  const places0: Operand =
    places.length === 1
      ? (offset[0] as number)
      : add(...places.map(({ selector }, i) => mul(selector, offset[i] as number)));
  const selector = add(...places.map((place) => place.selector));
  return {
    name: `read/${name}_${part}`,
    numerator: mul(mul(rows, selector), cell(`${name}_used`)),
    denominator: sub(
      sub(sub(mul(rows, sub(point, uniform(`${name}_begin`))), places0), mul(cells, index)),
      mul(mul(rows, weight), value),
    ),
  };
}

/** A periodic column of `length` rows that is `value` where `test` holds, else 0. */
export function where(length: number, test: (row: number) => boolean, value = 1n): bigint[] {
  return Array.from({ length }, (_, row) => (test(row) ? value : 0n));
}
