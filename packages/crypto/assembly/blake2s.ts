// BLAKE2s compression (RFC 7693, section 3.2).

const IV: usize = memory.data<u32>([
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
]);
const SIGMA: usize = memory.data<u8>([
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
  14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3,
  11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4,
  7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8,
  9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13,
  2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9,
  12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11,
  13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10,
  6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5,
  10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0,
]);
const V: usize = memory.data(64, 16);
const BLOCK: usize = memory.data(64, 16);

// @ts-ignore: decorator
@inline
function word(message: usize, sigma: usize, i: usize): u32 {
  return load<u32>(message + (<usize>load<u8>(sigma + i) << 2));
}

/** The quarter round on words a, b, c, d of V with two message words. */
// @ts-ignore: decorator
@inline
function mix(a: usize, b: usize, c: usize, d: usize, x: u32, y: u32): void {
  let va = load<u32>(V + a) + load<u32>(V + b) + x;
  let vd = rotr<u32>(load<u32>(V + d) ^ va, 16);
  let vc = load<u32>(V + c) + vd;
  let vb = rotr<u32>(load<u32>(V + b) ^ vc, 12);
  va += vb + y;
  vd = rotr<u32>(vd ^ va, 8);
  vc += vd;
  vb = rotr<u32>(vb ^ vc, 7);
  store<u32>(V + a, va);
  store<u32>(V + b, vb);
  store<u32>(V + c, vc);
  store<u32>(V + d, vd);
}

/** state (8 words) <- compress(state, 64-byte block, bytes so far, last block or not). */
function compress(state: usize, message: usize, count: u64, last: bool): void {
  memory.copy(V, state, 32);
  memory.copy(V + 32, IV, 32);
  store<u64>(V, load<u64>(V, 48) ^ count, 48);
  if (last) store<u32>(V, ~load<u32>(V, 56), 56);
  for (let s: usize = SIGMA; s < SIGMA + 160; s += 16) {
    mix(0, 16, 32, 48, word(message, s, 0), word(message, s, 1));
    mix(4, 20, 36, 52, word(message, s, 2), word(message, s, 3));
    mix(8, 24, 40, 56, word(message, s, 4), word(message, s, 5));
    mix(12, 28, 44, 60, word(message, s, 6), word(message, s, 7));
    mix(0, 20, 40, 60, word(message, s, 8), word(message, s, 9));
    mix(4, 24, 44, 48, word(message, s, 10), word(message, s, 11));
    mix(8, 28, 32, 52, word(message, s, 12), word(message, s, 13));
    mix(12, 16, 36, 56, word(message, s, 14), word(message, s, 15));
  }
  for (let i: usize = 0; i < 32; i += 4) {
    store<u32>(state + i, load<u32>(state + i) ^ load<u32>(V + i) ^ load<u32>(V + i, 32));
  }
}

/** Starts an unkeyed hash of 32 bytes. */
export function blake2sStart(state: usize): void {
  memory.copy(state, IV, 32);
  store<u32>(state, load<u32>(state) ^ 0x01010020);
}

/** Absorbs whole blocks; `before`: bytes absorbed earlier. More input must follow. */
export function blake2sAbsorb(state: usize, data: usize, blocks: i32, before: f64): void {
  let count = <u64>before;
  for (let i = 0; i < blocks; i++, data += 64) {
    count += 64;
    compress(state, data, count, false);
  }
}

/** Absorbs the last 0..64 bytes: the hash is then in `state`. */
export function blake2sFinish(state: usize, data: usize, length: i32, before: f64): void {
  memory.fill(BLOCK, 0, 64);
  memory.copy(BLOCK, data, length);
  compress(state, BLOCK, <u64>before + <u64>length, true);
}
