import { readFileSync } from 'node:fs';
import { isStackError, PRIME } from '@stackctl/types';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkRun } from '../src/check.ts';
import { encodeProgramProof, type ProgramProof, verifyProgramProof } from '../src/index.ts';
import { parseArguments, programHashOf, proveProgram } from '../src/prover.ts';
import { ALL_BUILTINS, FIXTURE, weightedSum } from './executable.ts';
import { WRITER } from './programs.ts';

const EXECUTABLE = weightedSum();

function codeOf(work: () => unknown): string | undefined {
  try {
    work();
  } catch (error) {
    return isStackError(error) ? `${error.code}: ${error.message}` : String(error);
  }
  return undefined;
}

/** The fixture with one thing changed. */
function changed(change: (json: Json) => void): unknown {
  const json = structuredClone(EXECUTABLE) as unknown as Json;
  change(json);
  return json;
}
// Tests reach into JSON at will.
// biome-ignore lint/suspicious/noExplicitAny: see above
type Json = any;

const INPUT = [[1, '0x2', 3], '7'];
let made: ProgramProof;
let file: Uint8Array;
beforeAll(() => {
  made = proveProgram(EXECUTABLE, { input: parseArguments(INPUT) });
  file = encodeProgramProof(made);
});

describe('an executable', () => {
  it('is the fixture on disk', () => {
    expect(JSON.parse(readFileSync(FIXTURE, 'utf8'))).toEqual(EXECUTABLE);
  });

  it('is proven with its arguments, in the cheapest layout, and says its output', () => {
    expect(verifyProgramProof(file)).toMatchObject({
      status: 'verified',
      program: programHashOf(EXECUTABLE),
      output: ['0x2a'],
      layout: 'lite',
      securityBits: 98,
    });
    expect(programHashOf(EXECUTABLE)).not.toBe(programHashOf(WRITER));
  });

  it('has another output on other arguments, under the same name', () => {
    const other = verifyProgramProof(
      encodeProgramProof(proveProgram(EXECUTABLE, { input: parseArguments([[], 5]) })),
    );
    expect(other).toMatchObject({ program: programHashOf(EXECUTABLE), output: ['0x0'] });
  });

  it('may pass on the pointers of all builtins, those included that no layout has', () => {
    const all = weightedSum(ALL_BUILTINS);
    const proof = proveProgram(all, { input: parseArguments(INPUT) });
    expect(verifyProgramProof(encodeProgramProof(proof))).toMatchObject({
      status: 'verified',
      program: programHashOf(all),
      output: ['0x2a'],
      layout: 'lite',
    });
    // What it is given for them, and returns, is 0.
    const { statement, shape } = proof;
    const given = (statement.segments[1]?.begin as number) + 2 + ALL_BUILTINS.indexOf('keccak');
    const returned = statement.final.ap - ALL_BUILTINS.length + ALL_BUILTINS.indexOf('ecdsa');
    for (const address of [given, returned]) {
      const publicMemory = statement.publicMemory.map((page) => ({
        ...page,
        values: page.values.map((old, index) => (page.address + index === address ? 5n : old)),
      }));
      expect(codeOf(() => checkRun({ ...statement, publicMemory }, shape))).toMatch(
        /PROOF_REJECTED.*(keccak|ecdsa)/,
      );
    }
  });

  it('cannot claim another output', () => {
    const output = made.statement.segments.find(({ name }) => name === 'output')?.begin;
    const statement = {
      ...made.statement,
      publicMemory: made.statement.publicMemory.map((page) =>
        page.address === output ? { ...page, values: [43n] } : page,
      ),
    };
    expect(statement).not.toEqual(made.statement);
    expect(verifyProgramProof(encodeProgramProof({ ...made, statement })).status).toBe('failed');
  });

  it.each<[string, unknown, RegExp]>([
    ['no arguments', [], /VM.*panicked with \[0x[0-9a-f]+ \('Failed to deserialize param #0'\)\]/],
    ['too many', [[1], 2, 3], /VM.*panicked.*'Input too long for params\.'/],
    ['a length that lies', [5, 1, 2], /VM.*panicked/],
    ['a value out of range', [[2, 2n ** 128n].map(String), 1], /VM.*panicked.*'u128 overflow'/],
  ])('does not run on %s, and says what it panicked with', (_name, input, error) => {
    expect(codeOf(() => proveProgram(EXECUTABLE, { input: parseArguments(input) }))).toMatch(error);
  });

  it('is proven in the layout that it runs in, and in no other', () => {
    const input = parseArguments(INPUT);
    expect(codeOf(() => proveProgram(EXECUTABLE, { input, layout: 'full' }))).toMatch(
      /USAGE.*layout lite/,
    );
  });

  it.each<[string, RegExp, (json: Json) => void]>([
    ['no entry points', /entrypoints is not a list/, (json) => (json.entrypoints = 1)],
    ['for a bootloader only', /no standalone/, (json) => json.entrypoints.shift()],
    ['two ways in', /two standalone/, (json) => (json.entrypoints[1].kind = 'Standalone')],
    ['an unknown builtin', /sha has no/, (json) => (json.entrypoints[0].builtins[1] = 'sha')],
    ['a builtin twice', /twice/, (json) => (json.entrypoints[0].builtins[1] = 'output')],
    ['builtins its code does not take', /begin/, (json) => json.entrypoints[0].builtins.pop()],
    ['an offset elsewhere', /begin/, (json) => (json.entrypoints[0].offset = 6)],
    ['no offset', /offset/, (json) => (json.entrypoints[0].offset = -1)],
    [
      'a word beyond the field',
      /word 3/,
      (json) => (json.program.bytecode[3] = `0x${'f'.repeat(64)}`),
    ],
    [
      'a word below minus the prime',
      /word 3/,
      (json) => (json.program.bytecode[3] = `-0x${PRIME.toString(16)}`),
    ],
    ['a word that is none', /word 0/, (json) => (json.program.bytecode[0] = 7)],
    ['no bytecode', /bytecode/, (json) => delete json.program.bytecode],
    ['no hints', /hints/, (json) => delete json.program.hints],
    ['no program', /program/, (json) => delete json.program],
    [
      'hints outside its code',
      /outside the bytecode/,
      (json) => json.program.hints.push([10_000, []]),
    ],
    [
      'a cheatcode (an oracle)',
      /unknown hint "Cheatcode"/,
      (json) => json.program.hints[0][1].push({ Cheatcode: {} }),
    ],
    [
      'a malformed hint',
      /WriteRunParam\.index/,
      (json) => (json.program.hints[0][1] = [{ WriteRunParam: { dst: {} } }]),
    ],
  ])('is refused with %s', (_name, reason, change) => {
    const failure = codeOf(() => proveProgram(changed(change), { input: [] }));
    expect(failure).toMatch(/^CLASS_MALFORMED/);
    expect(failure).toMatch(reason);
  });

  it('that calls the system is refused by the machine', () => {
    const hint = { SystemCall: { system: { Deref: { register: 'FP', offset: -3 } } } };
    const json = changed(({ program }) => program.hints[0][1].push(hint));
    expect(codeOf(() => proveProgram(json, { input: [] }))).toMatch(/VM.*no syscalls/);
  });

  it('that asks for no arguments is given none', () => {
    const json = changed(({ program }) => program.hints.shift());
    expect(codeOf(() => proveProgram(json, { input: [] }))).toMatch(/USAGE.*takes no arguments/);
    expect(codeOf(() => proveProgram(WRITER, { input: [] }))).toMatch(/USAGE.*reads no input/);
  });
});

describe('arguments', () => {
  it('are felts, and arrays with their lengths', () => {
    expect(parseArguments([1, '0x2', '3', [4, [], ['5']], []])).toEqual([
      1n,
      2n,
      3n,
      3n,
      4n,
      0n,
      1n,
      5n,
      0n,
    ]);
  });

  let deep: unknown[] = [];
  for (let i = 0; i < 100; i++) deep = [deep];
  it.each<[string, unknown, RegExp]>([
    ['no list', { a: 1 }, /not a JSON list/],
    ['a number that is not exact', [2 ** 60], /arguments\[0\].*not exact/],
    ['a fraction', [1, 0.5], /arguments\[1\].*not exact/],
    ['a negative number', [-1], /not a felt/],
    ['a text that is no number', [[1, 'x']], /arguments\[0\]\[1\].*not a felt/],
    ['nothing', [null], /not a felt/],
    ['an empty text', [''], /not a felt/],
    ['a felt beyond the prime', [`0x${PRIME.toString(16)}`], /prime/],
    ['lists too deep', deep, /deep/],
  ])('are refused: %s', (_name, json, reason) => {
    const failure = codeOf(() => parseArguments(json));
    expect(failure).toMatch(/^USAGE: input/);
    expect(failure).toMatch(reason);
  });
});
