import { readFileSync } from 'node:fs';
import { BUILTIN_ORDER } from '@stackctl/types';
import { hash } from 'starknet';
import { describe, expect, test } from 'vitest';
import { sha256 } from '../scripts/sha256.ts';
import { widenBranchTargets } from '../scripts/sierra-targets.ts';
import { CLASS_NAMES, classes, manifest } from '../src/index.ts';

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');

/** What our virtual machine must know to run these classes. */
const HINTS = [
  'AllocConstantSize',
  'AllocSegment',
  'DivMod',
  'FieldSqrt',
  'LinearSplit',
  'RandomEcPoint',
  'SystemCall',
  'TestLessThan',
  'TestLessThanOrEqual',
  'TestLessThanOrEqualAddress',
];
/** The only entry points that need more than a range check, and what. */
const BUILTINS: Record<string, readonly string[]> = {
  account: ['range_check', 'ec_op'],
  erc20: ['pedersen', 'range_check'],
  udc: ['pedersen', 'range_check'],
  fibonacci: ['range_check'],
  factorial: ['range_check'],
};

describe.each(CLASS_NAMES.map((name) => ({ name })))('$name', ({ name }) => {
  const entry = manifest.classes[name];
  const { sierra, casm } = classes[name];

  test('source and artifacts are those of the manifest', () => {
    expect(sha256(read(`src/${name}.cairo`)), 'changed since the last rebuild').toBe(
      entry.sourceSha256,
    );
    expect(sha256(read(`artifacts/${name}.contract_class.json`))).toBe(entry.sierraSha256);
    expect(sha256(read(`artifacts/${name}.compiled_contract_class.json`))).toBe(entry.casmSha256);
  });

  test('class hashes are those that starknet.js computes', () => {
    const theirs = { sierra: sierra as never, casm: casm as never };
    expect(BigInt(hash.computeContractClassHash(theirs.sierra))).toBe(classes[name].classHash);
    expect(BigInt(hash.computeCompiledClassHashBlake(theirs.casm))).toBe(
      classes[name].compiledClassHash,
    );
    expect(BigInt(hash.computeCompiledClassHashPoseidon(theirs.casm))).toBe(
      classes[name].compiledClassHashPoseidon,
    );
  });

  test('uses known hints and few builtins', () => {
    const hints = casm.hints.flatMap(([, list]) =>
      list.map((hint) => (typeof hint === 'string' ? hint : Object.keys(hint as object)[0])),
    );
    for (const hint of hints) expect(HINTS).toContain(hint);
    const used = Object.values(casm.entry_points_by_type)
      .flat()
      .flatMap(({ builtins }) => builtins);
    for (const builtin of used) {
      expect(BUILTIN_ORDER).toContain(builtin);
      expect(BUILTINS[name]).toContain(builtin);
    }
  });

  test('every entry point of the CASM is one of the Sierra, and the ABI names it', () => {
    const names = JSON.stringify(sierra.abi);
    expect(names).not.toContain('astro::');
    for (const type of ['EXTERNAL', 'CONSTRUCTOR', 'L1_HANDLER'] as const) {
      const selectors = sierra.entry_points_by_type[type].map(({ selector }) => BigInt(selector));
      const compiled = casm.entry_points_by_type[type].map(({ selector }) => BigInt(selector));
      expect(compiled).toEqual(selectors.toSorted((a, b) => (a < b ? -1 : 1)));
    }
  });
});

describe('entry points that a prover covers', () => {
  const selectorOf = (name: string): bigint => BigInt(hash.getSelectorFromName(name));
  test.each([
    ['account', '__execute__'],
    ['fibonacci', 'fibonacci'],
    ['fibonacci', 'record'],
    ['factorial', 'factorial'],
    ['factorial', 'record'],
  ] as const)('%s.%s uses the range check only', (name, entryPoint) => {
    const found = classes[name].casm.entry_points_by_type.EXTERNAL.find(
      ({ selector }) => BigInt(selector) === selectorOf(entryPoint),
    );
    expect(found?.builtins).toEqual(['range_check']);
  });
});

test('a copy of a class keeps its documents', () => {
  const copy = { ...classes.fibonacci };
  expect(copy.sierra).toBe(classes.fibonacci.sierra);
  expect(copy.casm).toBe(classes.fibonacci.casm);
});

test('branch targets that are 64 bits wide already stay as they are', () => {
  const program = classes.udc.sierra.sierra_program;
  expect(widenBranchTargets(program)).toEqual(program);
});
