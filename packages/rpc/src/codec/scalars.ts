import { type Felt, feltToHex, PRIME } from '@stackctl/types';
import { type Codec, json, Malformed, oneOf } from './core.ts';

/**
 * Hexadecimal numbers. Written in the canonical form of the specification (no leading zeros);
 * read with leading zeros too, because wallets and starknet.js pass 64-digit addresses on as the
 * user wrote them.
 */
function hexNumber(expected: string, digits: number, limit: bigint): Codec<bigint> {
  const pattern = new RegExp(`^0x[0-9a-fA-F]{1,${digits}}$`);
  return {
    expected,
    decode(value) {
      if (typeof value !== 'string' || !pattern.test(value)) throw new Malformed(expected, value);
      const number = BigInt(value);
      if (number >= limit) throw new Malformed(expected, value);
      return number;
    },
    encode: feltToHex,
  };
}

/** FELT: a field element. */
export const felt: Codec<Felt> = hexNumber(
  'a felt (0x and hex digits, below the prime)',
  64,
  PRIME,
);
/** STORAGE_KEY: a felt below 2^251. */
export const storageKey: Codec<Felt> = hexNumber('a storage key below 2^251', 64, 1n << 251n);
export const u64: Codec<bigint> = hexNumber('a 64-bit number in hex', 64, 1n << 64n);
export const u128: Codec<bigint> = hexNumber('a 128-bit number in hex', 64, 1n << 128n);
/** L1_TXN_HASH and message hashes: 256 bits. */
export const hash256: Codec<bigint> = hexNumber('a 256-bit number in hex', 64, 1n << 256n);
const u160: Codec<bigint> = hexNumber('an Ethereum address (160 bits in hex)', 64, 1n << 160n);

/** ETH_ADDRESS: always 40 digits on the wire. */
export const ethAddress: Codec<bigint> = {
  expected: u160.expected,
  decode: (value) => u160.decode(value),
  encode: (value) => `0x${value.toString(16).padStart(40, '0')}`,
};

/** A JSON integer from 0 to 2^53 - 1. */
export const uint: Codec<number> = json(
  'a non-negative integer',
  (value) => Number.isSafeInteger(value) && (value as number) >= 0,
);

/** A count that records keep as bigint and the wire as a JSON integer. */
export const bigUint: Codec<bigint> = {
  expected: uint.expected,
  decode: (value) => BigInt(uint.decode(value)),
  encode: (value) => Number(value),
};

export const positive: Codec<number> = json(
  'a positive integer',
  (value) => Number.isSafeInteger(value) && (value as number) > 0,
);
export const text: Codec<string> = json('a string', (value) => typeof value === 'string');
export const bool: Codec<boolean> = json('true or false', (value) => typeof value === 'boolean');

/** A text that must be exactly this one. */
export function literal<T extends string>(value: T): Codec<T> {
  return oneOf(value);
}
