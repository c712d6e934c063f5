import { PRIME } from '@stackctl/types';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { verify } from '../src/index.ts';
import { withMachine } from '../src/prover/memory.ts';
import { proveTampered } from '../src/prover/prove.ts';
import { tiny } from './programs.ts';
import { run } from './stepper.ts';
import { fromWire, invert, power, reverseBits, rootOfUnity, toWire } from './wire.ts';

const LOG = 8;
const FELT = 36;

/** Values of a polynomial on the coset 3^(2^folds) <w> of 2^bits points, in bit-reversed order. */
function evaluateOn(coefficients: readonly bigint[], bits: number, folds: number): bigint[] {
  const shift = power(3n, 2n ** BigInt(folds));
  const root = rootOfUnity(bits);
  return Array.from({ length: 2 ** bits }, (_, position) => {
    const x = (shift * power(root, BigInt(reverseBits(position, bits)))) % PRIME;
    return coefficients.reduceRight((sum, c) => (sum * x + c) % PRIME, 0n);
  });
}

/** The polynomial after folding by 8: three times 2 (even + beta odd), no factor 1/2 taken out. */
function fold(coefficients: readonly bigint[], beta: bigint): bigint[] {
  let [folded, factor] = [[...coefficients], beta];
  for (let i = 0; i < 3; i++) {
    folded = Array.from(
      { length: folded.length / 2 },
      (_, k) => (2n * ((folded[2 * k] as bigint) + factor * (folded[2 * k + 1] as bigint))) % PRIME,
    );
    factor = (factor * factor) % PRIME;
  }
  return folded;
}

describe('folding by 8', () => {
  const [coefficients] = fc.sample(
    fc.array(fc.bigInt({ min: 0n, max: PRIME - 1n }), { minLength: 64, maxLength: 64 }),
    { seed: 8, numRuns: 1 },
  ) as [bigint[]];
  const beta = 0x123456789abcdefn ** 4n % PRIME;

  withMachine(({ exports, memory }) => {
    memory.grow(32);
    const base = Math.ceil(exports.heapBase() / 16) * 16;
    const [wire, element, betaAt, layer, out, twiddles, scratch, rows] = [
      0, 64, 128, 256, 16384, 32768, 49152, 65536,
    ].map((offset) => base + offset) as [
      number,
      number,
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    const putScalar = (at: number, value: bigint) => {
      new Uint8Array(memory.buffer).set(toWire(value), wire);
      exports.fromWire(at, wire);
    };
    const put = (values: readonly bigint[]) => {
      values.forEach((value, i) => {
        putScalar(element, value);
        exports.writeCell(layer + 144 * (i >> 2), 0, i & 3, element);
      });
    };
    const get = (at: number, count: number) =>
      Array.from({ length: count }, (_, i) => {
        exports.readCell(wire, at + 144 * (i >> 2), 0, i & 3);
        return fromWire(new Uint8Array(memory.buffer, wire, 32));
      });
    exports.buildTwiddles(twiddles, LOG, 1);
    putScalar(betaAt, beta);

    it('folds the polynomial (prover, layers)', () => {
      put(evaluateOn(coefficients, LOG, 0));
      exports.foldLayer(out, layer, LOG, 0, betaAt, twiddles, scratch);
      expect(get(out, 2 ** (LOG - 3))).toEqual(evaluateOn(fold(coefficients, beta), LOG - 3, 3));
    });

    it('folds one coset to the same (verifier)', () => {
      const values = evaluateOn(coefficients, LOG, 0);
      const folded = evaluateOn(fold(coefficients, beta), LOG - 3, 3);
      for (const coset of [0, 1, 17, 31]) {
        for (let j = 0; j < 8; j++) putScalar(layer + FELT * j, values[8 * coset + j] as bigint);
        const x = (3n * power(rootOfUnity(LOG), BigInt(reverseBits(8 * coset, LOG)))) % PRIME;
        putScalar(element, invert(x));
        exports.foldCoset(layer, element, betaAt);
        exports.toWire(wire, layer);
        expect(fromWire(new Uint8Array(memory.buffer, wire, 32))).toBe(folded[coset]);
      }
    });

    it('interpolates the last layer, and notices a higher degree', () => {
      put(evaluateOn(coefficients, LOG, 3));
      expect(exports.interpolateLast(out, 64, layer, LOG, 3, twiddles, rows, scratch)).toBe(1);
      const read = Array.from({ length: 64 }, (_, i) =>
        fromWire(new Uint8Array(memory.buffer, out + 32 * i, 32)),
      );
      expect(read).toEqual(coefficients);
      put(evaluateOn([...coefficients, 1n], LOG, 3));
      expect(exports.interpolateLast(out, 64, layer, LOG, 3, twiddles, rows, scratch)).toBe(0);
    });
  });
});

describe('a quotient that is not of low degree', () => {
  const trace = run(tiny);
  const options = {
    context: new Uint8Array(32),
    security: { logBlowup: 2, queries: 30, grindingBits: 0 },
  };

  // A tenth of the values wrong: 30 queries miss them with probability 0.9^(30 * 8) at most.
  it('is rejected', () => {
    const proof = proveTampered(trace, options, {
      quotient: ({ length, set }) => {
        for (let position = 0; position < length; position += 10) set(position, 1n);
      },
    });
    const result = verify(proof.bytes, proof.statement, { minSecurityBits: 60 });
    expect(result.ok).toBe(false);
  });

  it('with the rows opened honestly and only the last layer consistent, is rejected by a query', () => {
    const proof = proveTampered(trace, options, {
      quotient: ({ length, set }) => {
        // A low-degree polynomial, but not the quotient: FRI alone would accept it.
        for (let position = 0; position < length; position++) set(position, 42n);
      },
    });
    expect(verify(proof.bytes, proof.statement, { minSecurityBits: 60 })).toEqual({
      ok: false,
      reason: 'opened FRI rows do not match their commitment',
    });
  });
});
