// ECDSA over the Stark curve as Starknet uses it (cairo-lang, starkware/crypto/signature): hashes and
// r are below 2^251, and a public key is an x coordinate alone.
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { type Felt, PRIME } from '@stackctl/types';
import { CURVE_ORDER, multiplyGenerator, scalarInverse } from './curve.ts';
import { addressOf, wasm, writeFelt, writeWords } from './wasm.ts';

/** Upper bound (exclusive) of message hashes, r and 1/s. */
const BOUND = 1n << 251n;

export interface Signature {
  readonly r: Felt;
  readonly s: Felt;
}

/** Whether (r, s) signs `hash` for the key of abscissa `publicKey`. False, never an error, for
 * arguments out of range. */
export function verify(publicKey: Felt, hash: Felt, r: Felt, s: bigint): boolean {
  if (publicKey <= 0n || publicKey >= PRIME) return false;
  if (hash < 0n || hash >= BOUND || r <= 0n || r >= BOUND || s <= 0n || s >= CURVE_ORDER)
    return false;
  const w = scalarInverse(s);
  if (w >= BOUND) return false;
  writeFelt(0, publicKey);
  writeWords(1, (hash * w) % CURVE_ORDER);
  writeWords(2, (r * w) % CURVE_ORDER);
  writeFelt(3, r);
  return wasm.combinationHasX(addressOf(0), addressOf(1), addressOf(2), addressOf(3)) === 1;
}

/** The public key (an x coordinate) of a private key in [1, CURVE_ORDER). */
export function publicKey(privateKey: bigint): Felt {
  return (multiplyGenerator(checkedKey(privateKey)) as { x: Felt }).x;
}

/**
 * Signs a hash below 2^251 with the deterministic nonce of RFC 6979 (SHA-256, 252-bit order). Throws
 * RangeError for a key or hash out of range.
 */
export function sign(privateKey: bigint, hash: Felt): Signature {
  checkedKey(privateKey);
  if (hash < 0n || hash >= BOUND) throw new RangeError(`${hash} is not a message hash`);
  for (const k of nonces(privateKey, hash)) {
    const r = (multiplyGenerator(k) as { x: Felt }).x;
    // Starknet's extra conditions on r and 1/s: once in 2^50 the next nonce is drawn.
    if (r === 0n || r >= BOUND) continue;
    const sum = (hash + r * privateKey) % CURVE_ORDER;
    if (sum === 0n) continue;
    const w = (k * scalarInverse(sum)) % CURVE_ORDER;
    if (w >= BOUND) continue;
    return { r, s: scalarInverse(w) };
  }
  throw new RangeError('unreachable: nonces never end');
}

function checkedKey(privateKey: bigint): bigint {
  if (privateKey <= 0n || privateKey >= CURVE_ORDER)
    throw new RangeError('private key out of range');
  return privateKey;
}

function toBytes(value: bigint): Uint8Array {
  const out = new Uint8Array(32);
  for (let i = 31, rest = value; i >= 0; i--, rest >>= 8n) out[i] = Number(rest & 0xffn);
  return out;
}

/** bits2int of RFC 6979, section 2.3.2: the leftmost 252 of 256 bits. */
function toScalar(bytes: Uint8Array): bigint {
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  return value >> 4n;
}

/** The nonces of RFC 6979, section 3.2 (steps b to h), best first, without end. */
function* nonces(privateKey: bigint, hash: bigint): Generator<bigint> {
  const seed = [toBytes(privateKey), toBytes(hash % CURVE_ORDER)];
  let v: Uint8Array = new Uint8Array(32).fill(1);
  let k: Uint8Array = new Uint8Array(32);
  const mac = (...parts: readonly Uint8Array[]): Uint8Array => {
    const state = hmac.create(sha256, k);
    for (const part of parts) state.update(part);
    return state.digest();
  };
  for (const tag of [0, 1]) {
    k = mac(v, Uint8Array.of(tag), ...seed);
    v = mac(v);
  }
  for (;;) {
    v = mac(v);
    const candidate = toScalar(v);
    if (candidate > 0n && candidate < CURVE_ORDER) yield candidate;
    k = mac(v, Uint8Array.of(0));
    v = mac(v);
  }
}
