import type { Felt } from '@stackctl/types';
import { addressOf, BUFFER_BYTES, readFelt, wasm, writeFelt } from './wasm.ts';

/** Pedersen hash of two felts. Some thousand results are remembered. */
export function pedersen(a: Felt, b: Felt): Felt {
  writeFelt(0, a);
  writeFelt(1, b);
  wasm.pedersen(addressOf(0), addressOf(0));
  return readFelt(0);
}

/**
 * Hashes many independent pairs: h(felts[0], felts[1]), h(felts[2], felts[3]), ... In one call, so that
 * one inversion serves 256 hashes: for tries.
 */
export function pedersenPairs(felts: readonly Felt[]): Felt[] {
  return hashPairs(wasm.pedersenMany, felts);
}

const MOST_FELTS = BUFFER_BYTES / 32;

/** Feeds pairs through the buffer in as few calls as it allows. */
export function hashPairs(
  hash: (out: number, pairs: number, count: number) => void,
  felts: readonly Felt[],
): Felt[] {
  const out: Felt[] = [];
  for (let from = 0; from < felts.length; from += MOST_FELTS) {
    const count = Math.min(MOST_FELTS, felts.length - from);
    for (let i = 0; i < count; i++) writeFelt(i, felts[from + i] as Felt);
    hash(addressOf(0), addressOf(0), count / 2);
    for (let i = 0; i < count / 2; i++) out.push(readFelt(i));
  }
  return out;
}

/** Pedersen hash chain: h(...h(h(0, x0), x1)..., n). */
export function computeHashOnElements(elements: readonly Felt[]): Felt {
  let hash = 0n;
  for (const element of elements) hash = pedersen(hash, element);
  return pedersen(hash, BigInt(elements.length));
}

/** Builds the hash's tables now (some milliseconds) instead of at the first hash. */
export function preparePedersen(): void {
  wasm.preparePedersen();
}
