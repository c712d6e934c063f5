// What lookups are made of. A tuple (a, b) of table t is folded as
//   lookup_point - a - lookup_weight b - lookup_weight^2 t - lookup_weight^3 c - lookup_weight^4 d
// (c and d where a table has more than two), so that one pair of challenges serves all tables: two
// tuples, or two tables, fold to the same only for at most 4 weights in P.
import type { Fraction } from './air.ts';
import { cell, constant, type Expression, mul, type Operand, sub, uniform } from './expression.ts';

/** Tables, by what lookup_weight^2 is multiplied by. Memory is table 0. */
export const TABLES = { byte: 1, nibbles: 2, pedersen: 3, quotient: 5 } as const;

export const point = uniform('lookup_point');
export const weight = uniform('lookup_weight');
export const index = cell('index');
export const one = constant(1);
export const minus = (x: Expression): Expression => sub(0, x);

/** A cell of memory. */
export const memoryCell = (address: Operand, value: Expression): Expression =>
  sub(sub(point, address), mul(weight, value));

/** A tuple of one of the other tables. */
export function tuple(table: number, ...parts: readonly [Operand, ...Operand[]]): Expression {
  const [a, b = 0, c = 0, d = 0] = parts;
  const square = mul(weight, weight);
  const base = sub(point, mul(square, table));
  return sub(
    sub(sub(sub(base, a), mul(weight, b)), mul(mul(square, weight), c)),
    mul(mul(square, square), d),
  );
}

const BYTE_VALUES = 256;
const bytePoint = sub(point, mul(weight, weight));
export const byte = (value: Expression): Expression => sub(bytePoint, value);

/** 1 / (bytePoint - (value - low) / 256), without the division: that value is a byte and `low`. */
export const highByte = (
  value: Expression,
  low: Expression,
): Pick<Fraction, 'numerator' | 'denominator'> => ({
  numerator: constant(BYTE_VALUES),
  denominator: sub(mul(BYTE_VALUES, bytePoint), sub(value, low)),
});
