// mul_mod and add_mod: [p0, p1, p2, p3, values pointer, offsets pointer, n], batches of one gate. With
// (i, j, k) the three cells at the offsets pointer, the numbers a, b, c at values pointer + i, + j, + k are
// such that a b - c = p q, or a + b - c = p q; numbers are four words of 96 bits, the least first. q is
// as in StarkWare's builtins: 0 <= q < 2^384 for mul_mod, 0 or 1 for add_mod (cairo-vm, ModBuiltinRunner:
// k_bound; Stone's trace of add_mod has one bit, sub_p_bit, for it). The compiler reduces the inputs of a
// circuit by a product with 1 before it adds them: no compiled class needs more.
//
// What is shown. Where the words of p, a, b and c are below 2^96, the equation holds in the integers. That
// they are is not shown here but is the program's to see to: of other words it is shown only that there are
// q and carries in their ranges with which the sums under "Totals" hold in the field, and that says nothing
// of integers. Compiled circuits do see to it: p has words of type u96, and every value, inputs and results
// alike, stands in the range_check96 segment (cairo's compiler, sierra-to-casm, circuit.rs:
// init_circuit_data, rc96_usage). StarkWare's newer prover also reads no word above 2^99 (stwo-cairo,
// mod_utils.rs: ReadPositiveNumBits99). The prover here refuses greater words, as does the machine.
//
// c need not be below p, and p may be 0: then a b = c, or a + b = c.
//
// 128 rows hold an instance of either, in the same columns: mul_mod in rows 0 to 82, add_mod in rows 83 to
// 103 (schedule below). Words are not carried along: each row reads again from memory what it needs, so
// that ten columns do for both.
//
// Header (9 rows): `u` is a cell of the instance, p0 to p3, the values pointer three times, the offsets
// pointer, n. `y` is what that cell must be in the next instance, and `w` says whether it is looked up
// there: a bit, the same in all rows, and 1 unless n = 1. So a batch goes on (same p and values, offsets
// pointer + 3, n - 1) until n = 1. What stands behind the last used instance is not this builtin's, but no
// instance before it can break its batch. Beside the values pointer, `x` is the offset i, j or k, read at
// `total`, which holds the offsets pointer meanwhile, and with it the address of a, b or c is known; the
// three are carried along.
//
// Totals: with B = 2^96 the word k of the difference is s_k = (products a_i b_j - p_i q_j, i + j = k) - c_k,
// or a_k + b_k - c_k - p_k q, and the difference is 0 just when there are carries with
// s_0 = B e_0, s_k + e_(k-1) = B e_k, and 0 at the end (Knuth, TAOCP 2, section 4.3.1). One product or
// number is added to the total a row. Carries are looked up limb by limb: e + 2^111 has seven limbs of 16
// bits for mul_mod, e + 2^15 one for add_mod. As words are below 2^96, |s_k| < 2^196, and |B e_k| < 2^208:
// the equations cannot wrap around P, so they hold for integers. (A true e is below 2^100, or 2: there is
// room for every true instance.)
//
// q is made of six limbs a word in rows 9 to 32. Each word is used with four words of p, and goes there by
// a lookup in a table of the instance's own: row number of the instance + j, q_j, put in once and taken
// out four times. Its entry is the only one with that key, so that whatever is taken out is it.
import { PRIME } from '@stackctl/types';
import type { Constraint, Fraction } from './air.ts';
import { type Builtin, usedConstraints, where } from './builtin.ts';
import {
  add,
  cell,
  type Expression,
  mul,
  next,
  type Operand,
  periodic,
  sub,
  uniform,
} from './expression.ts';
import { byte, highByte, index, point, TABLES, tuple, weight } from './tuple.ts';

export const MUL_MOD = { name: 'mul_mod', cells: 7, rows: 128 } as const;
export const ADD_MOD = { name: 'add_mod', cells: 7, rows: 128 } as const;
const ROWS = 128;
const CELLS = 7;
const WORDS = 4;
const WORD = 2n ** 96n;
const LIMBS_OF_WORD = 6;
const LIMBS_OF_CARRY = 7;
const MUL_BIAS = 2n ** 111n;
const ADD_BIAS = 2n ** 15n;

/** First rows of the parts (assembly/prover/fill-modulo.ts has the same). */
const MUL_HEADER = 0;
const QUOTIENT = 8;
const MUL_TOTALS = 33;
const ADD_HEADER = 83;
const ADD_TOTALS = 92;
/** The cells of the instance in the rows of a header. */
const HEADER_CELLS = [0, 1, 2, 3, 4, 4, 4, 5, 6];
/** In a header: where the offsets are read, and the last two rows. */
const OFFSETS_AT = 4;
const OFFSETS_POINTER_AT = 7;
const COUNT_AT = 8;

/** One period of the periodic columns, written row by row. */
class Schedule {
  readonly columns: Record<string, bigint[]> = {};
  set(name: string, row: number, value: bigint | number = 1n): void {
    const key = `modulo_${name}`;
    this.columns[key] ??= where(ROWS, () => false);
    (this.columns[key] as bigint[])[row] = (PRIME + BigInt(value)) % PRIME;
  }
  range(name: string, from: number, to: number): void {
    for (let row = from; row < to; row++) this.set(name, row);
  }
}

function header(s: Schedule, kind: 'mul' | 'add', first: number): void {
  for (const [i, own] of HEADER_CELLS.entries()) {
    const row = first + i;
    s.set(`header_${kind}`, row);
    s.set('u_at', row, ROWS * own - CELLS * row);
    s.set('y_at', row, ROWS * (own + CELLS) - CELLS * row);
  }
  for (const [i, number] of ['a', 'b', 'c'].entries()) {
    const row = first + OFFSETS_AT + i;
    s.set(`offset_${number}`, row);
    s.set(`x_${kind}`, row);
    s.set('x_at', row, i);
  }
  s.range('active', first + OFFSETS_AT, first + OFFSETS_POINTER_AT);
  s.set('offsets_pointer', first + OFFSETS_POINTER_AT);
  s.set('count', first + COUNT_AT);
  s.range('w_hold', first, first + COUNT_AT);
}

/** A row that reads words of a, b and p. */
function operands(s: Schedule, kind: 'mul' | 'add', row: number, i: number, j: number): void {
  s.set(kind === 'mul' ? 'product' : 'addition', row);
  s.set(`x_${kind}`, row);
  s.set('x_at', row, i);
  s.set('y_at', row, ROWS * j);
  s.set('u_at', row, ROWS * i - CELLS * row);
}

function result(s: Schedule, kind: 'mul' | 'add', row: number, k: number): void {
  s.set('result', row);
  s.set(`x_${kind}`, row);
  s.set('x_at', row, k);
}

/** Limbs looked up on the way from row to row; the value is whole in row first + count. */
function limbs(s: Schedule, first: number, count: number): void {
  s.range('limb', first, first + count);
  for (let i = 1; i < count; i++) s.set('shift', first + i, 2n ** 16n);
}

function multiplication(s: Schedule): void {
  header(s, 'mul', MUL_HEADER);
  for (let j = 0; j < WORDS; j++) {
    const first = QUOTIENT + LIMBS_OF_WORD * j;
    limbs(s, first, LIMBS_OF_WORD);
    s.set('quotient', first + LIMBS_OF_WORD);
    s.set('key', first + LIMBS_OF_WORD, j - (first + LIMBS_OF_WORD));
  }
  s.set('zero', MUL_TOTALS);
  let row = MUL_TOTALS;
  for (let k = 0; k <= 2 * (WORDS - 1); k++) {
    const first = row;
    for (let i = Math.max(0, k - WORDS + 1); i <= Math.min(k, WORDS - 1); i++, row++) {
      operands(s, 'mul', row, i, k - i);
      s.set('key', row, k - i - row);
    }
    if (k < WORDS) result(s, 'mul', row, k);
    if (k === 2 * (WORDS - 1)) break;
    limbs(s, first, LIMBS_OF_CARRY);
    row = first + LIMBS_OF_CARRY;
    s.set('carry', row);
    s.set('bias', row, MUL_BIAS);
    row++;
  }
  s.range('active', MUL_TOTALS, row);
  s.set('zero', row);
  s.range('hold', MUL_HEADER + OFFSETS_AT, row);
}

function addition(s: Schedule): void {
  header(s, 'add', ADD_HEADER);
  s.set('zero', ADD_TOTALS);
  const end = ADD_TOTALS + 3 * WORDS - 1;
  for (let k = 0; k < WORDS; k++) {
    const row = ADD_TOTALS + 3 * k;
    operands(s, 'add', row, k, k);
    result(s, 'add', row + 1, k);
    if (row + 2 === end) break;
    limbs(s, row + 1, 1);
    s.set('carry', row + 2);
    s.set('bias', row + 2, ADD_BIAS);
  }
  s.range('active', ADD_TOTALS, end);
  s.set('zero', end);
  s.range('hold', ADD_HEADER + OFFSETS_AT, end);
  s.range('w_hold', ADD_TOTALS, end);
}

const column = (name: string) => cell(`modulo_${name}`);
const after = (name: string) => next(`modulo_${name}`);
const at = (name: string) => periodic(`modulo_${name}`);
const [x, y, u, w] = ['x', 'y', 'u', 'w'].map(column) as [
  Expression,
  Expression,
  Expression,
  Expression,
];
const [total, limbSum, low] = ['total', 'limbs', 'low'].map(column) as [
  Expression,
  Expression,
  Expression,
];
const [a, b, c] = ['a', 'b', 'c'].map((number) => column(`address_${number}`)) as [
  Expression,
  Expression,
  Expression,
];
const [product, addition0] = [at('product'), at('addition')];
const header0 = add(at('header_mul'), at('header_add'));
const offset = add(at('offset_a'), at('offset_b'), at('offset_c'));
/** In a row with a carry, the carry; else 0. */
const carry = sub(mul(at('carry'), limbSum), at('bias'));
/** What the next row adds to its running value. */
const limb = sub(after('limbs'), mul(at('shift'), limbSum));
const usedMul = cell('mul_mod_used');
const usedAdd = cell('add_mod_used');
/** The address of the first cell of the first instance of the builtin whose row it is. */
const begin = (inMul: Operand, inAdd: Operand) =>
  add(mul(inMul, uniform('mul_mod_begin')), mul(inAdd, uniform('add_mod_begin')));

/** Lookups of memory; in y and u everything is taken times 128 (builtin.ts, `reading`). */
const reads: readonly Fraction[] = [
  {
    name: 'read/modulo_x',
    numerator: add(mul(at('x_mul'), usedMul), mul(at('x_add'), usedAdd)),
    denominator: sub(
      sub(
        point,
        add(mul(offset, total), mul(add(product, addition0), a), mul(at('result'), c), at('x_at')),
      ),
      mul(weight, x),
    ),
  },
  {
    name: 'read/modulo_y',
    numerator: mul(
      ROWS,
      add(
        mul(usedMul, add(product, mul(at('header_mul'), w))),
        mul(usedAdd, add(addition0, mul(at('header_add'), w))),
      ),
    ),
    denominator: sub(
      sub(
        sub(
          mul(ROWS, sub(point, begin(at('header_mul'), at('header_add')))),
          mul(mul(ROWS, add(product, addition0)), b),
        ),
        add(mul(mul(CELLS, header0), index), at('y_at')),
      ),
      mul(mul(ROWS, weight), y),
    ),
  },
  {
    name: 'read/modulo_u',
    numerator: mul(
      ROWS,
      add(
        mul(usedMul, add(product, at('header_mul'))),
        mul(usedAdd, add(addition0, at('header_add'))),
      ),
    ),
    denominator: sub(
      sub(
        mul(
          ROWS,
          sub(point, begin(add(product, at('header_mul')), add(addition0, at('header_add')))),
        ),
        add(mul(CELLS, index), at('u_at')),
      ),
      mul(mul(ROWS, weight), u),
    ),
  },
];

const highLimb = highByte(limb, low);
const checks: readonly Fraction[] = [
  { name: 'byte/modulo_low', numerator: at('limb'), denominator: byte(low) },
  {
    name: 'byte/modulo_high',
    numerator: mul(at('limb'), highLimb.numerator),
    denominator: highLimb.denominator,
  },
  {
    name: 'table/quotient',
    numerator: sub(product, mul(WORDS, at('quotient'))),
    denominator: tuple(TABLES.quotient, add(index, at('key')), w),
  },
];

const own = 'own derivation, head of modulo.ts';
const carries = 'Knuth, TAOCP 2, section 4.3.1; head of modulo.ts';
const batches = 'cairo-vm, ModBuiltinRunner, run_additional_security_checks';
const constraints: readonly Constraint[] = (
  [
    // The header.
    [
      'next_instance',
      sub(mul(header0, sub(y, u)), sub(mul(3, at('offsets_pointer')), at('count'))),
      batches,
    ],
    ['continues', mul(mul(at('count'), sub(u, 1)), sub(1, w)), batches],
    ['bit', mul(mul(add(at('count'), addition0), w), sub(w, 1)), own],
    ['same_w', mul(at('w_hold'), sub(after('w'), w)), own],
    ['address_a', mul(at('offset_a'), sub(a, add(u, x))), own],
    ['address_b', mul(at('offset_b'), sub(b, add(u, x))), own],
    ['address_c', mul(at('offset_c'), sub(c, add(u, x))), own],
    ['offsets_pointer', mul(at('offsets_pointer'), sub(total, u)), own],
    ['same_a', mul(at('hold'), sub(after('address_a'), a)), own],
    ['same_b', mul(at('hold'), sub(after('address_b'), b)), own],
    ['same_c', mul(at('hold'), sub(after('address_c'), c)), own],
    // The totals.
    ['quotient', mul(at('quotient'), sub(w, limbSum)), own],
    [
      'total',
      sub(
        add(
          mul(sub(at('active'), at('carry')), total),
          mul(product, mul(x, y)),
          mul(addition0, add(x, y)),
          carry,
        ),
        add(
          mul(at('active'), after('total')),
          mul(add(product, addition0), mul(u, w)),
          mul(at('result'), x),
        ),
      ),
      carries,
    ],
    ['carry', sub(mul(at('carry'), total), mul(WORD, carry)), carries],
    ['zero', mul(at('zero'), total), carries],
  ] as const
).map(([name, expression, source]) => ({
  name: `modulo/${name}`,
  domain: 'every' as const,
  expression,
  source,
}));

function schedule(): Record<string, bigint[]> {
  const s = new Schedule();
  multiplication(s);
  addition(s);
  return s.columns;
}

/** mul_mod, and what both share. */
export const mulMod: Builtin = {
  ...MUL_MOD,
  columns: [
    'modulo_w',
    'modulo_total',
    'modulo_limbs',
    'modulo_address_a',
    'modulo_address_b',
    'modulo_address_c',
    'mul_mod_used',
    'modulo_x',
    'modulo_y',
    'modulo_u',
    'modulo_low',
  ],
  periodic: schedule(),
  fractions: [...reads, ...checks],
  constraints: [...constraints, ...usedConstraints('mul_mod')],
};

/** add_mod: its rows are in the columns of mul_mod. */
export const addMod: Builtin = {
  ...ADD_MOD,
  columns: ['add_mod_used'],
  periodic: {},
  fractions: [],
  constraints: usedConstraints('add_mod'),
};
