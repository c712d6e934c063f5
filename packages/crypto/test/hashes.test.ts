import { blake2s as nobleBlake2s } from '@noble/hashes/blake2.js';
import { keccak_256 } from '@noble/hashes/sha3.js';
import * as scure from '@scure/starknet';
import { feltToHex, PRIME } from '@stackctl/types';
import * as fc from 'fast-check';
import { hash as starknetjs } from 'starknet';
import { describe, expect, test } from 'vitest';
import {
  blake2s,
  computeHashOnElements,
  contractAddress,
  encodeFelts,
  hashFeltsBlake,
  keccak256,
  keccakF,
  pedersen,
  pedersenPairs,
  poseidon,
  poseidonMany,
  poseidonPairs,
  poseidonPermutation,
  selector,
  starknetKeccak,
} from '../src/index.ts';
import { felts } from './arbitraries.ts';

describe('pedersen', () => {
  test('known answer (cairo-lang, signature_test_data.json)', () => {
    expect(
      pedersen(
        0x3d937c035c878245caf64531a5756109c53068da139362728feb561405371cbn,
        0x208a0a10250e382e1e4bbe2880906c2791bf6275695e02fbbc6aeff9cd8b31an,
      ),
    ).toBe(0x30e480bed5fe53fa909cc0f8c4d99b8f9f2c016be4c41e13a4848797979c662n);
  });

  test('as @scure/starknet', () => {
    fc.assert(
      fc.property(felts, felts, (a, b) => {
        expect(pedersen(a, b)).toBe(BigInt(scure.pedersen(a, b)));
      }),
      { numRuns: 150 },
    );
  });

  test('every boundary of the windows', () => {
    for (let bit = 0n; bit < 252n; bit++) {
      const value = (1n << bit) % PRIME;
      expect(pedersen(value, value - 1n)).toBe(BigInt(scure.pedersen(value, value - 1n)));
    }
  });

  test('refuses what is not a felt', () => {
    expect(() => pedersen(PRIME, 0n)).toThrow(RangeError);
    expect(() => pedersen(0n, -1n)).toThrow(RangeError);
  });

  test('hash chain', () => {
    fc.assert(
      fc.property(fc.array(felts, { maxLength: 6 }), (list) => {
        expect(computeHashOnElements(list)).toBe(
          BigInt(scure.computeHashOnElements(list) as string),
        );
      }),
      { numRuns: 20 },
    );
  });
});

describe('poseidon', () => {
  test('as @scure/starknet', () => {
    fc.assert(
      fc.property(felts, felts, felts, (a, b, c) => {
        expect(poseidon(a, b)).toBe(scure.poseidonHash(a, b));
        expect(poseidonPermutation([a, b, c])).toEqual(scure.poseidonSmall([a, b, c]));
      }),
      { numRuns: 150 },
    );
  });

  test('of many felts, for every parity and across chunks of the buffer', () => {
    const list = Array.from({ length: 4100 }, (_, i) => BigInt(i) ** 20n);
    for (const length of [0, 1, 2, 3, 17, 4094, 4095, 4096, 4097]) {
      const some = list.slice(0, length);
      expect(poseidonMany(some)).toBe(scure.poseidonHashMany(some));
    }
  });
});

test('batches give the same hashes as single calls, across chunks and inversions', () => {
  for (const count of [0, 1, 255, 257, 2050]) {
    const values = Array.from({ length: 2 * count }, (_, i) => (BigInt(i) + 3n) ** 47n % PRIME);
    const each = (hash: (a: bigint, b: bigint) => bigint): bigint[] =>
      Array.from({ length: count }, (_, i) =>
        hash(values[2 * i] as bigint, values[2 * i + 1] as bigint),
      );
    expect(pedersenPairs(values)).toEqual(each(pedersen));
    expect(poseidonPairs(values)).toEqual(each(poseidon));
  }
});

test('remembered hashes stay what they are, and touch nothing else, while all entries are replaced', () => {
  const known = poseidon(1n, 2n);
  const values = Array.from(
    { length: 2 * 40_000 },
    (_, i) => (BigInt(i) * 0x9e3779b97f4a7c15n) ** 3n,
  );
  const felts = values.map((value) => value % PRIME);
  const single = (): bigint[] =>
    Array.from({ length: 40_000 }, (_, i) =>
      pedersen(felts[2 * i] as bigint, felts[2 * i + 1] as bigint),
    );
  const expected = pedersenPairs(felts);
  expect(single()).toEqual(expected);
  expect(single()).toEqual(expected);
  expect(poseidon(1n, 2n)).toBe(known);
});

describe('keccak', () => {
  test('as @noble/hashes, for lengths around the block and the buffer', () => {
    for (const length of [0, 1, 135, 136, 137, 272, 1000, 130_815, 130_816, 130_817, 140_000]) {
      const data = Uint8Array.from({ length }, (_, i) => (i * 31) & 255);
      expect(keccak256(data)).toEqual(keccak_256(data));
    }
  });

  test('permutation', () => {
    const state = new BigUint64Array(25);
    keccakF(state);
    expect(state[0]).toBe(0xf1258f7940e1dde7n);
    expect(state[24]).toBe(0xeaf1ff7b5ceca249n);
  });

  test('selectors', () => {
    expect(selector('transfer')).toBe(
      0x83afd3f4caedc6eebf44246fe54e38c95e3179a5ec9ea81740eca5b482d12en,
    );
    expect(selector('__default__')).toBe(0n);
    expect(feltToHex(starknetKeccak('überweisen'))).toBe(
      starknetjs.getSelectorFromName('überweisen'),
    );
  });
});

describe('blake2s', () => {
  test('as @noble/hashes', () => {
    for (const length of [0, 1, 63, 64, 65, 128, 1000, 131_008, 131_072, 131_073, 300_000]) {
      const data = Uint8Array.from({ length }, (_, i) => (i * 17) & 255);
      expect(blake2s(data)).toEqual(nobleBlake2s(data, { dkLen: 32 }));
    }
  });

  test('felts as words', () => {
    expect([...encodeFelts([5n, 2n ** 63n - 1n])]).toEqual([0, 5, 0x7fffffff, 0xffffffff]);
    expect([...encodeFelts([2n ** 63n])]).toEqual([0x80000000, 0, 0, 0, 0, 0, 0x80000000, 0]);
  });

  test('of felts, as starknet.js', () => {
    fc.assert(
      fc.property(fc.array(felts, { maxLength: 9 }), (list) => {
        expect(hashFeltsBlake(list)).toBe(starknetjs.blake2sHashMany(list));
      }),
    );
  });
});

test('contract addresses as starknet.js', () => {
  fc.assert(
    fc.property(
      felts,
      felts,
      fc.array(felts, { maxLength: 4 }),
      felts,
      (salt, classHash, constructorCalldata, deployer) => {
        expect(feltToHex(contractAddress({ salt, classHash, constructorCalldata, deployer }))).toBe(
          starknetjs.calculateContractAddressFromHash(
            salt,
            classHash,
            constructorCalldata,
            deployer,
          ),
        );
      },
    ),
    { numRuns: 10 },
  );
});
