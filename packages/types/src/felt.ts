/** An element of the Stark field: an integer in `[0, PRIME)`. */
export type Felt = bigint;

/** P = 2^251 + 17 * 2^192 + 1 (the Stark field's modulus). */
export const PRIME: bigint = 2n ** 251n + 17n * 2n ** 192n + 1n;

/** Canonical text of a felt on every wire: `0x` and lower-case digits without leading zeros. */
export function feltToHex(value: Felt): string {
  return `0x${value.toString(16)}`;
}

const FELT_TEXT = /^0x(0|[a-fA-F1-9]{1}[a-fA-F0-9]{0,62})$/;

/**
 * Parses a felt as the RPC specification writes it (starknet_api_openrpc, FELT: `0x`, at most 63
 * digits, no leading zeros) and below the prime. Returns undefined for anything else.
 */
export function parseFelt(text: unknown): Felt | undefined {
  if (typeof text !== 'string' || !FELT_TEXT.test(text)) return undefined;
  const value = BigInt(text);
  return value < PRIME ? value : undefined;
}

/** Encodes at most 31 ASCII characters as one felt, big-endian (a Cairo "short string"). */
export function shortString(text: string): Felt {
  if (text.length > 31)
    throw new RangeError(`short string of ${text.length} characters, at most 31`);
  let value = 0n;
  for (const character of text) {
    const code = character.charCodeAt(0);
    if (code > 127) throw new RangeError('short string with a character outside ASCII');
    value = (value << 8n) | BigInt(code);
  }
  return value;
}

/** Decodes a short string; undefined when the felt holds anything but printable ASCII. */
export function readShortString(value: Felt): string | undefined {
  let text = '';
  for (let rest = value; rest > 0n; rest >>= 8n) {
    const code = Number(rest & 0xffn);
    if (code < 32 || code > 126) return undefined;
    text = String.fromCharCode(code) + text;
  }
  return text;
}
