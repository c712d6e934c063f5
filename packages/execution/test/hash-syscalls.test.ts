import { createHash } from 'node:crypto';
import { keccak256 } from '@stackctl/crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ExecutionAbort } from '../src/abort.ts';
import { array, felt, range } from '../src/syscalls/cells.ts';
import { keccak, sha256ProcessBlock } from '../src/syscalls/hashes.ts';
import { sha256Compress } from '../src/syscalls/sha256.ts';
import type { SyscallContext } from '../src/syscalls/syscall.ts';

/** These two look at their request only. */
const NO_CALL = {} as SyscallContext;
const fewBytes = fc.uint8Array({ maxLength: 300 });

function keccakWords(bytes: Uint8Array): bigint[] {
  const padded = new Uint8Array((Math.floor(bytes.length / 136) + 1) * 136);
  padded.set(bytes);
  padded[bytes.length] = 1;
  padded[padded.length - 1] = (padded.at(-1) as number) | 0x80;
  return Array.from(new BigUint64Array(padded.buffer));
}

describe('keccak', () => {
  it('is Keccak-256, as a little-endian u256', () => {
    fc.assert(
      fc.property(fewBytes, (bytes) => {
        const outcome = keccak.run(NO_CALL, [range(keccakWords(bytes))]);
        const hash = keccak256(bytes);
        const number = BigInt(`0x${Buffer.from(hash.toReversed()).toString('hex')}`);
        expect(outcome).toEqual({ cells: [felt(number % 2n ** 128n), felt(number >> 128n)] });
      }),
    );
  });

  it('takes whole rounds of 64-bit words', () => {
    expect(keccak.run(NO_CALL, [range([1n, 2n])])).toHaveProperty('failure');
    const words = [2n ** 64n, ...Array.from({ length: 16 }, () => 0n)];
    // The compiler hands over words only: others stop the transaction.
    expect(() => keccak.run(NO_CALL, [range(words)])).toThrow(ExecutionAbort);
  });

  it('grows with whole rounds', () => {
    const two = [range(Array.from({ length: 34 }, () => 0n))];
    expect(keccak.length?.(two)).toBe(2);
    expect(keccak.length?.([range([])])).toBe(0);
    expect(keccak.length?.([range([1n, 2n])])).toBe(0);
  });
});

describe('sha256', () => {
  const INITIAL = [
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
  ];

  it('is SHA-256, block by block', () => {
    fc.assert(
      fc.property(fewBytes, (bytes) => {
        const padded = new Uint8Array(Math.ceil((bytes.length + 9) / 64) * 64);
        padded.set(bytes);
        padded[bytes.length] = 0x80;
        const view = new DataView(padded.buffer);
        view.setUint32(padded.length - 4, bytes.length * 8);
        let state = INITIAL;
        for (let at = 0; at < padded.length; at += 64) {
          const block = Array.from({ length: 16 }, (_, i) => view.getUint32(at + 4 * i));
          state = sha256Compress(state, block);
        }
        const text = state.map((value) => value.toString(16).padStart(8, '0')).join('');
        expect(text).toBe(createHash('sha256').update(bytes).digest('hex'));
      }),
    );
  });

  it('refuses words of more than 32 bits', () => {
    const state = array(INITIAL.map(BigInt));
    const block = array([2n ** 32n, ...Array.from({ length: 15 }, () => 0n)]);
    expect(sha256ProcessBlock.run(NO_CALL, [state, block])).toHaveProperty('failure');
  });
});
