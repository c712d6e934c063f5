// A compiled class whose functions need nearly every hint that compilers write: what it computes is held
// against the same in plain integers.
import { readFileSync } from 'node:fs';
import { pedersen, poseidon, selector } from '@stackctl/crypto';
import { type CasmClassJson, PRIME } from '@stackctl/types';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { call } from '../src/index.ts';
import { blockContext, genesisState } from './helpers/chain.ts';

const FIXTURE = '../../../contracts/l2/test/fixtures/arithmetic.compiled_contract_class.json';
const casm = JSON.parse(readFileSync(new URL(FIXTURE, import.meta.url), 'utf8')) as CasmClassJson;
const ADDRESS = 0xa217n;
const CLASS = 0xa21n;
const state = genesisState();
state.setClassHash(ADDRESS, CLASS);
state.setCompiledClassHash(CLASS, 1n);
const classes = { casm: (hash: bigint) => (hash === CLASS ? casm : undefined) };

const LOW = 2n ** 128n - 1n;
const split = (value: bigint): bigint[] => [value & LOW, value >> 128n];

function ask(name: string, calldata: readonly bigint[]): readonly bigint[] | string {
  const at = { contractAddress: ADDRESS, selector: selector(name), calldata };
  const outcome = call({ block: blockContext(), state, classes, ...at });
  return 'result' in outcome ? outcome.result : outcome.message;
}
const askWide = (name: string, ...numbers: readonly bigint[]) => ask(name, numbers.flatMap(split));

function gcd(a: bigint, b: bigint): bigint {
  return b === 0n ? a : gcd(b, a % b);
}
/** Extended Euclidean algorithm. */
function inverse(value: bigint, modulus: bigint): bigint | undefined {
  let [r, next, s, t] = [modulus, ((value % modulus) + modulus) % modulus, 0n, 1n];
  while (next !== 0n) {
    const quotient = r / next;
    [r, next, s, t] = [next, r - quotient * next, t, s - quotient * t];
  }
  return r === 1n ? ((s % modulus) + modulus) % modulus : undefined;
}
const option = (value: bigint | undefined) => (value === undefined ? [1n] : [0n, ...split(value)]);

const wide = fc.oneof(
  fc.bigInt(0n, 2n ** 256n - 1n),
  fc.bigInt(0n, 20n),
  fc.constantFrom(2n ** 128n, 2n ** 128n - 1n, 2n ** 255n, 2n ** 256n - 1n),
);
const modulus = fc.oneof(fc.bigInt(2n, 2n ** 256n - 1n), fc.bigInt(2n, 40n));
const felt = fc.oneof(fc.bigInt(0n, PRIME - 1n), fc.bigInt(0n, 5n), fc.constant(PRIME - 1n));
const RUNS = { numRuns: 40 };

describe('the compiled class `arithmetic`', () => {
  it('squashes dictionaries: counts what came before', () => {
    const values = fc.array(fc.oneof(felt, fc.bigInt(0n, 3n)), { maxLength: 25 });
    fc.assert(
      fc.property(values, (list) => {
        const before = list.map((value, i) =>
          BigInt(list.slice(0, i).filter((each) => each === value).length),
        );
        expect(ask('tally', [BigInt(list.length), ...list])).toEqual([
          BigInt(list.length),
          ...before,
        ]);
      }),
      RUNS,
    );
  });

  it('divides and multiplies wide integers', () => {
    fc.assert(
      fc.property(wide, wide, modulus, (a, b, n) => {
        expect(askWide('divide', a, n)).toEqual([...split(a / n), ...split(a % n)]);
        expect(askWide('multiply_modulo', a, b, n)).toEqual(split((a * b) % n));
        const [root] = askWide('square_root', a) as bigint[];
        expect(root !== undefined && root * root <= a && a < (root + 1n) ** 2n).toBe(true);
      }),
      RUNS,
    );
    expect(askWide('divide', 5n, 0n)).toMatch(/Division by 0/);
  });

  it('inverts, or says that there is no inverse', () => {
    fc.assert(
      fc.property(wide, modulus, (a, n) => {
        const expected = inverse(a, n);
        expect(expected === undefined).toBe(gcd(a % n, n) !== 1n);
        expect(askWide('inverse_modulo', a, n)).toEqual(option(expected));
      }),
      RUNS,
    );
  });

  it('evaluates circuits, also where an inverse is missing', () => {
    fc.assert(
      fc.property(wide, wide, modulus, (x, y, n) => {
        const [a, b] = [x % n, y % n];
        const inverted = inverse(a - b, n);
        const expected = inverted === undefined ? undefined : ((a + b) * inverted * a) % n;
        expect(askWide('circuit', a, b, n)).toEqual(option(expected));
      }),
      RUNS,
    );
  });

  it('compares, combines bits and hashes', () => {
    fc.assert(
      fc.property(wide, wide, felt, felt, (a, b, p, q) => {
        const bits = [a & b, a ^ b, a | b].flatMap(split);
        expect(askWide('bits', a, b)).toEqual(bits);
        expect(ask('is_less', [p, q])).toEqual([p < q ? 1n : 0n]);
        expect(ask('hashes', [p, q])).toEqual([pedersen(p, q), poseidon(p, q)]);
      }),
      RUNS,
    );
  });
});
