import { keccak_256 } from '@noble/hashes/sha3.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadKernels } from './kernels.ts';

const kernels = loadKernels();
const A = kernels.heapBase() + 4096;
const B = A + 4096;
const OUT = B + 4096;
const write = (at: number, bytes: Uint8Array) =>
  new Uint8Array(kernels.memory.buffer, at, bytes.length).set(bytes);
const read = (at: number, length: number) =>
  new Uint8Array(kernels.memory.buffer, at, length).slice();

describe('Keccak-256', () => {
  it('agrees with @noble/hashes on any length', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
        write(A, bytes);
        kernels.keccak256(OUT, A, bytes.length);
        expect(read(OUT, 32)).toEqual(keccak_256(bytes));
      }),
      {
        numRuns: 200,
        examples: [[new Uint8Array(135)], [new Uint8Array(136)], [new Uint8Array(272)]],
      },
    );
  });

  it('hashes two messages at a time', () => {
    for (const length of [0, 8, 64, 128, 136, 144, 256, 272, 1184]) {
      const [a, b] = fc.sample(fc.uint8Array({ minLength: length, maxLength: length }), {
        seed: length,
        numRuns: 2,
      }) as [Uint8Array, Uint8Array];
      write(A, a);
      write(B, b);
      kernels.keccak256Pair(OUT, A, B, length, OUT + 1024);
      expect(read(OUT, 32)).toEqual(keccak_256(a));
      expect(read(OUT + 32, 32)).toEqual(keccak_256(b));
    }
  });
});
