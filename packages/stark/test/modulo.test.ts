// add_mod and mul_mod: against BigInt, and traces that break one constraint and no other.
import { type CairoTrace, isStackError } from '@stackctl/types';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { airOf } from '../src/air/layouts.ts';
import { statementOf } from '../src/index.ts';
import { attempt, OWN, place, type Rows, words } from './modulo-forgery.ts';
import { statementUniforms } from './oracle.ts';
import { tiny } from './programs.ts';
import { run } from './stepper.ts';
import { CONSTRAINTS_FAIL, context, outcomeOf, violate } from './tampering.ts';

const VALUES = 100;
const OFFSETS = 1000;
const GATE = 12;

interface Gate {
  readonly a: bigint;
  readonly b: bigint;
  readonly c: bigint;
}
interface Batches {
  readonly p: bigint;
  readonly mul?: readonly Gate[];
  readonly add?: readonly Gate[];
}

/** One batch of each, over the values of both: gate g at VALUES + 12 g. */
function runOf({ p, mul = [], add = [] }: Batches, change: (cells: bigint[]) => void = () => {}) {
  const gates = [...mul, ...add];
  const values = gates.flatMap(({ a, b, c }) => [a, b, c]).flatMap(words);
  const offsets = gates.flatMap((_, g) => [0, 4, 8].map((i) => BigInt(GATE * g + i)));
  const at = (begin: number, cells: readonly bigint[]) =>
    cells.map((value, i): [number, bigint] => [begin + i, value]);
  const instances = (first: number, count: number) => {
    const cells = Array.from({ length: count }, (_, i) => [
      ...words(p),
      BigInt(VALUES),
      BigInt(OFFSETS + 3 * (first + i)),
      BigInt(count - i),
    ]).flat();
    if (count > 0) change(cells);
    return cells;
  };
  return run({
    ...tiny,
    // The values, and the offsets, stand there twice.
    cells: [
      ...at(VALUES, values),
      ...at(VALUES + values.length, values),
      ...at(OFFSETS, offsets),
      ...at(OFFSETS + offsets.length, offsets),
    ],
    builtins: [
      { name: 'add_mod', cells: instances(mul.length, add.length) },
      { name: 'mul_mod', cells: instances(0, mul.length) },
    ],
  });
}
const product = (p: bigint, a: bigint, b: bigint): Gate => ({ a, b, c: (a * b) % p });
const sum = (p: bigint, a: bigint, b: bigint): Gate => ({ a, b, c: (a + b) % p });

function refusal(batches: Batches, change?: (cells: bigint[]) => void): string {
  try {
    return outcomeOf(runOf(batches, change));
  } catch (error) {
    if (isStackError(error, 'PROVER')) return error.facts.reason;
    throw error;
  }
}
const NOT_HELD = /an instance of add_mod or mul_mod does not hold/;

describe('add_mod and mul_mod', () => {
  const number = fc.oneof(
    fc.constantFrom(0n, 1n, 2n ** 96n - 1n, 2n ** 96n, 2n ** 288n, 2n ** 384n - 1n),
    fc.bigInt({ min: 0n, max: 2n ** 384n - 1n }),
    fc.bigInt({ min: 0n, max: 2n ** 128n }),
  );
  const modulus = number.map((p) => p || 2n ** 255n - 19n);
  const pairs = fc.array(fc.tuple(number, number), { minLength: 1, maxLength: 4 });

  it('are what BigInt computes, quotients included', () => {
    fc.assert(
      fc.property(modulus, pairs, pairs, (p, products, sums) => {
        // Sums of reduced numbers, and products that are not more than p times 2^384.
        const mul = products
          .map(([a, b]) => product(p, a, b))
          .filter(({ a, b }) => a * b < p << 384n);
        const add = sums.map(([a, b]) => sum(p, a % p, b % p));
        const proven = runOf({ p, mul, add });
        const outcome = outcomeOf(proven, {
          trace: (table) => {
            for (const [i, { a, b, c }] of mul.entries())
              expect([14, 20, 26, 32].map((row) => table.get('modulo_w', 128 * i + row))).toEqual(
                words((a * b - c) / p),
              );
            for (const [i, { a, b, c }] of add.entries())
              expect(table.get('modulo_w', 128 * i + 92)).toBe((a + b - c) / p);
          },
        });
        expect(outcome).toBe('accepted');
      }),
      { numRuns: 5 },
    );
  });

  it('take c that is not reduced, and modulus 0 where the numbers are equal', () => {
    const p = 2n ** 200n - 1n;
    const [big, c] = [2n ** 384n - 1n, 2n ** 384n - 1n - 5n * p];
    expect(refusal({ p, mul: [{ a: big, b: 1n, c }] })).toBe('accepted');
    expect(refusal({ p, mul: [{ a: big, b: 1n, c: big }] })).toBe('accepted');
    expect(refusal({ p, add: [{ a: p, b: p, c: 2n * p }] })).toBe('accepted');
    expect(refusal({ p: 0n, mul: [{ a: 6n, b: 7n, c: 42n }] })).toBe('accepted');
  });

  it('take 128 rows an instance', () => {
    const p = 97n;
    const of = (count: number) =>
      runOf({
        p,
        mul: Array.from({ length: count }, (_, i) => product(p, BigInt(i), 5n)),
        add: [sum(p, 3n, 4n)],
      });
    expect(statementOf(of(16), context).logSteps).toBe(11);
    expect(outcomeOf(of(16))).toBe('accepted');
    expect(statementOf(of(17), context).logSteps).toBe(12);
    expect(outcomeOf(of(17))).toBe('accepted');
  });

  it('refuse what does not hold, or only with another quotient', () => {
    const p = 2n ** 384n - 317n;
    for (const gate of [
      { a: 6n, b: 7n, c: 41n },
      // The quotient is negative.
      { a: 6n, b: 7n, c: 42n + p },
      { a: 6n, b: 7n, c: 0n },
    ])
      expect(refusal({ p, mul: [gate] })).toMatch(NOT_HELD);
    expect(refusal({ p, add: [{ a: 6n, b: 7n, c: 14n }] })).toMatch(NOT_HELD);
    expect(refusal({ p: 5n, add: [{ a: 6n, b: 7n, c: 3n }] })).toMatch(NOT_HELD);
    expect(refusal({ p: 5n, add: [{ a: 1n, b: 2n, c: 8n }] })).toMatch(NOT_HELD);
    expect(refusal({ p: 0n, add: [{ a: 1n, b: 2n, c: 4n }] })).toMatch(NOT_HELD);
    // The quotient has 385 bits.
    expect(refusal({ p: 1n, mul: [{ a: 2n, b: 2n ** 383n, c: 0n }] })).toMatch(NOT_HELD);
  });

  it('refuse batches that disagree, and words of more than 96 bits', () => {
    const p = 97n;
    const batches = { p, mul: [product(p, 8n, 9n), product(p, 9n, 10n)] };
    for (let cell = 0; cell < 7; cell++)
      expect([
        cell,
        refusal(batches, (cells) => {
          cells[7 + cell] = (cells[7 + cell] as bigint) + 1n;
        }),
      ]).toEqual([cell, expect.not.stringMatching('accepted')]);
    expect(
      refusal(batches, (cells) => {
        cells[7] = cells[0] = 2n ** 96n;
      }),
    ).toMatch(NOT_HELD);
  });
});

const P = 2n ** 381n - 97n;
const A = 2n ** 380n + 12345n;
const B = (2n ** 379n * 7n) / 9n;
const GATES = {
  p: P,
  mul: [product(P, A, B), product(P, B, B)],
  add: [sum(P, A, B), sum(P, A, 2n ** 100n)],
};
/** Cells of values, and the distance to their copies. */
const COPY = 4 * GATE;
const OFFSETS_COPY = 12n;
const trace: CairoTrace = runOf(GATES);
const beginOf = (name: string) => trace.segments.find((s) => s.name === name)?.begin ?? 0;
const [MUL, ADD] = [beginOf('mul_mod'), beginOf('add_mod')];
/** Words of c in the first instance of each. */
const C_OF_MUL = VALUES + 8;
const C_OF_ADD = VALUES + 2 * GATE + 8;

describe('each constraint, broken alone', () => {
  const fill = (name: string, from: number, to: number, value: bigint) => (rows: Rows) => {
    for (let row = from; row < to; row++) rows.set(name, row, value);
  };
  const shift = (name: string, from: number, to: number, by: bigint) => (rows: Rows) => {
    for (let row = from; row < to; row++) rows.add(name, row, by);
  };
  /** The multiplication and its c with it: the same words in their rows and in memory. */
  const result = (rows: Rows, address: number, row: number, c: bigint, step: number) => {
    for (const [k, word] of words(c).entries()) {
      rows.set('x', row + step * k, word);
      rows.remember(address + k, word);
    }
  };
  const mulResult = (rows: Rows, c: bigint) => {
    for (const [k, word] of words(c).entries()) {
      rows.set('x', [34, 43, 52, 61][k] as number, word);
      rows.remember(C_OF_MUL + k, word);
    }
  };
  const plusOne = (rows: Rows, address: number, row: number) => {
    rows.add('x', row, 1n);
    rows.remember(address, rows.get('x', row));
  };
  const [mulGate, addGate] = [GATES.mul[0] as Gate, GATES.add[0] as Gate];

  it('none is, when the rows are written as they were', () => {
    const same = attempt(trace, (rows) => {
      mulResult(rows, mulGate.c);
      rows.multiplication(0, words((A * B) / P));
      result(rows, C_OF_ADD, 93, addGate.c, 3);
      rows.addition(0, (A + B) / P);
    });
    expect(same).toEqual({ violated: [], found: true, outcome: 'accepted' });
  });

  it('none is, with c + p and one p less', () => {
    const other = attempt(trace, (rows) => {
      mulResult(rows, mulGate.c + P);
      rows.multiplication(0, words((A * B) / P - 1n));
    });
    expect(other).toEqual({ violated: [], found: true, outcome: 'accepted' });
  });

  const forgeries: ReadonlyArray<readonly [string, string, (rows: Rows) => void]> = [
    [
      'next_instance',
      'n - 2 follows n',
      (rows) => {
        rows.set('u', 8, 3n);
        rows.remember(MUL + 6, 3n);
      },
    ],
    ['continues', 'a batch ends before n = 1', fill('w', 0, 9, 0n)],
    [
      'bit',
      'p is taken away twice',
      (rows) => {
        // a + b = c + 2 p, with a greater p.
        const p = (A + B) / 2n - 5n;
        for (const [k, word] of words(p).entries())
          for (const instance of [0, 1]) {
            rows.remember(ADD + 7 * instance + k, word);
            rows.set('u', 128 * instance + 83 + k, word);
            rows.set('u', 128 * instance + 92 + 3 * k, word);
            rows.set('y', 128 * instance + 83 + k, word);
          }
        result(rows, C_OF_ADD, 93, 10n + ((A + B) % 2n), 3);
        rows.addition(0, 2n);
        // The other instance: c = a + b.
        result(rows, C_OF_ADD + GATE, 221, A + 2n ** 100n, 3);
        rows.addition(1, 0n);
      },
    ],
    ['same_w', 'a part of the header is not compared', fill('w', 0, 4, 0n)],
    ['address_a', 'a is elsewhere', shift('address_a', 4, 83, BigInt(COPY))],
    ['address_b', 'b is elsewhere', shift('address_b', 4, 83, BigInt(COPY))],
    ['address_c', 'c is elsewhere', shift('address_c', 4, 83, BigInt(COPY))],
    ['offsets_pointer', 'offsets are elsewhere', shift('total', 4, 8, OFFSETS_COPY)],
    ['same_a', 'a is elsewhere from some row on', shift('address_a', 60, 82, BigInt(COPY))],
    ['same_b', 'b is elsewhere from some row on', shift('address_b', 60, 82, BigInt(COPY))],
    ['same_c', 'c is elsewhere from some row on', shift('address_c', 98, 103, BigInt(COPY))],
    ['quotient', 'other limbs are in range', (rows) => rows.limbs(8, 6, 77n)],
    ['total', 'c + 1', (rows) => plusOne(rows, C_OF_MUL, 34)],
    [
      'carry',
      'c + 2^96',
      (rows) => {
        rows.limbs(33, 7, rows.get('limbs', 40) + 1n);
        shift('total', 41, 44, 1n)(rows);
        plusOne(rows, C_OF_MUL + 1, 43);
      },
    ],
    [
      'zero',
      'a product does not begin with 0',
      (rows) => {
        shift('total', 33, 35, 1n)(rows);
        plusOne(rows, C_OF_MUL, 34);
      },
    ],
    [
      'zero',
      'a product does not end with 0',
      (rows) => {
        // a b - p q - c = 2^576.
        const t = 2n ** 576n / P + 1n;
        mulResult(rows, mulGate.c + P * t - 2n ** 576n);
        rows.multiplication(0, words((A * B) / P - t));
      },
    ],
    [
      'zero',
      'a sum does not begin with 0',
      (rows) => {
        shift('total', 92, 94, 1n)(rows);
        plusOne(rows, C_OF_ADD, 93);
      },
    ],
    [
      'zero',
      'a sum does not end with 0',
      (rows) => {
        plusOne(rows, C_OF_ADD + 3, 102);
        rows.add('total', 103, -1n);
      },
    ],
  ];
  for (const [name, what, change] of forgeries)
    it(`${name}: ${what}`, () => {
      expect(attempt(trace, change)).toEqual({
        violated: [name],
        found: true,
        outcome: CONSTRAINTS_FAIL,
      });
    });

  it('these are all', () => {
    const names = new Set(forgeries.map(([name]) => `modulo/${name}`));
    expect(OWN.map(({ name }) => name).sort()).toEqual([...names].sort());
  });

  const outOfTables: Readonly<Record<string, (rows: Rows) => void>> = {
    'a carry of no range': (rows) => {
      plusOne(rows, C_OF_MUL, 34);
      rows.multiplication(0, words((A * B) / P));
    },
    'a carry of no range in a sum': (rows) => {
      plusOne(rows, C_OF_ADD, 93);
      rows.addition(0, (A + B) / P);
    },
    'a word of q of no range': (rows) => {
      const q = words((A * B) / P);
      // The same q, with a negative word.
      mulResult(rows, mulGate.c);
      rows.multiplication(0, [
        (q[0] as bigint) - 2n ** 96n,
        (q[1] as bigint) + 1n,
        q[2] as bigint,
        q[3] as bigint,
      ]);
    },
    'a word of q that is not the one in range': (rows) => {
      // In the last product of word 3, at the expense of c.
      rows.add('w', 60, -1n);
      const p = rows.get('u', 60);
      rows.add('total', 61, p);
      rows.add('x', 61, p);
      rows.remember(C_OF_MUL + 3, rows.get('x', 61));
    },
    'a word of a that memory does not have': (rows) => {
      rows.add('x', 33, 1n);
      const by = rows.get('y', 33);
      rows.add('total', 34, by);
      rows.add('x', 34, by);
      rows.remember(C_OF_MUL, rows.get('x', 34));
    },
    'p of the header is another': (rows) => rows.add('u', 0, 1n),
  };
  for (const [what, change] of Object.entries(outOfTables))
    it(`the lookups refuse ${what}`, () => {
      const { found, outcome } = attempt(trace, change);
      expect({ found, outcome }).toEqual({ found: false, outcome: CONSTRAINTS_FAIL });
    });

  it('the lookups bind memory and the columns that only they read', () => {
    const cells = [MUL + 5, MUL + 13, ADD + 3, C_OF_MUL, OFFSETS];
    const changes = [
      ...cells.map((address) => place(address)),
      ...['x', 'y', 'u', 'low'].map((name) => [`modulo_${name}`, 33] as const),
    ];
    for (const [column, row] of changes) {
      const outcome = outcomeOf(trace, {
        trace: (table) => table.set(column, row, table.get(column, row) + 3n),
      });
      expect([column, row, outcome]).toEqual([column, row, CONSTRAINTS_FAIL]);
    }
  });

  const uniforms = statementUniforms(statementOf(trace, context));
  for (const builtin of ['mul_mod', 'add_mod'])
    for (const part of ['bit', 'falls', 'length', 'first', 'last'])
      it(`${builtin}/used_${part}`, () => {
        let changed: string | undefined;
        const outcome = outcomeOf(trace, {
          trace: (table) => {
            const constraint = airOf('mods').constraints.find(
              ({ name }) => name === `${builtin}/used_${part}`,
            );
            changed = constraint && violate(constraint, table, uniforms);
          },
        });
        expect(changed).toBeDefined();
        expect(outcome).toBe(CONSTRAINTS_FAIL);
      });
});

describe('a statement with other bounds of add_mod and mul_mod', () => {
  for (const name of ['add_mod', 'mul_mod'])
    for (const [what, begin, stop] of [
      ['fewer instances', 0, -7],
      ['another begin', 7, 0],
    ] as const)
      it(`${what} of ${name}: rejected`, () => {
        const outcome = outcomeOf(trace, {
          statement: (statement) => ({
            ...statement,
            segments: statement.segments.map((s) =>
              s.name === name ? { ...s, begin: s.begin + begin, stop: s.stop + stop } : s,
            ),
          }),
        });
        expect(outcome).toBe(CONSTRAINTS_FAIL);
      });
});
