import { existsSync, readFileSync } from 'node:fs';
import type { CairoTrace } from '@stackctl/types';
import { isStackError } from '@stackctl/types';
import { describe, expect, it } from 'vitest';
import { layoutFor } from '../src/air/layouts.ts';
import { LITE } from '../src/air/lite.ts';
import {
  decodeStatement,
  describeProof,
  encodeStatement,
  PRESETS,
  prove,
  securityBits,
  statementOf,
  verify,
} from '../src/index.ts';
import { proveTampered } from '../src/prover/prove.ts';
import { statementUniforms, violation } from './oracle.ts';
import { countdown, rich, tiny } from './programs.ts';
import { run } from './stepper.ts';

const context = Uint8Array.from({ length: 32 }, (_, i) => i);

describe('prove and verify', () => {
  it('accepts the least program at the least height', () => {
    const proof = prove(run(tiny), { context });
    expect(proof.statement.logSteps).toBe(8);
    expect(verify(proof.bytes, proof.statement)).toMatchObject({ ok: true, securityBits: 98 });
  });

  it('accepts every kind of instruction and range checks', () => {
    const trace = run(rich);
    const proof = prove(trace, { context });
    expect(proof.statement).toEqual(statementOf(trace, context));
    expect(verify(proof.bytes, proof.statement)).toMatchObject({ ok: true });
  });

  it('satisfies every constraint in every row, by the reference evaluation', () => {
    const trace = run(rich);
    const uniforms = statementUniforms(statementOf(trace, context));
    proveTampered(
      trace,
      { context, security: { ...PRESETS.conjectured, grindingBits: 0 } },
      {
        trace: (table) => {
          for (const constraint of LITE.constraints)
            if (!constraint.name.startsWith('lookup/'))
              expect([constraint.name, violation(constraint, table, uniforms)]).toEqual([
                constraint.name,
                undefined,
              ]);
        },
      },
    );
  });

  for (const rounds of [84, 200, 500, 1000])
    it(`accepts a loop of ${rounds} rounds, with either preset`, () => {
      const trace = run(countdown(rounds));
      const proof = prove(trace, { context });
      expect(verify(proof.bytes, proof.statement)).toMatchObject({ ok: true, securityBits: 98 });
      if (rounds > 200) return;
      const strong = prove(trace, { context, security: { ...PRESETS.johnson, grindingBits: 8 } });
      expect(verify(strong.bytes, strong.statement)).toMatchObject({ ok: true, securityBits: 128 });
    });

  it('fills every range_check instance, and grows when there are more', () => {
    const checks = (count: number) =>
      Array.from({ length: count }, (_, i) => BigInt(i) ** 20n % 2n ** 128n);
    const full = prove(run({ ...tiny, rangeChecks: checks(32) }), { context });
    expect(full.statement.logSteps).toBe(8);
    expect(verify(full.bytes, full.statement)).toMatchObject({ ok: true });
    const more = prove(run({ ...tiny, rangeChecks: checks(33) }), { context });
    expect(more.statement.logSteps).toBe(9);
    expect(verify(more.bytes, more.statement)).toMatchObject({ ok: true });
  });

  it('proves blowup 16, and is deterministic', () => {
    const security = { logBlowup: 4, queries: 24, grindingBits: 4 };
    const first = prove(run(rich), { context, security });
    expect(verify(first.bytes, first.statement)).toMatchObject({ ok: true, securityBits: 100 });
    expect(prove(run(rich), { context, security }).bytes).toEqual(first.bytes);
  });

  const fibonacci = new URL('../../../../shared/data/fibonacci_1000.cairo0.json', import.meta.url);
  it.skipIf(!existsSync(fibonacci))(
    'proves the compiled fibonacci program (skipped without ../shared)',
    () => {
      const { data } = JSON.parse(readFileSync(fibonacci, 'utf8')) as { data: string[] };
      // n = 1000 is the immediate at 11; a smaller one keeps the test fast.
      const program = data.map(BigInt).map((word, i) => (i === 11 ? 100n : word));
      const proof = prove(run({ data: program }), { context });
      expect(verify(proof.bytes, proof.statement)).toMatchObject({ ok: true });
    },
  );

  it('describes a proof by its header', () => {
    const proof = prove(run(tiny), { context });
    expect(describeProof(proof.bytes)).toEqual({
      version: 1,
      layout: 'lite',
      logSteps: 8,
      security: PRESETS.conjectured,
      securityBits: 98,
      bytes: proof.bytes.length,
    });
    expect(() => describeProof(proof.bytes.subarray(1))).toThrow();
  });

  it('reports its phases', () => {
    const seen: string[] = [];
    const { timings } = prove(run(tiny), { context, onProgress: (phase) => seen.push(phase) });
    expect(seen).toEqual(Object.keys(timings));
  });
});

describe('security levels', () => {
  it('counts 98 bits for both presets, each in its regime', () => {
    expect(securityBits(PRESETS.conjectured)).toBe(98);
    expect(securityBits(PRESETS.johnson, 'johnson')).toBe(98);
  });

  it('refuses a proof below 96 bits, unless asked for less', () => {
    const weak = prove(run(tiny), {
      context,
      security: { logBlowup: 2, queries: 39, grindingBits: 17 },
    });
    expect(verify(weak.bytes, weak.statement)).toEqual({
      ok: false,
      reason: 'the security level is too low',
    });
    expect(verify(weak.bytes, weak.statement, { minSecurityBits: 95 })).toMatchObject({
      ok: true,
      securityBits: 95,
    });
  });
});

describe('statements', () => {
  it('have one encoding', () => {
    const statement = statementOf(run(rich), context);
    const bytes = encodeStatement(statement);
    expect(decodeStatement(bytes)).toEqual(statement);
    expect(decodeStatement(bytes.subarray(0, -1))).toBeUndefined();
    expect(decodeStatement(Uint8Array.of(...bytes, 0))).toBeUndefined();
    for (let i = 0; i < bytes.length; i++) {
      const flipped = bytes.slice();
      flipped[i] = (flipped[i] as number) ^ 0x80;
      const decoded = decodeStatement(flipped);
      if (decoded !== undefined) expect(encodeStatement(decoded)).toEqual(flipped);
    }
  });
});

describe('runs that cannot be proven', () => {
  const refusal = (trace: CairoTrace): string => {
    try {
      prove(trace, { context });
    } catch (error) {
      if (isStackError(error, 'PROVER')) return error.facts.reason;
      throw error;
    }
    return 'proven';
  };
  const trace = run(rich);

  it('read a cell without a value', () => {
    const defined = trace.defined.slice();
    defined[27] = 0;
    expect(refusal({ ...trace, defined })).toMatch(/has no value|no value: address 27/);
  });

  it('execute what is no instruction', () => {
    const memory = trace.memory.slice();
    memory[32 * 3 + 7] = 0xff;
    expect(refusal({ ...trace, memory })).toMatch(/not an instruction: address 3/);
  });

  it('range-check 2^128', () => {
    expect(refusal(run({ ...rich, rangeChecks: [2n ** 128n] }))).toMatch(/128-bit/);
  });

  it('use a builtin that no layout has', () => {
    expect(layoutFor(['range_check'])?.name).toBe('lite');
    expect(layoutFor(['range_check', 'ec_op'])?.name).toBe('full');
    expect(layoutFor(['range_check', 'add_mod'])?.name).toBe('mods');
    // `output` is plain memory: no layout checks it.
    expect(layoutFor(['range_check', 'output'])).toBeUndefined();
  });
});
