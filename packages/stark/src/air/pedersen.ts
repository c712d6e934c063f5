// pedersen: [a, b, h], h the x of P0 + a_low P1 + a_high P2 + b_low P3 + b_high P4, `low` being the first
// 248 bits. One instance in 128 rows: a is 63 nibbles, most significant first, one a row (rows 0 to
// 62); row 63 holds a; b in rows 64 to 126; row 127 holds b and h.
//
// Each nibble d of window w adds the point (d + 1) B_w, which a lookup takes from a table of all of them
// (B_w is 16^k P1 or P3, or P2 or P4 for the topmost nibble). As d + 1 is never 0, no entry is at
// infinity; the sum starts from P0 minus the sum of all B_w to make up for it. The addition is the
// chord's, which is wrong when the running sum has the abscissa of the entry; the running sum is P0 plus
// a known combination of P1 to P4, so that whoever finds such inputs has found a relation between the
// five points.
//
// a and b are felts, so their nibbles must be those of an integer below P, or a hash would have two
// values: pedersen_tight is 1 after row r when the nibbles so far are the first of P - 1 = 2^251 +
// 2^196 + 2^192, and then the next must not exceed P - 1's, which is 0, or 1 for nibbles 49 and 48. In
// the top window the table has the nibbles 0 to 8 only, and says itself whether 8 was taken.
import { PRIME } from '@stackctl/types';
import type { Constraint } from './air.ts';
import { type Builtin, reading, usedConstraints, where } from './builtin.ts';
import { addPoints, type CurvePoint, double, negate, PEDERSEN_POINTS } from './curve.ts';
import { add, cell, type Expression, mul, next, periodic, sub } from './expression.ts';
import { minus, TABLES, tuple } from './tuple.ts';

export const PEDERSEN = { name: 'pedersen', cells: 3, rows: 128 } as const;
const ROWS = PEDERSEN.rows;
/** Rows, and windows, of one input; one more row holds the value. */
const NIBBLES = 63;
const HALF = NIBBLES + 1;
/** Added to a window's number when the nibbles so far are those of P - 1. */
const TIGHT = 128;
/** What the table is padded to. */
const TABLE_ROWS = 2048;

interface Entry {
  readonly digit: number;
  /** Number of the window, in the order of rows; TIGHT more for the nibble 8 of a top window. */
  readonly window: number;
  readonly point: CurvePoint;
}

/** The points B_w, in the order of rows. */
function windowBases(): CurvePoint[] {
  return [1, 3].flatMap((low) => {
    const bases = [PEDERSEN_POINTS[low] as CurvePoint];
    while (bases.length < NIBBLES - 1)
      bases.push(double(double(double(double(bases.at(-1) as CurvePoint)))));
    return [...bases, PEDERSEN_POINTS[low + 1] as CurvePoint].reverse();
  });
}

function tableOf(bases: readonly CurvePoint[]): Entry[] {
  const entries = bases.flatMap((base, window) => {
    const isTop = window % NIBBLES === 0;
    const found: Entry[] = [];
    let point = base;
    for (let digit = 0; digit < (isTop ? 9 : 16); digit++) {
      found.push({ digit, window: isTop && digit === 8 ? window + TIGHT : window, point });
      point = addPoints(point, base);
    }
    return found;
  });
  const [first] = entries as [Entry, ...Entry[]];
  return [...entries, ...Array.from({ length: TABLE_ROWS - entries.length }, () => first)];
}

/** What the running sum starts from. */
function startOf(bases: readonly CurvePoint[]): CurvePoint {
  return addPoints(PEDERSEN_POINTS[0] as CurvePoint, negate(bases.reduce(addPoints)));
}

/** The nibble of P - 1 that belongs to a row. */
const limitOf = (row: number): bigint =>
  row % HALF < NIBBLES ? ((PRIME - 1n) >> BigInt(4 * (NIBBLES - 1 - (row % HALF)))) & 15n : 0n;
const isActive = (row: number) => row % HALF < NIBBLES;
const isTop = (row: number) => row % HALF === 0;

const [sum, x, y] = ['sum', 'x', 'y'].map((name) => cell(`pedersen_${name}`)) as [
  Expression,
  Expression,
  Expression,
];
const [nextX, nextY] = [next('pedersen_x'), next('pedersen_y')];
const [slope, px, py] = ['slope', 'entry_x', 'entry_y'].map((name) => cell(`pedersen_${name}`)) as [
  Expression,
  Expression,
  Expression,
];
const [tight, nextTight] = [cell('pedersen_tight'), next('pedersen_tight')];
const [active, top, copy, last] = ['active', 'top', 'copy', 'last'].map((name) =>
  periodic(`pedersen_${name}`),
) as [Expression, Expression, Expression, Expression];
/** 1 where the nibble of P - 1 is 1; elsewhere it is 0, the top apart. */
const limit = periodic('pedersen_limit');
/** Rows with a nibble that is not the topmost. */
const lower = sub(active, top);
/** The nibble that this row adds on the way to the next. */
const digit = sub(next('pedersen_sum'), mul(16, sum));

const own = 'own derivation, head of pedersen.ts';
const chordSource = 'addition on a short Weierstrass curve, chord';
const constraintsOf = (start: CurvePoint): Constraint[] =>
  (
    [
      ['start_sum', mul(top, sum), own],
      ['start_x', mul(periodic('pedersen_first'), sub(x, start.x)), own],
      ['start_y', mul(periodic('pedersen_first'), sub(y, start.y)), own],
      ['slope', mul(active, sub(mul(slope, sub(x, px)), sub(y, py))), chordSource],
      ['x', mul(active, sub(mul(slope, slope), add(x, px, nextX))), chordSource],
      ['y', mul(active, sub(mul(slope, sub(x, nextX)), add(y, nextY))), chordSource],
      ['copy_x', mul(copy, sub(nextX, x)), own],
      ['copy_y', mul(copy, sub(nextY, y)), own],
      ['tight_bit', mul(top, mul(nextTight, sub(nextTight, 1))), own],
      ['tight_limit', mul(lower, mul(mul(tight, digit), sub(digit, limit))), own],
      [
        'tight_step',
        mul(lower, sub(nextTight, mul(tight, add(sub(1, limit), mul(limit, digit))))),
        own,
      ],
    ] as const
  ).map(([name, expression, source]) => ({
    name: `pedersen/${name}`,
    domain: 'every' as const,
    expression,
    source,
  }));

/** The builtin; its table is made here. */
export function pedersenBuiltin(): Builtin {
  const bases = windowBases();
  const entries = tableOf(bases);
  const start = startOf(bases);
  return {
    ...PEDERSEN,
    columns: [
      'pedersen_sum',
      'pedersen_tight',
      'pedersen_x',
      'pedersen_y',
      'pedersen_used',
      'pedersen_slope',
      'pedersen_entry_x',
      'pedersen_entry_y',
      'pedersen_multiplicity',
    ],
    periodic: {
      pedersen_active: where(ROWS, isActive),
      pedersen_top: where(ROWS, isTop),
      pedersen_first: where(ROWS, (row) => row === 0),
      pedersen_copy: where(ROWS, (row) => row === NIBBLES),
      pedersen_last: where(ROWS, (row) => row === ROWS - 1),
      pedersen_limit: where(ROWS, (row) => !isTop(row) && limitOf(row) === 1n),
      /** The window of a row. */
      pedersen_window: Array.from({ length: ROWS }, (_, row) =>
        isActive(row) ? BigInt(row < HALF ? row : row - 1) : 0n,
      ),
      pedersen_table_digit: entries.map((entry) => BigInt(entry.digit)),
      pedersen_table_window: entries.map((entry) => BigInt(entry.window)),
      pedersen_table_x: entries.map((entry) => entry.point.x),
      pedersen_table_y: entries.map((entry) => entry.point.y),
    },
    constants: { pedersen_start_x: start.x, pedersen_start_y: start.y },
    fractions: [
      reading(
        PEDERSEN,
        'inputs',
        [
          { selector: copy, cell: 0, row: NIBBLES },
          { selector: last, cell: 1, row: ROWS - 1 },
        ],
        sum,
      ),
      reading(PEDERSEN, 'output', [{ selector: last, cell: 2, row: ROWS - 1 }], x),
      {
        name: 'pedersen/entry',
        numerator: active,
        denominator: tuple(
          TABLES.pedersen,
          digit,
          add(periodic('pedersen_window'), mul(TIGHT, mul(top, nextTight))),
          px,
          py,
        ),
      },
      {
        name: 'table/pedersen',
        numerator: minus(cell('pedersen_multiplicity')),
        denominator: tuple(
          TABLES.pedersen,
          periodic('pedersen_table_digit'),
          periodic('pedersen_table_window'),
          periodic('pedersen_table_x'),
          periodic('pedersen_table_y'),
        ),
      },
    ],
    constraints: [...constraintsOf(start), ...usedConstraints('pedersen')],
  };
}
