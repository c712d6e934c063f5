import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { type CasmClassJson, feltToHex, isStackError, type SierraClassJson } from '@stackctl/types';
import { type CompiledSierra, type CompiledSierraCasm, hash as starknetjs } from 'starknet';
import { describe, expect, test } from 'vitest';
import {
  classHash,
  compiledClassHash,
  compiledClassHashPoseidon,
  pythonJson,
} from '../src/index.ts';

const artifacts = new URL('../../../contracts/l2/artifacts/', import.meta.url);
const names = existsSync(artifacts)
  ? readdirSync(artifacts)
      .filter((file) => file.endsWith('.contract_class.json'))
      .map((file) => file.replace('.contract_class.json', ''))
  : [];
const read = <T>(file: string): T =>
  JSON.parse(readFileSync(new URL(file, artifacts), 'utf8')) as T;

const casm: CasmClassJson = {
  prime: '0x800000000000011000000000000000000000000000000000000000000000001',
  compiler_version: '2.12.0',
  bytecode: ['0x1', '0x2', '0x7fffffffffffffff', '0x8000000000000000', '0x5', '0x6'],
  hints: [],
  entry_points_by_type: {
    EXTERNAL: [{ selector: '0xabc', offset: 3, builtins: ['range_check', 'pedersen'] }],
    L1_HANDLER: [],
    CONSTRUCTOR: [{ selector: '0x1', offset: 0, builtins: [] }],
  },
};

describe.each(names)('%s', (name) => {
  const sierra = read<SierraClassJson>(`${name}.contract_class.json`);
  const compiled = read<CasmClassJson>(`${name}.compiled_contract_class.json`);

  test('class hash as starknet.js', () => {
    const expected = starknetjs.computeSierraContractClassHash(sierra as unknown as CompiledSierra);
    expect(feltToHex(classHash(sierra))).toBe(expected);
    // Over RPC the ABI is a text: the same class.
    expect(feltToHex(classHash({ ...sierra, abi: pythonJson(sierra.abi) }))).toBe(expected);
  });

  test('compiled class hashes as starknet.js', () => {
    const theirs = compiled as unknown as CompiledSierraCasm;
    expect(feltToHex(compiledClassHash(compiled))).toBe(
      starknetjs.computeCompiledClassHashBlake(theirs),
    );
    expect(feltToHex(compiledClassHashPoseidon(compiled))).toBe(
      starknetjs.computeCompiledClassHashPoseidon(theirs),
    );
  });
});

test('the compiled contracts were there to compare', () => {
  expect(names.length).toBeGreaterThan(0);
});

describe('segments', () => {
  test.each([
    ['none', undefined],
    ['flat', [2, 1, 3]],
    ['nested', [2, [1, [1, 1]], 1]],
  ])('%s', (_, lengths) => {
    const segmented = { ...casm, ...(lengths && { bytecode_segment_lengths: lengths }) };
    expect(feltToHex(compiledClassHash(segmented))).toBe(
      starknetjs.computeCompiledClassHashBlake(segmented as unknown as CompiledSierraCasm),
    );
  });

  test('lengths that do not cover the bytecode, words that are no felts', () => {
    const malformed = [
      { ...casm, bytecode_segment_lengths: [2, 2] },
      { ...casm, bytecode: ['0x1', 'twelve'] },
      { ...casm, bytecode: [casm.prime] },
      { ...casm, entry_points_by_type: {} as CasmClassJson['entry_points_by_type'] },
      {} as CasmClassJson,
    ];
    for (const bad of malformed) {
      for (const hash of [compiledClassHash, compiledClassHashPoseidon]) {
        try {
          hash(bad);
          expect.unreachable();
        } catch (error) {
          expect(isStackError(error, 'CLASS_MALFORMED')).toBe(true);
        }
      }
    }
  });
});

test('JSON as Python writes it', () => {
  const value = { a: [1, 'x: y, "z"', null, true], b: {}, c: [], d: { e: 'f' } };
  expect(pythonJson(value)).toBe(
    '{"a": [1, "x: y, \\"z\\"", null, true], "b": {}, "c": [], "d": {"e": "f"}}',
  );
});
