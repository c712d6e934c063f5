// The host's side of assembly/index.ts: loads the module once and moves felts across its boundary.
import { readFileSync } from 'node:fs';
import { type Felt, PRIME } from '@stackctl/types';

/** The module's exports; pointers and counts are plain numbers. */
interface CryptoModule {
  readonly memory: WebAssembly.Memory;
  buffer(): number;
  preparePedersen(): void;
  pedersen(out: number, pair: number): void;
  readonly pedersenMany: (out: number, pairs: number, count: number) => void;
  loadPoseidonKeys(keys: number): void;
  poseidonPermutation(state: number): void;
  readonly poseidonPairs: (out: number, pairs: number, count: number) => void;
  poseidonStart(): void;
  poseidonAbsorb(felts: number, pairs: number): void;
  poseidonFinish(out: number): void;
  ecOp(out: number, input: number): number;
  baseMultiple(out: number, scalar: number): number;
  combinationHasX(x: number, u1: number, u2: number, r: number): number;
  invertFelt(out: number, x: number): void;
  invertScalar(out: number, x: number): void;
  sqrtFelt(out: number, x: number): number;
  isOnCurve(point: number): number;
  keccakF(state: number): void;
  keccak256(out: number, data: number, length: number): void;
  blake2sStart(state: number): void;
  blake2sAbsorb(state: number, data: number, blocks: number, before: number): void;
  blake2sFinish(state: number, data: number, length: number, before: number): void;
  // The field's kernels on limb forms (packages/field/assembly/scalar.ts), for tests.
  mul(out: number, a: number, b: number): void;
  square(out: number, a: number): void;
  mulSubMul(out: number, a: number, b: number, c: number, d: number): void;
  mulSub(out: number, a: number, b: number, c: number): void;
  squareSub(out: number, a: number, b: number, c: number, d: number): void;
  reduce(out: number, a: number): void;
  pack(out: number, a: number): void;
}

const code = readFileSync(new URL('../build/crypto.wasm', import.meta.url));
const instance = new WebAssembly.Instance(new WebAssembly.Module(code));
export const wasm = instance.exports as unknown as CryptoModule;

/** Where arguments and results cross, and how many bytes fit. */
export const BUFFER = wasm.buffer();
export const BUFFER_BYTES = 131_072;

// The module never grows its memory, so that these views stay valid.
/** The buffer as bytes. */
export const bytes = new Uint8Array(wasm.memory.buffer, BUFFER, BUFFER_BYTES);
/** The buffer as 64-bit words: felt `i` is words 4i to 4i + 3, little-endian. */
export const words = new BigUint64Array(wasm.memory.buffer, BUFFER, BUFFER_BYTES / 8);

const ZERO = 0n;
const WORD = 1n << 64n;

/** Address of felt `index` of the buffer. */
export function addressOf(index: number): number {
  return BUFFER + 32 * index;
}

/** Writes felt `index`. Throws RangeError for a value outside [0, P). */
export function writeFelt(index: number, value: Felt): void {
  if (value < ZERO || value >= PRIME) throw new RangeError(`${value} is not a felt`);
  writeWords(index, value);
}

/** Writes an integer in [0, 2^256), unchecked. */
export function writeWords(index: number, value: bigint): void {
  const at = 4 * index;
  if (value < WORD) {
    words[at] = value;
    words[at + 1] = ZERO;
    words[at + 2] = ZERO;
    words[at + 3] = ZERO;
    return;
  }
  // Storing into a BigUint64Array keeps the low 64 bits.
  words[at] = value;
  const high = value >> 128n;
  words[at + 1] = value >> 64n;
  words[at + 2] = high;
  words[at + 3] = high >> 64n;
}

/** Reads felt `index`. */
export function readFelt(index: number): Felt {
  const at = 4 * index;
  const low = ((words[at + 1] as bigint) << 64n) | (words[at] as bigint);
  const high = ((words[at + 3] as bigint) << 64n) | (words[at + 2] as bigint);
  return (high << 128n) | low;
}
