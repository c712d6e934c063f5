import type { Felt } from '@stackctl/types';
import { BUFFER, BUFFER_BYTES, bytes, wasm, words } from './wasm.ts';

const LANES = 25;

/** Keccak-f[1600] on 25 lanes, in place. */
export function keccakF(state: BigUint64Array): void {
  words.set(state);
  wasm.keccakF(BUFFER);
  state.set(words.subarray(0, LANES));
}

const RATE = 136;
/** Where the message of one call stands, after the sponge's state. */
const INPUT = 256;

/** Keccak-256, as Ethereum uses it: 32 bytes. */
export function keccak256(data: Uint8Array): Uint8Array {
  const out = bytes.subarray(0, 32);
  if (data.length <= BUFFER_BYTES - INPUT) {
    bytes.set(data, INPUT);
    wasm.keccak256(BUFFER, BUFFER + INPUT, data.length);
    return out.slice();
  }
  // Longer messages, block by block: padded 1 0* 1.
  const state = bytes.subarray(0, 8 * LANES).fill(0);
  const absorb = (block: Uint8Array): void => {
    for (let i = 0; i < RATE; i++) state[i] = (state[i] as number) ^ (block[i] as number);
    wasm.keccakF(BUFFER);
  };
  let at = 0;
  for (; at + RATE <= data.length; at += RATE) absorb(data.subarray(at, at + RATE));
  const last = new Uint8Array(RATE);
  last.set(data.subarray(at));
  last[data.length - at] = 0x01;
  last[RATE - 1] = (last[RATE - 1] as number) | 0x80;
  absorb(last);
  return out.slice();
}

const utf8 = new TextEncoder();

/** Keccak-256 cut to its low 250 bits, so that it is a felt. A text is taken as UTF-8. */
export function starknetKeccak(data: Uint8Array | string): Felt {
  const hash = keccak256(typeof data === 'string' ? utf8.encode(data) : data);
  let value = BigInt((hash[0] as number) & 3);
  for (let i = 1; i < 32; i++) value = (value << 8n) | BigInt(hash[i] as number);
  return value;
}

const selectors = new Map<string, Felt>();
const MOST_SELECTORS = 1024;

/** Selector of an entry point or event by its name; 0 for the default entry points. */
export function selector(name: string): Felt {
  if (name === '__default__' || name === '__l1_default__') return 0n;
  let value = selectors.get(name);
  if (value === undefined) {
    value = starknetKeccak(name);
    if (selectors.size < MOST_SELECTORS) selectors.set(name, value);
  }
  return value;
}
