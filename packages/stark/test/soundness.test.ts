// A malicious prover: traces that violate one thing at a time, and statements that were not proven. The
// prover does not check what it proves; the verifier must.
import { type CairoStatement, PRIME } from '@stackctl/types';
import { describe, expect, it } from 'vitest';
import { DOMAINS } from '../src/air/air.ts';
import { degree } from '../src/air/expression.ts';
import { LITE } from '../src/air/lite.ts';
import { statementOf, verify } from '../src/index.ts';
import { proveTampered, type Tampering } from '../src/prover/prove.ts';
import type { TraceTable } from '../src/prover/table.ts';
import { cellsOf, rowsOf, statementUniforms, valueIn } from './oracle.ts';
import { rich } from './programs.ts';
import { run } from './stepper.ts';

const context = new Uint8Array(32).fill(7);
const trace = run(rich);
const honest = statementOf(trace, context);
/** Enough queries to tell, no grinding: these tests are about the constraints. */
const security = { logBlowup: 2, queries: 20, grindingBits: 0 };
const options = { minSecurityBits: 40 };

function outcome(tampering: Tampering, claimed?: CairoStatement): string {
  const proof = proveTampered(trace, { context, security }, tampering);
  const result = verify(proof.bytes, claimed ?? proof.statement, options);
  return result.ok ? 'accepted' : result.reason;
}
const CONSTRAINTS_FAIL = 'the constraints do not hold at the out-of-domain point';

it('accepts the honest trace', () => {
  expect(outcome({})).toBe('accepted');
  // Tampering that changes nothing is seen as nothing.
  const same = (table: TraceTable) => table.set('dst', 3, table.get('dst', 3));
  expect(outcome({ trace: same })).toBe('accepted');
});

describe('each constraint', () => {
  const uniforms = statementUniforms(honest);

  /** Changes one cell so that the constraint no longer holds; returns which. */
  function violate(name: string, table: TraceTable): string | undefined {
    const constraint = LITE.constraints.find((c) => c.name === name);
    if (constraint === undefined) return undefined;
    const { from, to } = rowsOf(constraint, table.rows);
    // The first rows hold every kind of instruction, the first 40 the range_check instances.
    const rows = [...Array(44).keys(), table.rows - 1].filter((row) => row >= from && row < to);
    for (const row of rows)
      for (const { column, next } of cellsOf(constraint)) {
        const at = next ? (row + 1) % table.rows : row;
        const before = table.get(column, at);
        table.set(column, at, before + 1n);
        if (valueIn(constraint, table, row, uniforms) !== 0n) return `${column} in row ${at}`;
        table.set(column, at, before);
      }
    return undefined;
  }

  for (const { name } of LITE.constraints.filter((c) => !c.name.startsWith('lookup/')))
    it(`${name}: a cell that breaks it is rejected`, () => {
      let changed: string | undefined;
      const reason = outcome({
        trace: (table) => {
          changed = violate(name, table);
        },
      });
      expect(changed).toBeDefined();
      expect(reason).toBe(CONSTRAINTS_FAIL);
    });

  for (const column of ['fractions_0', 'fractions_1', 'fractions_2', 'fractions_3', 'running_sum'])
    for (const row of [0, 100, 255])
      it(`lookup/${column}: a wrong sum in row ${row} is rejected`, () => {
        const reason = outcome({
          lookup: (table) => table.set(column, row, table.get(column, row) + 1n),
        });
        expect(reason).toBe(CONSTRAINTS_FAIL);
      });

  it('has a degree that the parameters allow, and a domain', () => {
    for (const { expression, domain } of LITE.constraints) {
      expect(degree(expression)).toBeLessThanOrEqual(5);
      expect(DOMAINS).toContain(domain);
    }
  });
});

/** Adds to a cell. */
const change =
  (column: string, row: number, by = 1n) =>
  (table: TraceTable): void =>
    table.set(column, row, table.get(column, row) + by);

describe('each lookup', () => {
  // Step 2 is the mul (instruction, dst, op0, op1 all of use); rows of halted steps change nothing else.
  const idle = 200;
  const cases: ReadonlyArray<readonly [string, (table: TraceTable) => void]> = [
    [
      'a dst that is not in memory',
      (table) => {
        // In a halted row nothing else depends on dst.
        table.set('dst', idle, table.get('dst', idle) + 1n);
      },
    ],
    ['an op0 that is not in memory', change('op0', idle)],
    [
      'an op1 and res that are not in memory',
      (table) => {
        // The first step is assert_eq: op1, res and dst change together.
        for (const column of ['op1', 'res', 'dst']) table.set(column, 0, 6n);
      },
    ],
    ['another value of a memory cell', change('memory_even', 1)],
    ['another value of a memory cell with an odd address', change('memory_odd', 2)],
    ['a multiplicity too many', change('multiplicity_even', 0)],
    ['a multiplicity too few', change('multiplicity_odd', 3, PRIME - 1n)],
    ['a byte multiplicity', change('byte_multiplicity', 17)],
    ['the low byte of off_dst', change('off_dst_low', 5)],
    ['the low byte of off_op0', change('off_op0_low', 5)],
    ['the low byte of off_op1', change('off_op1_low', 5)],
    ['the low byte of a range-checked limb', change('range_check_low', 9)],
    [
      'an offset beyond 16 bits, its instruction adjusted',
      (table) => {
        // off_dst + 2^16 with off_op0 - 1 is the same word, but another instruction.
        table.set('off_dst', idle, table.get('off_dst', idle) + 65536n);
        table.set('off_op0', idle, table.get('off_op0', idle) - 1n);
      },
    ],
    [
      'a range_check value of 2^128 and more',
      (table) => {
        // The running value of instance 0 starts with a limb of 17 bits; the memory cell agrees.
        const limbs = [...Array(8).keys()];
        for (const i of limbs) table.set('range_check_sum', i, 2n ** 16n * 2n ** BigInt(16 * i));
        const begin = honest.segments.find(({ name }) => name === 'range_check')?.begin as number;
        table.set(begin % 2 ? 'memory_odd' : 'memory_even', begin >> 1, 2n ** 128n);
      },
    ],
    [
      'a range_check cell that is not the checked value',
      (table) => {
        const begin = honest.segments.find(({ name }) => name === 'range_check')?.begin as number;
        table.set(begin % 2 ? 'memory_odd' : 'memory_even', begin >> 1, 12345n);
      },
    ],
  ];
  for (const [name, tampering] of cases)
    it(`${name} is rejected`, () => {
      expect(outcome({ trace: tampering })).toBe(CONSTRAINTS_FAIL);
    });

  it('every cell of the main trace that carries meaning is bound', () => {
    // One random-looking change in every column.
    for (const column of LITE.columns) {
      const row = (column.length * 7) % 20;
      expect([column, outcome({ trace: change(column, row, 3n) })]).toEqual([
        column,
        CONSTRAINTS_FAIL,
      ]);
    }
  });
});

describe('a statement that was not proven', () => {
  const patch = (part: Partial<CairoStatement>): CairoStatement => ({ ...honest, ...part });
  const [page0, page1] = honest.publicMemory as [
    CairoStatement['publicMemory'][0],
    CairoStatement['publicMemory'][0],
  ];
  const shifted = (values: readonly bigint[], at: number) =>
    values.map((v, i) => (i === at ? v + 1n : v));
  const [program, execution, rangeCheck] = honest.segments as [
    CairoStatement['segments'][0],
    CairoStatement['segments'][0],
    CairoStatement['segments'][0],
  ];
  const cases: ReadonlyArray<readonly [string, CairoStatement]> = [
    ...(['pc', 'ap', 'fp'] as const).flatMap((register) => [
      [
        `initial ${register}`,
        patch({ initial: { ...honest.initial, [register]: honest.initial[register] + 1 } }),
      ] as const,
      [
        `final ${register}`,
        patch({ final: { ...honest.final, [register]: honest.final[register] + 1 } }),
      ] as const,
    ]),
    [
      'a public cell',
      patch({ publicMemory: [{ ...page0, values: shifted(page0.values, 3) }, page1] }),
    ],
    [
      'a public address',
      patch({ publicMemory: [page0, { ...page1, address: page1.address + 1 }] }),
    ],
    ['a page less', patch({ publicMemory: [page0] })],
    ['a cell more', patch({ publicMemory: [page0, { ...page1, values: [...page1.values, 5n] }] })],
    [
      'a longer range_check segment',
      patch({ segments: [program, execution, { ...rangeCheck, stop: rangeCheck.stop + 1 }] }),
    ],
    [
      'a shorter range_check segment',
      patch({ segments: [program, execution, { ...rangeCheck, stop: rangeCheck.stop - 1 }] }),
    ],
    [
      'another range_check begin',
      patch({
        segments: [
          program,
          execution,
          { ...rangeCheck, begin: rangeCheck.begin + 1, stop: rangeCheck.stop + 1 },
        ],
      }),
    ],
    ['another context', patch({ context: context.map((byte, i) => (i === 31 ? byte ^ 1 : byte)) })],
  ];

  // The prover lies from the start: the transcript fits the false statement, the trace does not.
  for (const [name, statement] of cases.filter(([title]) => title !== 'another context'))
    it(`${name}: proven as such, it is rejected`, () => {
      expect(outcome({ statement: () => statement })).toBe(CONSTRAINTS_FAIL);
    });

  // An honest proof is offered for another statement.
  const proof = proveTampered(trace, { context, security }, {});
  for (const [name, statement] of [...cases, ['more steps', patch({ logSteps: 9 })] as const])
    it(`${name}: an honest proof does not fit it`, () => {
      expect(verify(proof.bytes, statement, options).ok).toBe(false);
    });

  it('malformed statements are refused with their reason', () => {
    const reason = (statement: CairoStatement) => {
      const result = verify(proof.bytes, statement, options);
      return result.ok ? 'accepted' : result.reason;
    };
    expect(reason(patch({ layout: 'tall' }))).toMatch(/layout/);
    expect(reason(patch({ layout: 'full' }))).toMatch(/steps/);
    expect(reason(patch({ logSteps: 7 }))).toMatch(/steps/);
    expect(reason(patch({ logSteps: 21 }))).toMatch(/steps/);
    expect(reason(patch({ initial: { ...honest.initial, pc: 512 } }))).toMatch(/register/);
    expect(reason(patch({ initial: { ...honest.initial, pc: -1 } }))).toMatch(/no encoding/);
    expect(reason(patch({ segments: [execution, program] }))).toMatch(/segments/);
    expect(reason(patch({ segments: [program, { ...execution, begin: 5 }] }))).toMatch(/segments/);
    expect(reason(patch({ segments: [program, { ...execution, stop: 513 }] }))).toMatch(/segments/);
    expect(reason(patch({ segments: [program, { ...program, begin: 300, stop: 301 }] }))).toMatch(
      /segments/,
    );
    expect(reason(patch({ segments: [{ name: 'pedersen', begin: 1, stop: 4 }] }))).toMatch(
      /builtin/,
    );
    expect(reason(patch({ segments: [{ name: 'range_check', begin: 1, stop: 34 }] }))).toMatch(
      /builtin/,
    );
    expect(reason(patch({ publicMemory: [page0, { address: 3, values: [1n] }] }))).toMatch(
      /public memory/,
    );
    expect(reason(patch({ publicMemory: [page0, page0] }))).toMatch(/public memory/);
    expect(reason(patch({ publicMemory: [{ address: 511, values: [1n, 2n] }] }))).toMatch(
      /public memory/,
    );
    expect(reason(patch({ publicMemory: [{ address: 1, values: [] }] }))).toMatch(/public memory/);
    expect(reason(patch({ publicMemory: [{ address: 1, values: [PRIME] }] }))).toMatch(
      /no encoding/,
    );
    expect(reason(patch({ context: new Uint8Array(31) }))).toMatch(/no encoding/);
  });
});
