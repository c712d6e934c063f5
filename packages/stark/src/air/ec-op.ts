// ec_op: [p.x, p.y, q.x, q.y, m, r.x, r.y], r = p + m q on the Stark curve, as cairo-lang computes it
// (ec_op_builtin_runner.py, `ec_op_impl`): for each of 256 bits of m, least significant first, the
// doubled point 2^i q is added to the sum when the bit is set, and there is no r if the two ever have
// the same abscissa, whether the bit is set or not. One instance in 256 rows, one bit a row: row i has
// the sum of the bits below i, 2^i q, and m >> i; row 0 has the inputs, row 255 the outputs.
//
// Points. p and q are on the curve (row 0), so every doubled point is, by its doubling; as the order of
// the curve is odd, no ordinate is 0 and a doubling has one result. The inverse of the abscissas'
// difference, which must exist in every row, is what makes the chord the only result of an addition.
// Slopes are eliminated: with s (x1 - x2) = y1 - y2, the abscissa s^2 - x1 - x2 is the x3 with
// (x1 + x2 + x3) (x1 - x2)^2 = (y1 - y2)^2, and the ordinate s (x1 - x3) - y1 the y3 with
// (y1 + y3) (x1 - x2) = (y1 - y2) (x1 - x3). For a tangent 2 y1 and 3 x1^2 + 1 take the differences'
// places. That costs no column, and a column costs more than its products.
//
// Scalar. Bits i to 254 make m >> i, from 0 in row 255. m is a felt, so its bits must be those of an
// integer below P, or an instance would have two results: ec_op_above is 1 in row i when the bits
// below i make a number above the one that the bits of P - 1 below i make. A bit that differs from that
// of P - 1 decides anew, one that does not leaves it; in row 255 it must be 0.
//
// Unused instances add 0 times one constant point to another.
import { PRIME } from '@stackctl/types';
import type { Constraint } from './air.ts';
import { type Builtin, reading, usedConstraints, where } from './builtin.ts';
import { CURVE_BETA, type CurvePoint, PEDERSEN_POINTS } from './curve.ts';
import { add, cell, type Expression, mul, next, periodic, sub } from './expression.ts';

export const EC_OP = { name: 'ec_op', cells: 7, rows: 256 } as const;
const ROWS = EC_OP.rows;
const LAST = ROWS - 1;
const [idleP, idleQ] = PEDERSEN_POINTS as readonly [CurvePoint, CurvePoint];

const [sumX, sumY] = [cell('ec_op_sum_x'), cell('ec_op_sum_y')];
const [nextSumX, nextSumY] = [next('ec_op_sum_x'), next('ec_op_sum_y')];
const [doubledX, doubledY] = [cell('ec_op_doubled_x'), cell('ec_op_doubled_y')];
const [nextDoubledX, nextDoubledY] = [next('ec_op_doubled_x'), next('ec_op_doubled_y')];
const scalar = cell('ec_op_scalar');
const [above, nextAbove] = [cell('ec_op_above'), next('ec_op_above')];
const [first, last] = [periodic('ec_op_first'), periodic('ec_op_last')];
/** The bit of P - 1. */
const limit = periodic('ec_op_limit');

/** Rows with a next row of the same instance. */
const step = sub(1, last);
const bit = sub(scalar, mul(2, next('ec_op_scalar')));
const adding = mul(step, bit);
const keeping = sub(step, adding);
const [differenceX, differenceY] = [sub(sumX, doubledX), sub(sumY, doubledY)];
const square = (x: Expression) => mul(x, x);
/** Numerator and denominator of the tangent's slope. */
const [rise, run] = [add(mul(3, square(doubledX)), 1), mul(2, doubledY)];
const both = mul(bit, above);

/** Vanishes for points of the curve. */
const offCurve = (x: Expression, y: Expression) =>
  sub(square(y), add(mul(square(x), x), x, CURVE_BETA));

const own = 'own derivation, head of ec-op.ts';
const curve = 'y^2 = x^3 + x + beta; cairo-lang, ec_op_builtin_runner.py, point_on_curve';
const tangent =
  'doubling on a short Weierstrass curve, tangent without its slope (head of ec-op.ts)';
const chord = 'addition on a short Weierstrass curve, chord without its slope (head of ec-op.ts)';

const constraints = (
  [
    ['p_on_curve', mul(first, offCurve(sumX, sumY)), curve],
    ['q_on_curve', mul(first, offCurve(doubledX, doubledY)), curve],
    [
      'double_x',
      mul(step, sub(mul(square(run), add(nextDoubledX, mul(2, doubledX))), square(rise))),
      tangent,
    ],
    [
      'double_y',
      mul(step, sub(mul(run, add(nextDoubledY, doubledY)), mul(rise, sub(doubledX, nextDoubledX)))),
      tangent,
    ],
    [
      'distinct',
      sub(mul(cell('ec_op_inverse'), differenceX), 1),
      'cairo-lang, ec_op_builtin_runner.py, ec_op_impl: the abscissas differ for each bit',
    ],
    ['bit', mul(step, mul(bit, sub(bit, 1))), own],
    ['keep_x', mul(keeping, sub(nextSumX, sumX)), own],
    ['keep_y', mul(keeping, sub(nextSumY, sumY)), own],
    [
      'add_x',
      mul(
        adding,
        sub(mul(add(nextSumX, sumX, doubledX), square(differenceX)), square(differenceY)),
      ),
      chord,
    ],
    [
      'add_y',
      mul(
        adding,
        sub(mul(add(nextSumY, sumY), differenceX), mul(differenceY, sub(sumX, nextSumX))),
      ),
      chord,
    ],
    ['scalar_end', mul(last, scalar), own],
    ['above_start', mul(first, above), own],
    [
      'above_step',
      // Bit and limit equal: unchanged. Else the bit.
      mul(step, sub(nextAbove, add(both, mul(sub(1, limit), sub(add(bit, above), mul(2, both)))))),
      own,
    ],
    ['above_end', mul(last, above), own],
  ] as const
).map(
  ([name, expression, source]): Constraint => ({
    name: `ec_op/${name}`,
    domain: 'every',
    expression,
    source,
  }),
);

const input = { selector: first, row: 0 };
const output = { selector: last, row: LAST };

export const ecOpBuiltin: Builtin = {
  ...EC_OP,
  columns: [
    'ec_op_sum_x',
    'ec_op_sum_y',
    'ec_op_doubled_x',
    'ec_op_doubled_y',
    'ec_op_scalar',
    'ec_op_above',
    'ec_op_used',
    'ec_op_inverse',
  ],
  periodic: {
    ec_op_first: where(ROWS, (row) => row === 0),
    ec_op_last: where(ROWS, (row) => row === LAST),
    ec_op_limit: where(ROWS, (row) => (((PRIME - 1n) >> BigInt(row)) & 1n) === 1n),
  },
  constants: {
    ec_op_beta: CURVE_BETA,
    ec_op_idle_p_x: idleP.x,
    ec_op_idle_p_y: idleP.y,
    ec_op_idle_q_x: idleQ.x,
    ec_op_idle_q_y: idleQ.y,
  },
  fractions: [
    reading(
      EC_OP,
      'sum_x',
      [
        { ...input, cell: 0 },
        { ...output, cell: 5 },
      ],
      sumX,
    ),
    reading(
      EC_OP,
      'sum_y',
      [
        { ...input, cell: 1 },
        { ...output, cell: 6 },
      ],
      sumY,
    ),
    reading(EC_OP, 'doubled_x', [{ ...input, cell: 2 }], doubledX),
    reading(EC_OP, 'doubled_y', [{ ...input, cell: 3 }], doubledY),
    reading(EC_OP, 'scalar', [{ ...input, cell: 4 }], scalar),
  ],
  constraints: [...constraints, ...usedConstraints('ec_op')],
};
