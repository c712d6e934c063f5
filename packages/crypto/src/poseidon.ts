import type { Felt } from '@stackctl/types';
import { hashPairs } from './pedersen.ts';
import { poseidonKeys } from './poseidon-keys.ts';
import { addressOf, BUFFER_BYTES, readFelt, wasm, writeFelt } from './wasm.ts';

let ready = false;

/** Draws and loads the round keys now instead of at the first hash. */
export function preparePoseidon(): void {
  if (ready) return;
  for (const [index, key] of poseidonKeys().entries()) writeFelt(index, key);
  wasm.loadPoseidonKeys(addressOf(0));
  ready = true;
}

/** Poseidon hash of two felts (`hades(a, b, 2)[0]`). */
export function poseidon(a: Felt, b: Felt): Felt {
  if (!ready) preparePoseidon();
  writeFelt(0, a);
  writeFelt(1, b);
  wasm.poseidonPairs(addressOf(0), addressOf(0), 1);
  return readFelt(0);
}

/** The Hades permutation of width 3. */
export function poseidonPermutation(state: readonly [Felt, Felt, Felt]): [Felt, Felt, Felt] {
  if (!ready) preparePoseidon();
  for (let i = 0; i < 3; i++) writeFelt(i, state[i] as Felt);
  wasm.poseidonPermutation(addressOf(0));
  return [readFelt(0), readFelt(1), readFelt(2)];
}

const MOST_FELTS = BUFFER_BYTES / 32;

/** Poseidon hash of any number of felts (`poseidon_hash_many`): sponge of rate 2, padded by 1, 0*. */
export function poseidonMany(felts: readonly Felt[]): Felt {
  if (!ready) preparePoseidon();
  wasm.poseidonStart();
  const padded = (felts.length | 1) + 1;
  for (let from = 0; from < padded; from += MOST_FELTS) {
    const count = Math.min(MOST_FELTS, padded - from);
    for (let i = 0; i < count; i++) {
      writeFelt(i, felts[from + i] ?? (from + i === felts.length ? 1n : 0n));
    }
    wasm.poseidonAbsorb(addressOf(0), count / 2);
  }
  wasm.poseidonFinish(addressOf(0));
  return readFelt(0);
}

/** As `pedersenPairs`, with Poseidon's two-felt hash. */
export function poseidonPairs(felts: readonly Felt[]): Felt[] {
  if (!ready) preparePoseidon();
  return hashPairs(wasm.poseidonPairs, felts);
}
