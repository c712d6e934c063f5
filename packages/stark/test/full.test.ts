// Layout `full`: that it proves what each builtin computes, and nothing else.
import { type CairoStatement, isStackError, PRIME } from '@stackctl/types';
import { describe, expect, it } from 'vitest';
import { addPoints, type CurvePoint, PEDERSEN_POINTS } from '../src/air/curve.ts';
import { airOf } from '../src/air/layouts.ts';
import { describeProof, prove, statementOf, verify } from '../src/index.ts';
import { proveTampered, type Tampering } from '../src/prover/prove.ts';
import type { TraceTable } from '../src/prover/table.ts';
import { frozen, statementUniforms, violation } from './oracle.ts';
import { allBuiltins, rich, tiny } from './programs.ts';
import { type Program, run } from './stepper.ts';
import { CONSTRAINTS_FAIL, context, outcomeOf, security, violate } from './tampering.ts';
import { invert } from './wire.ts';

const FULL = airOf('full');
const trace = run(allBuiltins);
const honest = statementOf(trace, context);
const outcome = (tampering: Tampering) => outcomeOf(trace, tampering);

function refusal(program: Program): string {
  try {
    return outcomeOf(run(program));
  } catch (error) {
    if (isStackError(error, 'PROVER')) return error.facts.reason;
    throw error;
  }
}
const segmentOf = (name: string) => {
  const found = honest.segments.find((segment) => segment.name === name);
  if (found === undefined) throw new RangeError(`no segment ${name}`);
  return found;
};

/** a of the program's Pedersen instances, and the output, by the definition. */
function pedersenX(a: bigint, b: bigint): bigint {
  const times = (scalar: bigint, base: CurvePoint): CurvePoint | undefined => {
    let [sum, power] = [undefined as CurvePoint | undefined, base];
    for (let left = scalar; left > 0n; left >>= 1n, power = addPoints(power, power))
      if (left & 1n) sum = sum ? addPoints(sum, power) : power;
    return sum;
  };
  const mask = 2n ** 248n - 1n;
  const scalars = [1n, a & mask, a >> 248n, b & mask, b >> 248n];
  const sum = scalars
    .map((scalar, i) => times(scalar, PEDERSEN_POINTS[i] as CurvePoint))
    .reduce((total, point) => (total && point ? addPoints(total, point) : (total ?? point)));
  return (sum as CurvePoint).x;
}

describe('layout full', () => {
  it('is taken when a builtin other than range_check is used, and lite otherwise', () => {
    expect(honest.layout).toBe('full');
    expect(honest.logSteps).toBe(11);
    expect(statementOf(run(rich), context).layout).toBe('lite');
    const empty = { ...rich, builtins: [{ name: 'ec_op', cells: [] }] } as const;
    expect(statementOf(run(empty), context).layout).toBe('lite');
  });

  it('proves every builtin that it has', () => {
    const proof = prove(trace, { context });
    expect(verify(proof.bytes, proof.statement)).toMatchObject({ ok: true, securityBits: 98 });
    expect(describeProof(proof.bytes)).toMatchObject({ layout: 'full', logSteps: 11 });
    // The header's layout is bound, and the statement's.
    const other = proof.bytes.slice();
    other[5] = 1;
    expect(verify(other, proof.statement).ok).toBe(false);
    expect(verify(proof.bytes, { ...proof.statement, layout: 'lite' }).ok).toBe(false);
  });

  it('proves a run with none of them, and each alone', () => {
    for (const builtin of allBuiltins.builtins ?? [])
      expect([builtin.name, outcomeOf(run({ ...tiny, builtins: [builtin] }))]).toEqual([
        builtin.name,
        'accepted',
      ]);
  });

  it('proves under many transcripts', () => {
    // Sums of many products carry for some challenges and not for others.
    const few = run({ ...tiny, builtins: [{ name: 'range_check96', cells: [5n] }] });
    for (let i = 0; i < 20; i++) {
      const fresh = { context: new Uint8Array(32).fill(i), security: { ...security, queries: 3 } };
      const proof = prove(few, fresh);
      expect([i, verify(proof.bytes, proof.statement, { minSecurityBits: 6 }).ok]).toEqual([
        i,
        true,
      ]);
    }
  });

  it('satisfies every constraint in every row, by the reference evaluation', () => {
    const uniforms = statementUniforms(honest);
    proveTampered(
      trace,
      { context, security },
      {
        trace: (table) => {
          const cells = frozen(table);
          for (const constraint of FULL.constraints)
            if (!constraint.name.startsWith('lookup/'))
              expect([constraint.name, violation(constraint, cells, uniforms)]).toEqual([
                constraint.name,
                undefined,
              ]);
        },
      },
    );
  }, 120_000);

  it('completes outputs that nobody read with the right values', () => {
    const { begin } = segmentOf('pedersen');
    const seen: bigint[] = [];
    outcome({
      trace: (table) => {
        for (let i = 0; i < 4; i++) {
          const [a, b, h] = [0, 1, 2].map((cell) => {
            const address = begin + 3 * i + cell;
            return table.get(address % 2 ? 'memory_odd' : 'memory_even', address >> 1);
          }) as [bigint, bigint, bigint];
          expect(h).toBe(pedersenX(a, b));
          seen.push(a);
        }
      },
    });
    expect(seen.length).toBe(4);
  });

  it('grows with the instances', () => {
    const cells = (count: number) =>
      Array.from({ length: count }, (_, i) => [BigInt(i), 1n, undefined] as const).flat();
    const of = (count: number) =>
      run({ ...tiny, builtins: [{ name: 'pedersen', cells: cells(count) }] });
    expect(statementOf(of(16), context).logSteps).toBe(11);
    expect(outcomeOf(of(16))).toBe('accepted');
    expect(statementOf(of(17), context).logSteps).toBe(12);
    expect(outcomeOf(of(17))).toBe('accepted');
  });

  it('refuses what it cannot prove', () => {
    const of = (name: 'bitwise' | 'range_check96', cells: readonly bigint[]) =>
      refusal({ ...tiny, builtins: [{ name, cells }] });
    expect(of('bitwise', [1n, 2n, 0n, 3n])).toMatch(/ends within an instance/);
    expect(of('bitwise', [2n ** 251n, 2n, 0n, 3n, 3n])).toMatch(/2\^251/);
    expect(of('range_check96', [2n ** 96n])).toMatch(/96-bit/);
  });
});

describe('wrong values in builtin cells', () => {
  // The prover fills columns by the inputs: outputs that do not follow are not what is looked up.
  const wrong: ReadonlyArray<readonly [string, number]> = [
    ['pedersen', 2],
    ['bitwise', 2],
    ['bitwise', 3],
    ['bitwise', 4],
    ['poseidon', 3],
    ['poseidon', 4],
    ['poseidon', 5],
    ['ec_op', 5],
    ['ec_op', 6],
  ];
  for (const [name, cell] of wrong)
    it(`cell ${cell} of ${name} is rejected`, () => {
      const builtins = (allBuiltins.builtins ?? []).map((builtin) =>
        builtin.name === name
          ? {
              name: builtin.name,
              cells: builtin.cells.map((value, i) => (i === cell ? 77n : value)),
            }
          : builtin,
      );
      expect(outcomeOf(run({ ...allBuiltins, builtins }))).toBe(CONSTRAINTS_FAIL);
    });

  for (const { name, cells } of allBuiltins.builtins ?? [])
    it(`no cell of ${name} can be changed afterwards`, () => {
      const { begin } = segmentOf(name);
      for (const cell of [0, cells.length >> 1, cells.length - 1]) {
        const address = begin + cell;
        const column = address % 2 ? 'memory_odd' : 'memory_even';
        const reason = outcome({
          trace: (table) => table.set(column, address >> 1, table.get(column, address >> 1) + 1n),
        });
        expect([cell, reason]).toEqual([cell, CONSTRAINTS_FAIL]);
      }
    });
});

describe('each constraint', () => {
  const uniforms = statementUniforms(honest);
  const added = FULL.constraints.filter(({ name }) =>
    /^(pedersen|bitwise|poseidon|range_check96)\//.test(name),
  );

  for (const constraint of added)
    it(`${constraint.name}: a cell that breaks it is rejected`, () => {
      let changed: string | undefined;
      const reason = outcome({
        trace: (table) => {
          changed = violate(constraint, table, uniforms);
        },
      });
      expect(changed).toBeDefined();
      expect(reason).toBe(CONSTRAINTS_FAIL);
    });

  it('the columns that only lookups read are bound', () => {
    const columns = [
      'pedersen_entry_x',
      'pedersen_entry_y',
      'pedersen_multiplicity',
      'bitwise_multiplicity',
      'range_check96_low',
      'ec_op_inverse',
    ];
    for (const column of columns) {
      const reason = outcome({
        trace: (table) => table.set(column, 5, table.get(column, 5) + 3n),
      });
      expect([column, reason]).toEqual([column, CONSTRAINTS_FAIL]);
    }
  });
});

describe('a statement with other builtin bounds', () => {
  const shifted = (name: string, begin: number, stop: number): CairoStatement => ({
    ...honest,
    segments: honest.segments.map((segment) =>
      segment.name === name
        ? { ...segment, begin: segment.begin + begin, stop: segment.stop + stop }
        : segment,
    ),
  });
  const sizes = { pedersen: 3, bitwise: 5, poseidon: 6, range_check96: 1, ec_op: 7 } as const;
  for (const [name, cells] of Object.entries(sizes)) {
    it(`fewer instances of ${name} are rejected`, () => {
      expect(outcome({ statement: () => shifted(name, 0, -cells) })).toBe(CONSTRAINTS_FAIL);
    });
    it(`another begin of ${name} is rejected`, () => {
      expect(outcome({ statement: () => shifted(name, cells, 0) })).toBe(CONSTRAINTS_FAIL);
    });
  }

  const proof = prove(trace, { context });
  const reason = (statement: CairoStatement) => {
    const result = verify(proof.bytes, statement);
    return result.ok ? 'accepted' : result.reason;
  };
  it('is refused when a segment overlaps, ends within an instance, or is beyond capacity', () => {
    expect(reason(shifted('pedersen', 0, 3))).toMatch(/disjoint/);
    expect(reason(shifted('pedersen', 0, -1))).toMatch(/within an instance/);
    expect(reason(shifted('pedersen', 1, 0))).toMatch(/within an instance/);
    const [program] = honest.segments as [CairoStatement['segments'][0]];
    const pedersen = { name: 'pedersen', begin: 2000, stop: 2000 + 3 * 17 } as const;
    expect(reason({ ...honest, segments: [program, pedersen] })).toMatch(/more often/);
    const lite = { ...honest, layout: 'lite', segments: [program, pedersen] };
    expect(reason(lite)).toMatch(/does not have a builtin/);
  });
});

describe('the inputs of pedersen are below P', () => {
  const entries = (part: string) => FULL.periodic[`pedersen_table_${part}`] as readonly bigint[];
  const entryOf = (window: number, digit: number) => {
    const windows = entries('window');
    const digits = entries('digit');
    const found = windows.findIndex(
      (w, i) => (w === BigInt(window) || w === BigInt(window + 128)) && digits[i] === BigInt(digit),
    );
    const [x, y] = ['x', 'y'].map((axis) => entries(axis)[found]);
    return { row: found, point: { x, y } as CurvePoint };
  };

  /** Replaces the nibbles of a in instance 0 by those of `integer`, everything that follows with them. */
  function rewrite(table: TraceTable, integer: bigint, tightAt: (row: number) => bigint): void {
    const bump = (row: number, by: bigint) =>
      table.set('pedersen_multiplicity', row, table.get('pedersen_multiplicity', row) + by);
    let sum: CurvePoint = { x: table.get('pedersen_x', 0), y: table.get('pedersen_y', 0) };
    const b = table.get('pedersen_sum', 127);
    const digitOf = (row: number, value: bigint) =>
      Number((value >> BigInt(4 * (62 - (row % 64)))) & 15n);
    for (let row = 0; row < 127; row++) {
      table.set('pedersen_x', row, sum.x);
      table.set('pedersen_y', row, sum.y);
      if (row === 63) continue;
      const window = row < 64 ? row : row - 1;
      const before = row < 64 ? 3n : b;
      const { row: entry, point } = entryOf(window, digitOf(row, row < 64 ? integer : b));
      bump(entryOf(window, digitOf(row, before)).row, PRIME - 1n);
      bump(entry, 1n);
      table.set('pedersen_entry_x', row, point.x);
      table.set('pedersen_entry_y', row, point.y);
      table.set('pedersen_slope', row, (sum.y - point.y) * invert(PRIME + sum.x - point.x));
      if (row < 63) {
        table.set('pedersen_sum', row + 1, integer >> BigInt(4 * (62 - row)));
        table.set('pedersen_tight', row + 1, tightAt(row + 1));
      }
      sum = addPoints(sum, point);
    }
    table.set('pedersen_x', 127, sum.x);
    table.set('pedersen_y', 127, sum.y);
    // The output cell agrees.
    const address = segmentOf('pedersen').begin + 2;
    table.set(address % 2 ? 'memory_odd' : 'memory_even', address >> 1, sum.x);
  }

  it('rewriting with the same nibbles changes nothing', () => {
    expect(outcome({ trace: (table) => rewrite(table, 3n, () => 0n) })).toBe('accepted');
  });

  it('the nibbles of a + P give another hash, and are rejected', () => {
    const tight: ReadonlyArray<(row: number) => bigint> = [
      () => 0n,
      (row) => (row < 14 ? 1n : 0n),
      (row) => (row < 63 ? 1n : 0n),
      // Only the last nibble is too great.
      () => 1n,
    ];
    for (const tightAt of tight)
      expect(outcome({ trace: (table) => rewrite(table, 3n + PRIME, tightAt) })).toBe(
        CONSTRAINTS_FAIL,
      );
  });
});

describe('the inputs of bitwise are below 2^251', () => {
  const x = 0b1100n;
  const y = 0b1010n;

  /** Replaces the nibbles of x in instance 0 by those of `integer`, everything that follows with them. */
  function rewrite(table: TraceTable, integer: bigint): void {
    const bump = (column: string, row: bigint, by: bigint) =>
      table.set(column, Number(row), table.get(column, Number(row)) + by);
    for (let row = 0; row < 64; row++) {
      const shift = BigInt(4 * (63 - row));
      const nibble = (value: bigint) => (value >> shift) & 15n;
      bump('bitwise_multiplicity', nibble(x) + 16n * nibble(y), PRIME - 1n);
      bump('bitwise_multiplicity', nibble(integer) + 16n * nibble(y), 1n);
      table.set('bitwise_x', row, integer >> shift);
      table.set('bitwise_and', row, (integer & y) >> shift);
      if (row !== 1) continue;
      bump('byte_multiplicity', 248n + nibble(x), PRIME - 1n);
      if (nibble(integer) < 8n) bump('byte_multiplicity', 248n + nibble(integer), 1n);
    }
    const and = integer & y;
    for (const [cell, value] of [
      [2, and],
      [3, x + y - 2n * and],
      [4, x + y - and],
    ] as const) {
      const address = segmentOf('bitwise').begin + cell;
      table.set(address % 2 ? 'memory_odd' : 'memory_even', address >> 1, value);
    }
  }

  it('rewriting with the same nibbles changes nothing', () => {
    expect(outcome({ trace: (table) => rewrite(table, x) })).toBe('accepted');
  });

  it('the nibbles of x + P give other outputs, and are rejected', () => {
    expect(outcome({ trace: (table) => rewrite(table, x + PRIME) })).toBe(CONSTRAINTS_FAIL);
  });
});
