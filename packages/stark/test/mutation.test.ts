// Proofs that were changed after they were made.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { prove, verify } from '../src/index.ts';
import { rich } from './programs.ts';
import { run } from './stepper.ts';

const context = new Uint8Array(32);
const { bytes, statement } = prove(run(rich), { context });

function rejected(mutant: Uint8Array): boolean {
  return !verify(mutant, statement, { minSecurityBits: 0 }).ok;
}

describe('a changed proof', () => {
  it('is rejected whichever byte is flipped', () => {
    // Every byte of the header and the roots; a sample of the rest.
    const roots = 10 + 3 * 32;
    const positions = [
      ...Array(roots).keys(),
      ...fc.sample(fc.integer({ min: roots, max: bytes.length - 1 }), { seed: 1, numRuns: 900 }),
    ];
    for (const position of positions) {
      const mutant = bytes.slice();
      mutant[position] = (mutant[position] as number) ^ (1 << (position % 8));
      expect([position, rejected(mutant)]).toEqual([position, true]);
    }
  });

  it('is rejected when truncated or extended', () => {
    for (const length of [0, 1, 9, 10, 11, 42, 1000, bytes.length - 32, bytes.length - 1])
      expect([length, rejected(bytes.slice(0, length))]).toEqual([length, true]);
    expect(rejected(Uint8Array.from([...bytes, 0]))).toBe(true);
    expect(rejected(Uint8Array.from([...bytes, ...bytes]))).toBe(true);
  });

  it('is rejected when words are swapped, copied or replaced', () => {
    const word = fc
      .integer({ min: 0, max: Math.floor((bytes.length - 10) / 32) - 1 })
      .map((i) => 10 + 32 * i);
    fc.assert(
      fc.property(word, word, (a, b) => {
        const [first, second] = [bytes.slice(a, a + 32), bytes.slice(b, b + 32)];
        fc.pre(first.some((byte, i) => byte !== second[i]));
        const swapped = bytes.slice();
        swapped.set(second, a);
        swapped.set(first, b);
        const copied = bytes.slice();
        copied.set(second, a);
        const ones = bytes.slice().fill(0xff, a, a + 32);
        return rejected(swapped) && rejected(copied) && rejected(ones);
      }),
      { numRuns: 200 },
    );
  });

  it('is rejected when an element is written as itself plus P', () => {
    // Non-canonical encodings of the samples: the value is the same, the bytes are not.
    const prime = 2n ** 251n + 17n * 2n ** 192n + 1n;
    for (let i = 0; i < 53; i++) {
      const at = 10 + 96 + 32 * i;
      let value = 0n;
      for (const byte of bytes.subarray(at, at + 32)) value = (value << 8n) | BigInt(byte);
      value += prime;
      const mutant = bytes.slice();
      for (let j = 0; j < 32; j++) mutant[at + j] = Number((value >> BigInt(8 * (31 - j))) & 0xffn);
      expect(rejected(mutant)).toBe(true);
    }
  });

  it('is rejected whatever it is', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), (noise) => {
        return rejected(noise) && rejected(Uint8Array.of(...bytes.subarray(0, 10), ...noise));
      }),
      { numRuns: 300 },
    );
  });

  it('leaves the verifier working', () => {
    expect(verify(bytes, statement)).toMatchObject({ ok: true });
  });
});
