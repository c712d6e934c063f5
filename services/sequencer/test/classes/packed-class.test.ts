import { deflateRawSync } from 'node:zlib';
import { isStackError } from '@stackctl/types';
import { hash } from 'starknet';
import { describe, expect, it } from 'vitest';
import { createClassCache } from '../../src/classes/class-cache.ts';
import {
  CLASS_LIMITS,
  checkClass,
  packClass,
  unpackClass,
} from '../../src/classes/packed-class.ts';
import { bookshop, variantOf } from './bookshop.ts';

const { sierra, casm } = bookshop;

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return isStackError(error) ? error.code : String(error);
  }
  return 'none';
}

describe('packed classes', () => {
  it('have the hashes that starknet.js computes', () => {
    const checked = checkClass(sierra, casm);
    const blake = BigInt(hash.computeCompiledClassHashBlake(casm as never));
    const poseidon = BigInt(hash.computeCompiledClassHashPoseidon(casm as never));
    expect(checked.classHash).toBe(BigInt(hash.computeContractClassHash(sierra as never)));
    expect(checked.compiledClassHash).toBe(blake);
    expect([blake, poseidon, blake + 1n, 0n].map((each) => checked.compilesTo(each))).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  it('come out as they went in, without what nobody runs', async () => {
    const checked = checkClass(sierra, { ...casm, pythonic_hints: [[0, ['x']]] });
    const packed = await packClass(checked);
    expect(packed.length).toBeLessThan(JSON.stringify(bookshop).length / 4);
    const { sierra: unpackedSierra, casm: unpackedCasm, classHash } = unpackClass(packed);
    expect(unpackedCasm).toEqual(casm);
    expect(unpackedSierra.sierra_program).toEqual(sierra.sierra_program);
    expect(classHash).toBe(checked.classHash);
  });

  it('are refused when they cannot be read or run', async () => {
    const json = (value: unknown) => new Uint8Array(deflateRawSync(JSON.stringify(value)));
    const packed = await packClass(checkClass(sierra, casm));
    const { bytecode } = casm;
    const bad: Uint8Array[] = [
      new Uint8Array(0),
      packed.subarray(0, packed.length - 9),
      json({}),
      json([1, 2]),
      json([sierra]),
      json([sierra, {}]),
      json([{ ...sierra, contract_class_version: '0.2.0' }, casm]),
      json([{ ...sierra, sierra_program: ['x'] }, casm]),
      json([sierra, { ...casm, bytecode: [...bytecode, '0xz'] }]),
      json([sierra, { ...casm, hints: [[1e9, []]] }]),
      json([sierra, { ...casm, bytecode_segment_lengths: [1, 2] }]),
      json([sierra, { ...casm, bytecode: Array(CLASS_LIMITS.bytecodeFelts + 1).fill('0x1') }]),
      json([{ ...sierra, sierra_program: Array(1_500_000).fill('0x1') }, casm]),
      // A bomb: 64 MiB of blanks.
      new Uint8Array(deflateRawSync(Buffer.alloc(64 << 20, 0x20))),
      new Uint8Array(CLASS_LIMITS.packedBytes + 1),
    ];
    for (const bytes of bad) expect(codeOf(() => unpackClass(bytes))).toBe('CLASS_MALFORMED');
  });
});

describe('class cache', () => {
  it('keeps two bodies of one class hash apart', async () => {
    const cache = createClassCache();
    const honest = await packClass(checkClass(sierra, casm));
    const changed = { ...casm, compiler_version: '0.0.0', hints: casm.hints.slice(1) };
    const other = await packClass(checkClass(sierra, changed));
    expect(cache.open(honest).casm.hints).toHaveLength(casm.hints.length);
    expect(cache.open(other).casm.hints).toHaveLength(casm.hints.length - 1);
    expect(cache.open(honest).casm.hints).toHaveLength(casm.hints.length);
  });

  it('finds by both hashes and forgets the oldest', async () => {
    const cache = createClassCache(2);
    const hashes: bigint[] = [];
    for (const name of ['a', 'b', 'c']) {
      const packed = await packClass(checkClass(variantOf(sierra, name), casm));
      hashes.push(cache.open(packed).classHash);
    }
    const { compiledClassHash } = checkClass(sierra, casm);
    const found = hashes.map((each) => cache.find(each, compiledClassHash)?.classHash);
    expect(found).toEqual([undefined, hashes[1], hashes[2]]);
    expect(cache.find(hashes[1] as bigint, 1n)).toBeUndefined();
  });
});
