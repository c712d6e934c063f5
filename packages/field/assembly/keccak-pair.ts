// Keccak-256 of two messages of one length at a time, in the two lanes of i64x2.
import { permutePair } from '../build/assembly/keccak-f-pair';

const RATE: usize = 136;
/** Scratch of a pair: two states, interleaved. */
export const PAIR_SCRATCH: usize = 400;

/**
 * out = keccak256(a) || keccak256(b), 64 bytes, for two messages of `length` bytes, a multiple of 8.
 * `state`: PAIR_SCRATCH bytes, given by the caller so that threads do not share it.
 */
export function keccak256Pair(out: usize, a: usize, b: usize, length: usize, state: usize): void {
  memory.fill(state, 0, PAIR_SCRATCH);
  for (;;) {
    const block = min(length, RATE);
    for (let i: usize = 0; i < block; i += 8) {
      const words = v128.load64_lane(b + i, v128.load64_zero(a + i), 1);
      v128.store(state + 2 * i, v128.xor(v128.load(state + 2 * i), words));
    }
    if (length < RATE) break;
    a += RATE;
    b += RATE;
    length -= RATE;
    permutePair(state);
  }
  const end = state + 2 * length;
  v128.store(end, v128.xor(v128.load(end), i64x2.splat(1)));
  const last = state + 2 * (RATE - 8);
  v128.store(last, v128.xor(v128.load(last), i64x2.splat(0x8000000000000000)));
  permutePair(state);
  v128.store(out, v128.shuffle<i64>(v128.load(state), v128.load(state, 16), 0, 2));
  v128.store(out, v128.shuffle<i64>(v128.load(state, 32), v128.load(state, 48), 0, 2), 16);
  v128.store(out, v128.shuffle<i64>(v128.load(state), v128.load(state, 16), 1, 3), 32);
  v128.store(out, v128.shuffle<i64>(v128.load(state, 32), v128.load(state, 48), 1, 3), 48);
}
