import { type Felt, PRIME } from '@stackctl/types';
import { BUFFER, BUFFER_BYTES, bytes, wasm } from './wasm.ts';

const BLOCK = 64;
const INPUT = 64;
const CHUNK = BUFFER_BYTES - INPUT;

/** BLAKE2s-256 without a key (RFC 7693): 32 bytes. */
export function blake2s(data: Uint8Array): Uint8Array {
  wasm.blake2sStart(BUFFER);
  // The last block, full or not, is compressed apart from the others.
  const whole = Math.max(0, Math.ceil(data.length / BLOCK) - 1) * BLOCK;
  for (let at = 0; at < whole; at += CHUNK) {
    const chunk = data.subarray(at, Math.min(at + CHUNK, whole));
    bytes.set(chunk, INPUT);
    wasm.blake2sAbsorb(BUFFER, BUFFER + INPUT, chunk.length / BLOCK, at);
  }
  bytes.set(data.subarray(whole), INPUT);
  wasm.blake2sFinish(BUFFER, BUFFER + INPUT, data.length - whole, whole);
  return bytes.slice(0, 32);
}

/** Felts below this take two words, the others eight. */
const SMALL = 1n << 63n;
const BIG_MARK = 0x80000000;

/**
 * Felts as 32-bit words (starknet-types-core, `encode_felts_to_u32s`): most significant word first;
 * two words for small felts, eight for others with the top bit set as a mark.
 */
export function encodeFelts(felts: readonly Felt[]): Uint32Array {
  const out = new Uint32Array(8 * felts.length);
  let at = 0;
  for (const felt of felts) {
    const count = felt < SMALL ? 2 : 8;
    let rest = felt;
    for (let i = count - 1; i >= 0; i--) {
      out[at + i] = Number(rest & 0xffffffffn);
      rest >>= 32n;
    }
    if (count === 8) out[at] = (out[at] as number) | BIG_MARK;
    at += count;
  }
  return out.subarray(0, at);
}

/** BLAKE2s of felts, little-endian mod P: what compiled class hashes use from Starknet 0.14.1. */
export function hashFeltsBlake(felts: readonly Felt[]): Felt {
  const encoded = encodeFelts(felts);
  const message = new Uint8Array(4 * encoded.length);
  const view = new DataView(message.buffer);
  for (let i = 0; i < encoded.length; i++) view.setUint32(4 * i, encoded[i] as number, true);
  const digest = blake2s(message);
  let value = 0n;
  for (let i = 31; i >= 0; i--) value = (value << 8n) | BigInt(digest[i] as number);
  return value % PRIME;
}
