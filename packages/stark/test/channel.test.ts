// The transcript against an independent implementation of Stone's rules in TypeScript.
import { keccak_256 } from '@noble/hashes/sha3.js';
import { PRIME } from '@stackctl/types';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withMachine } from '../src/prover/memory.ts';
import { authenticationNodes } from '../src/prover/openings.ts';
import { bigEndian, fromWire, integer, invert } from './wire.ts';

const concat = (...parts: readonly Uint8Array[]) =>
  Uint8Array.from(parts.flatMap((part) => [...part]));

class Reference {
  private digest: Uint8Array;
  private counter = 0n;
  private spare = new Uint8Array();

  constructor(seed: Uint8Array) {
    this.digest = keccak_256(seed);
  }

  mix(message: Uint8Array): void {
    const next = (integer(this.digest) + 1n) % 2n ** 256n;
    this.digest = keccak_256(concat(bigEndian(next), message));
    this.counter = 0n;
    this.spare = new Uint8Array();
  }

  private block(): Uint8Array {
    return keccak_256(concat(this.digest, bigEndian(this.counter++)));
  }

  felt(): bigint {
    let drawn: bigint;
    do drawn = integer(this.block());
    while (drawn >= 31n * PRIME);
    return ((drawn % PRIME) * invert(2n ** 256n)) % PRIME;
  }

  number(bits: number): number {
    if (this.spare.length === 0) this.spare = new Uint8Array(this.block());
    const value = integer(this.spare.subarray(0, 8));
    this.spare = this.spare.subarray(8);
    return Number(value % 2n ** BigInt(bits));
  }

  isWork(nonce: bigint, bits: number): boolean {
    const magic = Uint8Array.of(0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xed);
    const prefix = keccak_256(concat(magic, this.digest, Uint8Array.of(bits)));
    const hash = keccak_256(concat(prefix, bigEndian(nonce).subarray(24)));
    return integer(hash.subarray(0, 8)) < 2n ** BigInt(64 - bits);
  }
}

describe('the channel', () => {
  it('draws what Stone draws, and grinds', () => {
    withMachine(({ exports, memory }) => {
      const at = exports.heapBase();
      const write = (bytes: Uint8Array) => new Uint8Array(memory.buffer).set(bytes, at);
      fc.assert(
        fc.property(
          fc.uint8Array({ maxLength: 300 }),
          fc.array(fc.uint8Array({ maxLength: 100 }), { maxLength: 4 }),
          (seed, messages) => {
            const reference = new Reference(seed);
            write(seed);
            exports.start(at, seed.length);
            for (const message of [new Uint8Array(), ...messages]) {
              reference.mix(message);
              write(message);
              exports.mix(at, message.length, at + 4096);
              for (let i = 0; i < 3; i++) {
                exports.drawFelt(at);
                exports.toWire(at + 64, at);
                expect(fromWire(new Uint8Array(memory.buffer, at + 64, 32))).toBe(reference.felt());
              }
              for (let i = 0; i < 9; i++) expect(exports.drawNumber(20)).toBe(reference.number(20));
            }
            exports.workPrefix(at + 4096, 6);
            const nonce = exports.grind(at + 4096, 6, 0n, 4096n, at);
            expect(nonce).toBeGreaterThanOrEqual(0n);
            for (let i = 0n; i <= nonce; i++) {
              expect(reference.isWork(i, 6)).toBe(i === nonce);
              expect(exports.isWork(i, 6)).toBe(i === nonce ? 1 : 0);
            }
          },
        ),
        { numRuns: 20 },
      );
    });
  });
});

describe('authentication nodes', () => {
  it('are what is needed to fold the leaves to the root, once each', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 0, max: 63 }), { minLength: 1, maxLength: 20 }),
        (picked) => {
          const positions = [...picked].sort((a, b) => a - b);
          const nodes = authenticationNodes(64, positions);
          const known = new Set([...positions.map((position) => 64 + position), ...nodes]);
          expect(known.size).toBe(positions.length + nodes.length);
          // Nothing given can be computed from the rest.
          for (const node of nodes)
            expect(known.has(2 * node) && known.has(2 * node + 1)).toBe(false);
          for (let node = 63; node >= 1; node--)
            if (known.has(2 * node) && known.has(2 * node + 1)) known.add(node);
          expect(known.has(1)).toBe(true);
        },
      ),
    );
  });
});
