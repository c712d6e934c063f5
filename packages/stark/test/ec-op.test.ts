// ec_op: against packages/crypto, and traces that break one constraint and no other.
import { ecOp, multiplyGenerator, type Point } from '@stackctl/crypto';
import { type CairoTrace, type Felt, isStackError, PRIME } from '@stackctl/types';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addPoints, double, negate } from '../src/air/curve.ts';
import { airOf } from '../src/air/layouts.ts';
import { statementOf } from '../src/index.ts';
import type { TraceTable } from '../src/prover/table.ts';
import { frozen, statementUniforms, violation } from './oracle.ts';
import { tiny } from './programs.ts';
import { run } from './stepper.ts';
import { CONSTRAINTS_FAIL, context, outcomeOf, violate } from './tampering.ts';
import { invert } from './wire.ts';

const ROWS = 256;
const CELLS = 7;
const OWN = airOf('full').constraints.filter(({ name }) => name.startsWith('ec_op/'));

interface Inputs {
  readonly p: Point;
  readonly q: Point;
  readonly m: Felt;
}
const runOf = (instances: readonly Inputs[]): CairoTrace =>
  run({
    ...tiny,
    builtins: [
      {
        name: 'ec_op',
        cells: instances.flatMap(({ p, q, m }) => [p.x, p.y, q.x, q.y, m, undefined, undefined]),
      },
    ],
  });
const beginOf = (trace: CairoTrace): number =>
  trace.segments.find(({ name }) => name === 'ec_op')?.begin ?? 0;
const place = (address: number) =>
  [address % 2 === 1 ? 'memory_odd' : 'memory_even', address >> 1] as const;

const point = (k: bigint): Point => multiplyGenerator(k) as Point;
const doubled = (q: Point, times: number): Point =>
  Array.from({ length: times }).reduce<Point>(double, q);
const given: Inputs = { p: point(3n ** 150n), q: point(5n), m: 0b1011n };
const trace = runOf([given]);
const uniforms = statementUniforms(statementOf(trace, context));

/** The columns of an instance in one row, by their names without `ec_op_`. */
interface Row {
  sum_x: bigint;
  sum_y: bigint;
  doubled_x: bigint;
  doubled_y: bigint;
  scalar: bigint;
  above: bigint;
}
const mod = (value: bigint): bigint => ((value % PRIME) + PRIME) % PRIME;
const limitBit = (row: number) => ((PRIME - 1n) >> BigInt(row)) & 1n;

const HALF = invert(2n);

/** What an honest prover puts into the next row. `inverse`: that of the abscissas' difference, or 0. */
function nextOf(row: Row, number: number, bit: bigint, inverse: bigint): Row {
  const { sum_x, sum_y, doubled_x, doubled_y } = row;
  const tangent = (3n * doubled_x * doubled_x + 1n) * invert(2n * doubled_y);
  const twiceX = mod(tangent * tangent - 2n * doubled_x);
  const slope = (sum_y - doubled_y) * inverse;
  const addedX = mod(slope * slope - sum_x - doubled_x);
  return {
    sum_x: bit === 1n ? addedX : sum_x,
    sum_y: bit === 1n ? mod(slope * (sum_x - addedX) - sum_y) : sum_y,
    doubled_x: twiceX,
    doubled_y: mod(tangent * (doubled_x - twiceX) - doubled_y),
    scalar: mod((row.scalar - bit) * HALF),
    above: bit === limitBit(number) ? row.above : bit,
  };
}

interface Forgery extends Partial<Inputs> {
  /** The bits that the scalar is made of; those of m by default. */
  readonly bits?: bigint;
  /** Changes a row before it is written, knowing the one before. */
  readonly tweak?: (row: Row, number: number, before: Row | undefined) => void;
}

/** Rewrites instance 0, and its cells in memory with it. */
function forge(table: TraceTable, { p = given.p, q = given.q, m = given.m, ...rest }: Forgery) {
  const { bits = m, tweak } = rest;
  let before: Row | undefined;
  let row: Row = { sum_x: p.x, sum_y: p.y, doubled_x: q.x, doubled_y: q.y, scalar: m, above: 0n };
  for (let number = 0; number < ROWS; number++) {
    tweak?.(row, number, before);
    for (const [name, value] of Object.entries(row)) table.set(`ec_op_${name}`, number, value);
    const inverse = invert(mod(row.sum_x - row.doubled_x));
    table.set('ec_op_inverse', number, inverse);
    before = row;
    if (number < ROWS - 1) row = nextOf(row, number, (bits >> BigInt(number)) & 1n, inverse);
  }
  for (const [cell, value] of [p.x, p.y, q.x, q.y, m, row.sum_x, row.sum_y].entries())
    table.set(...place(beginOf(trace) + cell), value);
}

/** Proves a forged trace; tells which constraints it violates and what the verifier says. */
function attempt(forgery: Forgery) {
  let violated: string[] = [];
  const outcome = outcomeOf(trace, {
    trace: (table) => {
      forge(table, forgery);
      const cells = frozen(table);
      // `used` is as it was.
      violated = OWN.filter(
        (constraint) => violation(constraint, cells, uniforms, 0, ROWS) !== undefined,
      ).map(({ name }) => name.slice('ec_op/'.length));
    },
  });
  return { violated, outcome };
}

describe('ec_op', () => {
  const scalars = fc.oneof(
    fc.constantFrom(0n, 1n, 2n ** 192n, 2n ** 196n, 2n ** 251n - 1n, 2n ** 251n, PRIME - 1n),
    fc.constantFrom(2n ** 251n + 2n ** 196n - 1n, 2n ** 251n + 2n ** 196n + 2n ** 192n - 1n),
    fc.bigInt({ min: 0n, max: PRIME - 1n }),
  );
  const points = fc.bigInt({ min: 1n, max: 2n ** 250n }).map(point);
  const instances = fc
    .record({ p: points, q: points, m: scalars })
    .filter(({ p, q, m }) => ecOp(p, q, m) !== undefined);

  it('is what packages/crypto computes, up to all instances of a trace', () => {
    fc.assert(
      fc.property(fc.array(instances, { minLength: 7, maxLength: 8 }), (inputs) => {
        const proven = runOf(inputs);
        const outcome = outcomeOf(proven, {
          trace: (table) => {
            for (const [i, { p, q, m }] of inputs.entries()) {
              const [x, y] = [5, 6].map((cell) =>
                table.get(...place(beginOf(proven) + CELLS * i + cell)),
              );
              expect({ x, y }).toEqual(ecOp(p, q, m));
            }
          },
        });
        expect(outcome).toBe('accepted');
      }),
      { numRuns: 4 },
    );
  });

  it('takes 256 rows an instance', () => {
    const eight = Array.from({ length: 8 }, () => given);
    expect(statementOf(runOf(eight), context).logSteps).toBe(11);
    expect(statementOf(runOf([...eight, given]), context).logSteps).toBe(12);
    // More than are filled at a time.
    expect(outcomeOf(runOf([...eight, ...eight, given]))).toBe('accepted');
  });

  const refusal = (inputs: Inputs): string => {
    try {
      return outcomeOf(runOf([inputs]));
    } catch (error) {
      if (isStackError(error, 'PROVER')) return error.facts.reason;
      throw error;
    }
  };

  it('refuses points that are not on the curve', () => {
    const { p, q } = given;
    const cell = `address ${beginOf(trace)}`;
    expect(refusal({ ...given, p: { x: p.x, y: q.y } })).toMatch(/not a point of the curve/);
    expect(refusal({ ...given, q: { x: p.x, y: q.y } })).toMatch(cell);
    expect(refusal({ ...given, q: { x: 0n, y: 0n } })).toMatch(/not a point of the curve/);
  });

  it('refuses, as the machine does, to meet two points of one abscissa', () => {
    const { q } = given;
    for (const k of [0, 251, 255]) {
      const same = doubled(q, k);
      for (const p of [same, negate(same)])
        for (const m of k < 252 ? [0n, 2n ** BigInt(k)] : [0n]) {
          expect(ecOp(p, q, m)).toBeUndefined();
          expect([k, refusal({ p, q, m })]).toEqual([
            k,
            `ec_op meets two points of one abscissa: address ${beginOf(trace)}`,
          ]);
        }
    }
  });
});

describe('each constraint of ec_op, broken alone', () => {
  it('none is broken when instance 0 is rewritten as it was, or with other inputs', () => {
    expect(attempt({})).toEqual({ violated: [], outcome: 'accepted' });
    expect(attempt({ p: point(9n), q: point(10n), m: PRIME - 1n })).toEqual({
      violated: [],
      outcome: 'accepted',
    });
  });

  const off = { x: 1n, y: 1n };
  const at = (number: number, change: (row: Row, before: Row) => void): Forgery => ({
    tweak: (row, n, before) => {
      if (n === number && before !== undefined) change(row, before);
    },
  });
  /** Two bits of m are set in [0, 2), none in [4, 251). */
  const forgeries: Readonly<Record<string, Forgery>> = {
    p_on_curve: { p: off },
    q_on_curve: { q: off },
    double_x: at(200, (row, { doubled_x: x, doubled_y: y }) => {
      row.doubled_x += 1n;
      // The ordinate on the tangent.
      row.doubled_y = mod((3n * x * x + 1n) * (x - row.doubled_x) * invert(2n * y) - y);
    }),
    double_y: at(200, (row) => {
      row.doubled_y = mod(-row.doubled_y);
    }),
    // The sum meets a doubled point that is not added.
    distinct: { p: doubled(given.q, 9), m: 0n },
    keep_x: at(100, (row) => {
      row.sum_x += 1n;
    }),
    keep_y: at(100, (row) => {
      row.sum_y = mod(-row.sum_y);
    }),
    add_x: at(2, (row, { sum_x: x, sum_y: y, doubled_x, doubled_y }) => {
      row.sum_x += 1n;
      // The ordinate on the chord.
      row.sum_y = mod((y - doubled_y) * invert(mod(x - doubled_x)) * (x - row.sum_x) - y);
    }),
    add_y: at(2, (row) => {
      row.sum_y = mod(-row.sum_y);
    }),
    // No bits at all: m = 2^255 * 3.
    scalar_end: { m: mod(3n * 2n ** 255n), bits: 0n },
    above_start: {
      tweak: (row, n) => {
        if (n === 0) row.above = 1n;
      },
    },
    // m + P, which is called less than P where it is not.
    above_step: {
      bits: given.m + PRIME,
      tweak: (row, n) => {
        if (n >= 252) row.above = 0n;
      },
    },
    above_end: { bits: given.m + PRIME },
  };
  for (const [name, forgery] of Object.entries(forgeries))
    it(`${name}`, () => {
      expect(attempt(forgery)).toEqual({ violated: [name], outcome: CONSTRAINTS_FAIL });
    });

  it('bit: with what follows from a bit that is none', () => {
    // 2 and -1 in place of 0 and 1: the same m, another above.
    const { violated, outcome } = attempt({
      m: 1n,
      bits: 1n,
      tweak: (row, n) => {
        if (n === 1) row.scalar = mod(-HALF);
        if (n === 2) row.scalar = 0n;
      },
    });
    expect(violated).toContain('bit');
    expect(outcome).toBe(CONSTRAINTS_FAIL);
  });

  for (const part of ['bit', 'falls', 'length', 'first', 'last'])
    it(`used_${part}`, () => {
      let changed: string | undefined;
      const outcome = outcomeOf(trace, {
        trace: (table) => {
          const constraint = OWN.find(({ name }) => name === `ec_op/used_${part}`);
          changed = constraint && violate(constraint, table, uniforms);
        },
      });
      expect(changed).toBeDefined();
      expect(outcome).toBe(CONSTRAINTS_FAIL);
    });

  it('these are all', () => {
    const names = [...Object.keys(forgeries), 'bit'].map((name) => `ec_op/${name}`);
    const rest = OWN.map(({ name }) => name).filter((name) => !name.startsWith('ec_op/used_'));
    expect(rest.sort()).toEqual(names.sort());
  });
});

describe('a result of ec_op cannot be forged', () => {
  it('by adding a point to itself, where the chord is anything', () => {
    const k = 2;
    const p = addPoints(doubled(given.q, k), negate(given.q));
    // 1 + 4: at bit 2 the sum is 4 q, and may become what the prover likes.
    const { violated, outcome } = attempt({
      p,
      m: 5n,
      tweak: (row, n) => {
        if (n === k + 1) Object.assign(row, { sum_x: 5n, sum_y: 7n });
      },
    });
    expect(violated).toEqual(['distinct']);
    expect(outcome).toBe(CONSTRAINTS_FAIL);
  });

  it('by looking no cell up, or another instance’s', () => {
    const two = runOf([given, { ...given, m: 6n }]);
    const swap = (cell: number) =>
      outcomeOf(two, {
        trace: (table) => {
          const [a, b] = [beginOf(two) + cell, beginOf(two) + CELLS + cell];
          const [x, y] = [table.get(...place(a)), table.get(...place(b))];
          table.set(...place(a), y);
          table.set(...place(b), x);
        },
      });
    for (const cell of [4, 5, 6]) expect([cell, swap(cell)]).toEqual([cell, CONSTRAINTS_FAIL]);
    expect(outcomeOf(two, { trace: (table) => table.set('ec_op_used', 0, 0n) })).toBe(
      CONSTRAINTS_FAIL,
    );
  });
});
