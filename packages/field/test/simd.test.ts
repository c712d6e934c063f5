import { PRIME } from '@stackctl/types';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  invert,
  loadKernels,
  modulo,
  montgomery,
  plain,
  power,
  R_INVERSE,
  readVector,
  reverseBits,
  VECTOR,
  writeElement,
  writeVector,
} from './kernels.ts';

const kernels = loadKernels();
const A = kernels.heapBase() + 4096;
const B = A + 1024;
const OUT = B + 1024;

/** Elements with the edges over-represented. */
const felt = fc.oneof(
  fc.constantFrom(0n, 1n, 2n, 15n, 2n ** 192n, 2n ** 251n, PRIME - 1n, PRIME - 2n),
  fc.bigInt({ min: 0n, max: PRIME - 1n }),
  fc.bigInt({ min: PRIME - 2n ** 64n, max: PRIME - 1n }),
);
const four = fc.tuple(felt, felt, felt, felt);

describe('vectors of four elements', () => {
  it('multiplies', () => {
    fc.assert(
      fc.property(four, four, (a, b) => {
        writeVector(kernels, A, a);
        writeVector(kernels, B, b);
        kernels.mul(OUT, A, B);
        const want = a.map((x, lane) => modulo(x * (b[lane] as bigint) * R_INVERSE));
        expect(readVector(kernels, OUT).map(modulo)).toEqual(want);
      }),
      { numRuns: 1000 },
    );
  });

  it('multiplies sums and differences that were not carried', () => {
    fc.assert(
      fc.property(four, four, four, four, (a, b, c, d) => {
        // (a + b - c + a) * (d - b): the largest shapes that generated code makes without a carry.
        for (const [i, values] of [a, b, c, d].entries())
          writeVector(kernels, A + i * VECTOR, values);
        const [pa, pb, pc, pd, left, right] = [0, 1, 2, 3, 4, 5].map((i) => A + i * VECTOR) as [
          number,
          number,
          number,
          number,
          number,
          number,
        ];
        kernels.add(left, pa, pb);
        kernels.sub(left, left, pc);
        kernels.add(left, left, pa);
        kernels.sub(right, pd, pb);
        kernels.mul(left, left, right);
        const want = a.map((x, i) =>
          modulo(
            (2n * x + (b[i] as bigint) - (c[i] as bigint)) *
              ((d[i] as bigint) - (b[i] as bigint)) *
              R_INVERSE,
          ),
        );
        expect(readVector(kernels, left).map(modulo)).toEqual(want);
        kernels.normalise(left, left);
        expect(readVector(kernels, left).map(modulo)).toEqual(want);
      }),
      { numRuns: 500 },
    );
  });

  it('transposes, gathers, splats, extracts and inserts', () => {
    const at = (i: number) => A + i * VECTOR;
    for (let i = 0; i < 4; i++)
      writeVector(
        kernels,
        at(i),
        [0n, 1n, 2n, 3n].map((j) => BigInt(10 * i) + j),
      );
    kernels.transpose(at(5), VECTOR, at(0), at(1), at(2), at(3));
    for (let j = 0; j < 4; j++)
      expect(readVector(kernels, at(5 + j))).toEqual([0n, 10n, 20n, 30n].map((x) => x + BigInt(j)));
    for (let j = 0; j < 4; j++) writeElement(kernels, at(10) + 36 * j, PRIME - BigInt(j));
    kernels.gather(OUT, at(10));
    expect(readVector(kernels, OUT)).toEqual([0n, 1n, 2n, 3n].map((j) => PRIME - j));
    kernels.splat(at(0), at(10) + 36);
    expect(readVector(kernels, at(0))).toEqual(Array(4).fill(PRIME - 1n));
    kernels.splatLane(at(0), OUT, 2);
    expect(readVector(kernels, at(0))).toEqual(Array(4).fill(PRIME - 2n));
    kernels.extract(at(12), OUT, 3);
    kernels.insert(at(0), 1, at(12));
    expect(readVector(kernels, at(0))).toEqual([2n, 3n, 2n, 2n].map((j) => PRIME - j));
  });

  it('serialises to the wire form: canonical, times 16, big-endian', () => {
    fc.assert(
      fc.property(four, four, fc.boolean(), (a, b, difference) => {
        writeVector(kernels, A, a);
        writeVector(kernels, B, b);
        (difference ? kernels.sub : kernels.add)(A, A, B);
        kernels.serialise(OUT, A);
        const want = a.map((x, i) =>
          modulo(16n * (difference ? x - (b[i] as bigint) : x + (b[i] as bigint))),
        );
        const got = [0, 1, 2, 3].map((lane) =>
          BigInt(`0x${Buffer.from(kernels.memory.buffer, OUT + 32 * lane, 32).toString('hex')}`),
        );
        expect(got).toEqual(want);
      }),
      { numRuns: 1000 },
    );
  });

  it('brings plain bytes into Montgomery form', () => {
    fc.assert(
      fc.property(felt, (value) => {
        const bytes = new Uint8Array(kernels.memory.buffer, B, 40);
        for (let i = 0; i < 32; i++) bytes[i] = Number((value >> BigInt(8 * i)) & 0xffn);
        kernels.unpack28(A, 16, B);
        kernels.toMontgomery(OUT, A);
        expect(modulo(readVector(kernels, OUT)[0] as bigint)).toBe(montgomery(value));
      }),
    );
  });

  it('inverts many at once', () => {
    fc.assert(
      fc.property(
        fc.array(
          four.map((all) => all.map((x) => x || 1n)),
          { minLength: 1, maxLength: 9 },
        ),
        (rows) => {
          rows.forEach((row, i) => {
            writeVector(kernels, A + 288 * i, row.map(montgomery));
          });
          kernels.invertVectors(A, 288, rows.length, A + 288 * 16);
          rows.forEach((row, i) => {
            expect(readVector(kernels, A + 288 * i).map(plain)).toEqual(row.map(invert));
          });
        },
      ),
      { numRuns: 30 },
    );
  });
});

describe('NTT of four columns', () => {
  for (const bits of [1, 2, 3, 5, 6, 9]) {
    it(`agrees with the naive transform on 2^${bits} rows, and back`, () => {
      const n = 1 << bits;
      const root = power(3n, (PRIME - 1n) / BigInt(n));
      const table = A + n * VECTOR;
      const inverseTable = table + n * 36;
      const scratch = inverseTable + n * 36;
      for (let k = 0; k < Math.max(1, n / 2); k++) {
        const exponent = BigInt(reverseBits(k, bits - 1));
        writeElement(kernels, table + 36 * k, montgomery(power(root, exponent)));
        writeElement(kernels, inverseTable + 36 * k, montgomery(invert(power(root, exponent))));
      }
      const columns = fc.sample(fc.array(four, { minLength: n, maxLength: n }), {
        seed: bits,
        numRuns: 1,
      })[0] as bigint[][];
      columns.forEach((row, i) => {
        writeVector(kernels, A + i * VECTOR, row.map(montgomery));
      });
      kernels.forward(A, n, table, scratch);
      const probes = n <= 8 ? Array.from({ length: n }, (_, i) => i) : [0, 1, 2, n / 2, n - 1];
      for (const i of probes) {
        const point = power(root, BigInt(reverseBits(i, bits)));
        const want = [0, 1, 2, 3].map((lane) =>
          columns.reduceRight((sum, row) => (sum * point + (row[lane] as bigint)) % PRIME, 0n),
        );
        expect(readVector(kernels, A + i * VECTOR).map(plain)).toEqual(want);
      }
      kernels.inverse(A, n, inverseTable, scratch);
      columns.forEach((row, i) => {
        const want = row.map((x) => (x * BigInt(n)) % PRIME);
        expect(readVector(kernels, A + i * VECTOR).map(plain)).toEqual(want);
      });
    });
  }
});
