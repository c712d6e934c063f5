// Loads the kernels and moves field elements between BigInt and their limb forms.
import { readFileSync } from 'node:fs';
import { PRIME } from '@stackctl/types';

export interface Kernels {
  readonly memory: WebAssembly.Memory;
  readonly heapBase: () => number;
  readonly add: (out: number, a: number, b: number) => void;
  readonly sub: (out: number, a: number, b: number) => void;
  readonly mul: (out: number, a: number, b: number) => void;
  readonly normalise: (out: number, a: number) => void;
  readonly transpose: (
    out: number,
    stride: number,
    a: number,
    b: number,
    c: number,
    d: number,
  ) => void;
  readonly gather: (out: number, a: number) => void;
  readonly extract: (out: number, a: number, lane: number) => void;
  readonly insert: (out: number, lane: number, a: number) => void;
  readonly splat: (out: number, a: number) => void;
  readonly splatLane: (out: number, a: number, lane: number) => void;
  readonly invertVector: (out: number, a: number) => void;
  readonly invertVectors: (first: number, stride: number, count: number, prefixes: number) => void;
  readonly forward: (x: number, n: number, twiddles: number, scratch: number) => void;
  readonly inverse: (x: number, n: number, twiddles: number, scratch: number) => void;
  readonly toMontgomery: (out: number, a: number) => void;
  readonly serialise: (out: number, a: number) => void;
  readonly unpack28: (out: number, stride: number, bytes: number) => void;
  readonly keccak256: (out: number, bytes: number, length: number) => void;
  readonly keccak256Pair: (
    out: number,
    a: number,
    b: number,
    length: number,
    state: number,
  ) => void;
}

export const VECTOR = 144;
export const R = 2n ** 252n % PRIME;

export function loadKernels(): Kernels {
  const bytes = readFileSync(new URL('../build/kernels.wasm', import.meta.url));
  return new WebAssembly.Instance(new WebAssembly.Module(bytes), {}).exports as unknown as Kernels;
}

export function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let square = ((base % PRIME) + PRIME) % PRIME;
  for (let left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) result = (result * square) % PRIME;
    square = (square * square) % PRIME;
  }
  return result;
}

export const invert = (value: bigint): bigint => power(value, PRIME - 2n);
export const R_INVERSE = invert(R);

/** The vector at `at` as four signed integers (limbs summed, not reduced). */
export function readVector(kernels: Kernels, at: number): bigint[] {
  const words = new Int32Array(kernels.memory.buffer, at, 36);
  return [0, 1, 2, 3].map((lane) => {
    let value = 0n;
    for (let k = 8; k >= 0; k--) value = (value << 28n) + BigInt(words[4 * k + lane] as number);
    return value;
  });
}

/** Writes four integers in [0, 2^252) as 28-bit limbs. */
export function writeVector(kernels: Kernels, at: number, values: readonly bigint[]): void {
  const words = new Int32Array(kernels.memory.buffer, at, 36);
  values.forEach((value, lane) => {
    for (let k = 0; k < 9; k++)
      words[4 * k + lane] = Number((value >> BigInt(28 * k)) & 0xfffffffn);
  });
}

/** Writes one integer as nine consecutive limbs. */
export function writeElement(kernels: Kernels, at: number, value: bigint): void {
  const words = new Int32Array(kernels.memory.buffer, at, 9);
  for (let k = 0; k < 9; k++) words[k] = Number((value >> BigInt(28 * k)) & 0xfffffffn);
}

export const modulo = (value: bigint): bigint => ((value % PRIME) + PRIME) % PRIME;
export const montgomery = (value: bigint): bigint => (value * R) % PRIME;
export const plain = (value: bigint): bigint => (modulo(value) * R_INVERSE) % PRIME;

export function reverseBits(value: number, bits: number): number {
  let reversed = 0;
  for (let i = 0; i < bits; i++) reversed |= ((value >> i) & 1) << (bits - 1 - i);
  return reversed;
}
