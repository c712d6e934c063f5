// Wire form (Montgomery with R = 2^256, big-endian) to and from BigInt, and a little field arithmetic.
import { PRIME } from '@stackctl/types';

export function power(base: bigint, exponent: bigint): bigint {
  let [result, square] = [1n, ((base % PRIME) + PRIME) % PRIME];
  for (let left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) result = (result * square) % PRIME;
    square = (square * square) % PRIME;
  }
  return result;
}

export const invert = (value: bigint): bigint => power(value, PRIME - 2n);
const R = 2n ** 256n % PRIME;
const R_INVERSE = invert(R);

export function bigEndian(value: bigint): Uint8Array {
  return Uint8Array.from({ length: 32 }, (_, i) => Number((value >> BigInt(8 * (31 - i))) & 0xffn));
}

export function integer(bytes: Uint8Array): bigint {
  return bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

export const toWire = (value: bigint): Uint8Array => bigEndian((value * R) % PRIME);
export const fromWire = (bytes: Uint8Array): bigint => (integer(bytes) * R_INVERSE) % PRIME;

/** The generator of order 2^bits that the protocol uses. */
export const rootOfUnity = (bits: number): bigint => power(3n, (PRIME - 1n) / 2n ** BigInt(bits));

export function reverseBits(value: number, bits: number): number {
  let reversed = 0;
  for (let i = 0; i < bits; i++) reversed |= ((value >> i) & 1) << (bits - 1 - i);
  return reversed;
}
