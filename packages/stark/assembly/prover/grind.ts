// Proof of work: two nonces at a time.
import { keccak256Pair, PAIR_SCRATCH } from '../../../field/assembly/keccak-pair';

/** Scratch of `grind`. */
export const GRIND_SCRATCH: usize = PAIR_SCRATCH + 160;

/**
 * The least nonce from `from` on (even; two at a time) that has `bits` zero bits; -1 if none in `count`.
 * `prefix`: 32 bytes, of channel.ts.
 */
export function grind(prefix: usize, bits: i32, from: u64, count: u64, scratch: usize): i64 {
  const a = scratch + PAIR_SCRATCH;
  const b = a + 40;
  const digests = b + 40;
  memory.copy(a, prefix, 32);
  memory.copy(b, prefix, 32);
  const shift: u64 = 64 - bits;
  for (let nonce = from, end = from + count; nonce < end; nonce += 2) {
    store<u64>(a, bswap(nonce), 32);
    store<u64>(b, bswap(nonce + 1), 32);
    keccak256Pair(digests, a, b, 40, scratch);
    if (bits == 0 || bswap(load<u64>(digests)) >> shift == 0) return nonce;
    if (bswap(load<u64>(digests, 32)) >> shift == 0) return nonce + 1;
  }
  return -1;
}

/** Keeps a result of `grind`: a part's place is in shared memory, where all threads see it. */
export function storeNonce(out: usize, nonce: i64): void {
  store<i64>(out, nonce);
}
