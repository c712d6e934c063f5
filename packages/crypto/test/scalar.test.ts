import { PRIME } from '@stackctl/types';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { addressOf, BUFFER, bytes, readFelt, wasm } from '../src/wasm.ts';

const LIMBS = 9;
const R = 2n ** 261n;
const memory = new Int32Array(wasm.memory.buffer);

function mod(value: bigint): bigint {
  return ((value % PRIME) + PRIME) % PRIME;
}

/** Writes limbs at element `slot` and returns its address and value. */
function put(slot: number, limbs: readonly number[]): { at: number; value: bigint } {
  const at = BUFFER + 1024 + 40 * slot;
  let value = 0n;
  for (let i = LIMBS - 1; i >= 0; i--) {
    memory[at / 4 + i] = limbs[i] as number;
    value = (value << 29n) + BigInt(limbs[i] as number);
  }
  return { at, value };
}

function get(at: number): { value: bigint; tight: boolean } {
  let value = 0n;
  let tight = true;
  for (let i = LIMBS - 1; i >= 0; i--) {
    const limb = memory[at / 4 + i] as number;
    if (i < 8 && (limb < 0 || limb >= 2 ** 29)) tight = false;
    value = (value << 29n) + BigInt(limb);
  }
  return { value, tight };
}

/** |limb| < 2^29 and |value| < 16 P: the top limb stays below 2^23. Extremes often. */
function elements(low: number): fc.Arbitrary<number[]> {
  const limb = (min: number, max: number): fc.Arbitrary<number> =>
    fc.oneof(fc.constantFrom(min, max), fc.integer({ min, max }));
  return fc
    .tuple(...Array.from({ length: 8 }, () => limb(low, 2 ** 29 - 1)), limb(-(2 ** 22), 2 ** 22))
    .map((limbs) => [...limbs]);
}
const loose = elements(-(2 ** 29) + 1);
const tight = elements(0);

function expectResult(at: number, expected: bigint): void {
  const { value, tight: isTight } = get(at);
  expect(mod(value * R)).toBe(mod(expected));
  expect(isTight).toBe(true);
  const bound = 8n * PRIME;
  expect(value > -bound && value < bound).toBe(true);
}

test('mul and square take loose operands to tight results', () => {
  fc.assert(
    fc.property(loose, loose, (x, y) => {
      const a = put(0, x);
      const b = put(1, y);
      const out = put(2, Array(LIMBS).fill(0));
      wasm.mul(out.at, a.at, b.at);
      expectResult(out.at, a.value * b.value);
      wasm.square(out.at, a.at);
      expectResult(out.at, a.value * a.value);
      wasm.mul(a.at, a.at, a.at);
      expectResult(a.at, a.value * a.value);
    }),
    { numRuns: 300 },
  );
});

test('fused kernels', () => {
  fc.assert(
    fc.property(loose, loose, loose, loose, tight, (w, x, y, z, t) => {
      const [a, b, c, d] = [put(0, w), put(1, x), put(2, y), put(3, z)];
      const out = put(4, Array(LIMBS).fill(0));
      wasm.mulSubMul(out.at, a.at, b.at, c.at, d.at);
      expectResult(out.at, a.value * b.value - c.value * d.value);
      const small = put(5, [...t.slice(0, 8), 0]);
      wasm.mulSub(out.at, a.at, b.at, small.at);
      expectResult(out.at, a.value * b.value - small.value * R);
      const other = put(6, [1, 2, 3, 4, 5, 6, 7, 8, 9]);
      wasm.squareSub(out.at, a.at, small.at, small.at, other.at);
      expectResult(out.at, a.value * a.value - (2n * small.value + other.value) * R);
    }),
    { numRuns: 300 },
  );
});

test('reduce gives the canonical representative', () => {
  const nearMultiples = fc
    .tuple(fc.integer({ min: -15, max: 15 }), fc.integer({ min: -3, max: 3 }))
    .map(([k, offset]) => {
      let value = BigInt(k) * PRIME + BigInt(offset);
      const limbs: number[] = [];
      for (let i = 0; i < 8; i++) {
        limbs.push(Number(BigInt.asUintN(29, value)));
        value >>= 29n;
      }
      return [...limbs, Number(value)];
    });
  fc.assert(
    fc.property(fc.oneof(loose, nearMultiples), (x) => {
      const a = put(0, x);
      wasm.reduce(a.at, a.at);
      expect(get(a.at)).toEqual({ value: mod(a.value), tight: true });
      bytes.fill(0xee, 0, 64);
      wasm.pack(addressOf(0), a.at);
      expect(readFelt(0)).toBe(mod(a.value));
      expect(bytes.subarray(32, 64).every((byte) => byte === 0xee)).toBe(true);
    }),
    { numRuns: 1000 },
  );
});
