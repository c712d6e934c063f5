import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ecOp, multiplyGenerator, type Point } from '@stackctl/crypto';
import { isStackError, PRIME } from '@stackctl/types';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { jump } from '../../cairo-vm/test/assembler.ts';
import { checkRun } from '../src/check.ts';
import { contextOf } from '../src/identity.ts';
import {
  decodeProgramProof,
  encodeProgramProof,
  isProgramProof,
  type ProgramProof,
  verifyProgramProof,
} from '../src/index.ts';
import { programHashOf, proveProgram } from '../src/prover.ts';
import { circuit, HASHER, jsonOf, multiplier, OTHER, startOf, WRITER } from './programs.ts';

let made: ProgramProof;
let file: Uint8Array;
const phases: string[] = [];
beforeAll(() => {
  made = proveProgram(WRITER, { onProgress: (phase) => phases.push(phase) });
  file = encodeProgramProof(made);
});

function codeOf(work: () => unknown): string | undefined {
  try {
    work();
  } catch (error) {
    return isStackError(error) ? `${error.code}: ${error.message}` : String(error);
  }
  return undefined;
}

describe('a program proof', () => {
  it('says which program wrote what', () => {
    expect(isProgramProof(file)).toBe(true);
    expect(verifyProgramProof(file)).toMatchObject({
      status: 'verified',
      program: programHashOf(WRITER),
      output: ['0x2a', '0x2b'],
      layout: 'lite',
      securityBits: 98,
    });
    expect(phases.slice(0, 3)).toEqual(['load', 'run', 'trace']);
    expect(made.notes.timings.map(([phase]) => phase)).toEqual(phases);
  });

  it('has one encoding', () => {
    expect(encodeProgramProof(decodeProgramProof(file))).toEqual(file);
    expect(codeOf(() => decodeProgramProof(Uint8Array.of(...file, 0)))).toMatch(/left over/);
    expect(programHashOf(OTHER)).not.toBe(programHashOf(WRITER));
  });

  it('is refused with a byte changed anywhere but in the notes, or cut off anywhere', () => {
    const notes = encodeProgramProof({ ...made, notes: { steps: 0, timings: [] } }).length - 5;
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: notes - 1 }),
        fc.integer({ min: 1, max: 255 }),
        (at, flip) => {
          const changed = file.slice();
          changed[at] = (changed[at] as number) ^ flip;
          expect(verifyProgramProof(changed).status).toBe('failed');
        },
      ),
      { numRuns: 300 },
    );
    fc.assert(
      fc.property(fc.integer({ min: 0, max: file.length - 1 }), (length) => {
        expect(verifyProgramProof(file.slice(0, length)).status).toBe('failed');
      }),
      { numRuns: 100 },
    );
  });

  it('is refused when it claims another program, other labels, or other output', () => {
    const other = proveProgram(OTHER);
    const swapped = encodeProgramProof({ ...made, statement: other.statement });
    expect(verifyProgramProof(swapped).status).toBe('failed');
    expect(verifyProgramProof(encodeProgramProof({ ...made, proof: other.proof })).status).toBe(
      'failed',
    );
    for (const shape of [
      { ...made.shape, start: 2 },
      { ...made.shape, end: 6 },
      { ...made.shape, builtins: [...made.shape.builtins].reverse() },
      { ...made.shape, builtins: [] },
    ])
      expect(verifyProgramProof(encodeProgramProof({ ...made, shape }))).toMatchObject({
        status: 'failed',
        reason: 'the proof is bound to other labels or builtins',
      });
    const weak = verifyProgramProof(file, { minSecurityBits: 99 });
    expect(weak).toMatchObject({ status: 'failed', output: [] });
  });
});

describe('the checks of a run', () => {
  const { shape } = { shape: { builtins: ['output', 'range_check'] as const, start: 0, end: 4 } };
  const cell = (address: number, value: bigint): ProgramProof['statement'] => ({
    ...made.statement,
    publicMemory: made.statement.publicMemory.map((page) => ({
      ...page,
      values: page.values.map((old, index) => (page.address + index === address ? value : old)),
    })),
  });
  const execution = () => made.statement.segments[1]?.begin as number;

  it('take the honest one', () => {
    expect(checkRun(made.statement, shape).output).toEqual([42n, 43n]);
  });

  it.each<[string, RegExp, () => ProgramProof['statement']]>([
    ['an unsafe frame', /frame is not safe/, () => cell(execution(), 0n)],
    ['a frame that returns somewhere', /frame is not safe/, () => cell(execution() + 1, 5n)],
    ['a wrong given pointer', /given another pointer/, () => cell(execution() + 2, 1n)],
    [
      'a returned pointer beyond its segment',
      /out of place/,
      () => cell(made.statement.final.ap - 1, 10_000n),
    ],
    [
      'a returned pointer before its segment',
      /out of place/,
      () => cell(made.statement.final.ap - 2, 1n),
    ],
    [
      'another beginning',
      /start label/,
      () => ({ ...made.statement, initial: { ...made.statement.initial, pc: 3 } }),
    ],
    [
      'another end',
      /end label/,
      () => ({ ...made.statement, final: { ...made.statement.final, pc: 3 } }),
    ],
    [
      'an end in another frame',
      /outermost frame/,
      () => ({ ...made.statement, final: { ...made.statement.final, fp: 60 } }),
    ],
    [
      'hidden output',
      /output is not public/,
      () => ({ ...made.statement, publicMemory: made.statement.publicMemory.slice(0, -1) }),
    ],
    [
      'hidden program words',
      /program is not public/,
      () => ({ ...made.statement, publicMemory: made.statement.publicMemory.slice(1) }),
    ],
    ['an end that is no jump to itself', /jump to itself/, () => cell(5, 3n)],
  ])('refuse %s', (_name, reason, statement) => {
    expect(codeOf(() => checkRun(statement(), shape))).toMatch(reason);
  });

  it('bind labels and builtins to the transcript', () => {
    expect(contextOf({ ...shape, end: 5 })).not.toEqual(contextOf(shape));
  });
});

describe('programs that cannot be proven', () => {
  it.each<[string, unknown, RegExp]>([
    ['hints', { ...WRITER, hints: { 0: ['x'] } }, /CLASS_MALFORMED.*Python hints/],
    ['no labels', { ...WRITER, identifiers: {} }, /CLASS_MALFORMED.*--proof_mode/],
    [
      'an empty executable of Cairo 2',
      { program: {}, entrypoints: [] },
      /CLASS_MALFORMED.*bytecode/,
    ],
    ['a Sierra class', { sierra_program: [] }, /CLASS_MALFORMED.*Sierra/],
    ['no object', [], /CLASS_MALFORMED/],
    ['an endless run', jsonOf([...startOf(0n), ...jump(2n), ...jump(PRIME - 2n)], []), /VM/],
    ['an end elsewhere', jsonOf([...startOf(0n), ...jump(0n)], []), /CLASS_MALFORMED.*__end__/],
  ])('%s', (_name, json, error) => {
    expect(codeOf(() => proveProgram(json))).toMatch(error);
  });

  it('says so when a layout is asked for that it does not run in', () => {
    const wanted = proveProgram(WRITER).statement.layout === 'lite' ? 'full' : 'lite';
    expect(codeOf(() => proveProgram(WRITER, { layout: wanted }))).toMatch(/USAGE.*layout/);
    expect(codeOf(() => proveProgram(HASHER, { layout: 'lite' }))).toMatch(
      /USAGE.*layout lite lacks pedersen/,
    );
  });

  it('proves a program with Pedersen hashes, or names the builtin that no layout has', () => {
    let proof: ProgramProof | undefined;
    const failure = codeOf(() => {
      proof = proveProgram(HASHER);
    });
    if (proof === undefined) expect(failure).toMatch(/PROVER.*pedersen/);
    else expect(verifyProgramProof(encodeProgramProof(proof)).status).toBe('verified');
  });

  it('proves a program that multiplies on the curve', () => {
    const [p, q] = [multiplyGenerator(3n), multiplyGenerator(7n)] as [Point, Point];
    const m = PRIME - 5n;
    const proof = proveProgram(multiplier([p.x, p.y, q.x, q.y, m]));
    expect(verifyProgramProof(encodeProgramProof(proof))).toMatchObject({
      status: 'verified',
      layout: 'full',
      output: [`0x${ecOp(p, q, m)?.x.toString(16)}`],
    });
  });

  describe('modulo p', () => {
    const p = 2n ** 255n - 19n;
    const [a, b] = [3n ** 160n, 5n ** 109n];
    const words = (value: bigint) => [0n, 96n, 192n, 288n].map((i) => (value >> i) % 2n ** 96n);
    const of = (product: bigint, sum: bigint) =>
      circuit([a, b, product, sum].flatMap(words), words(p));
    const product = (a * b) % p;

    it('proves a program that multiplies and adds', () => {
      const sum = (product + a) % p;
      const proof = proveProgram(of(product, sum));
      expect(verifyProgramProof(encodeProgramProof(proof))).toMatchObject({
        status: 'verified',
        layout: 'mods',
        output: words(sum).map((value) => `0x${value.toString(16)}`),
      });
    });

    it('refuses to run one that calculates wrongly', () => {
      expect(codeOf(() => proveProgram(of(product, product + a + 1n)))).toMatch(/add_mod/);
      expect(codeOf(() => proveProgram(of(product - 1n, product - 1n + a)))).toMatch(/mul_mod/);
    });
  });
});

const sample = fileURLToPath(
  new URL('../../../../shared/data/fibonacci_1000.cairo0.json', import.meta.url),
);
it.skipIf(!existsSync(sample))('proves fibonacci(1000) (skipped without ../shared)', () => {
  const proof = proveProgram(JSON.parse(readFileSync(sample, 'utf8')));
  expect(proof.notes.steps).toBe(7012);
  expect(verifyProgramProof(encodeProgramProof(proof))).toMatchObject({
    status: 'verified',
    steps: 8192,
  });
});
