// Poseidon over the Stark field: the Hades permutation of width 3 with 4 + 4 full and 83 partial
// rounds, x^3 as S-box and the matrix [[3,1,1],[1,-1,1],[1,1,-2]] (StarkWare, "poseidon"; Grassi et
// al., eprint 2019/458). Round keys arrive from the host with those of partial rounds compressed:
// 12 for the first full rounds, one a partial round, 12 for the last full rounds.
import { FELT, mul, square } from '../../field/assembly/scalar';
import { ONE, add, combine, fromBytes, toBytes, zero } from '../../field/assembly/scalar-linear';
import { MOST_ROUNDS, partialRounds } from './poseidon-partial';

const FULL: i32 = 4;
const PARTIAL: i32 = 83;
/** Keys of the first full rounds, of the partial rounds, a zero, keys of the last full rounds. */
const KEYS: usize = memory.data(36 * 108, 8);
const STATE: usize = memory.data(36 * 3, 8);
const S1: usize = STATE + 36;
const S2: usize = STATE + 72;
const T: usize = memory.data(36, 8);
const U: usize = memory.data(36, 8);
const ZERO: usize = memory.data(36, 8);

/** Takes the 107 compressed round keys, 32 canonical bytes each. */
export function loadPoseidonKeys(bytes: usize): void {
  for (let i = 0; i < 107; i++, bytes += 32) {
    fromBytes(KEYS + FELT * (i < 3 * FULL + PARTIAL ? i : i + 1), bytes);
  }
}

/** x <- x^3. */
// @ts-ignore: decorator
@inline
function cube(x: usize): void {
  square(T, x);
  mul(x, x, T);
}

/** Subtracts q P, q = floor(value / 2^251), leaving limbs slightly out of range. */
// @ts-ignore: decorator
@inline
function fold(x: usize): void {
  const q = load<i32>(x, 32) >> 19;
  store<i32>(x, load<i32>(x) - q);
  store<i32>(x, load<i32>(x, 24) - q * (17 << 18), 24);
  store<i32>(x, load<i32>(x, 32) - (q << 19), 32);
}

/**
 * The matrix: with t = x + y + z it is (t + 2x, t - 2y, t - 3z). Carries as it goes and adds `key`
 * to z. x and y are folded first: they meet no S-box in partial rounds, and values grow fivefold.
 */
function mix(key: usize): void {
  fold(STATE);
  fold(S1);
  let carry0: i64 = 0;
  let carry1: i64 = 0;
  let carry2: i64 = 0;
  for (let i: usize = 0; i < FELT; i += 4) {
    const x = i64.load32_s(STATE + i);
    const y = i64.load32_s(STATE + i, 36);
    const z = i64.load32_s(STATE + i, 72);
    const t = x + y + z;
    carry0 += t + 2 * x;
    carry1 += t - 2 * y;
    carry2 += t - 3 * z + i64.load32_s(key + i);
    if (i == 32) break;
    i64.store32(STATE + i, carry0 & 0x1fffffff);
    i64.store32(STATE + i, carry1 & 0x1fffffff, 36);
    i64.store32(STATE + i, carry2 & 0x1fffffff, 72);
    carry0 >>= 29;
    carry1 >>= 29;
    carry2 >>= 29;
  }
  i64.store32(STATE, carry0, 32);
  i64.store32(STATE, carry1, 68);
  i64.store32(STATE, carry2, 104);
}

/** Four full rounds; the last mix adds `next` to z. */
function fullRounds(keys: usize, next: usize): void {
  for (let i = 0; i < FULL; i++, keys += 3 * FELT) {
    for (let x = STATE, key = keys; x < STATE + 3 * FELT; x += FELT, key += FELT) {
      add(x, x, key);
      cube(x);
    }
    mix(i == FULL - 1 ? next : ZERO);
  }
}

function permute(): void {
  const partial = KEYS + 3 * FULL * FELT;
  fullRounds(KEYS, partial);
  // Each partial round ends with the key of the next one, the last with none.
  let key = partial + FELT;
  for (let left = PARTIAL; left > 0; left -= MOST_ROUNDS, key += MOST_ROUNDS * FELT) {
    partialRounds(STATE, key, min(left, MOST_ROUNDS));
  }
  fullRounds(partial + (PARTIAL + 1) * FELT, ZERO);
}

/** Three canonical felts at `state`, permuted in place. */
export function poseidonPermutation(state: usize): void {
  for (let i: usize = 0; i < 3; i++) fromBytes(STATE + FELT * i, state + 32 * i);
  permute();
  for (let i: usize = 0; i < 3; i++) toBytes(state + 32 * i, STATE + FELT * i);
}

/** Hashes `count` pairs (64 bytes each) at `pairs` into 32 bytes each at `out`, which may be `pairs`. */
export function poseidonPairs(out: usize, pairs: usize, count: i32): void {
  for (let i = 0; i < count; i++, pairs += 64, out += 32) {
    fromBytes(STATE, pairs);
    fromBytes(S1, pairs + 32);
    combine(S2, ONE, 2, ONE, 0);
    permute();
    toBytes(out, STATE);
  }
}

/** Starts a sponge of rate 2. */
export function poseidonStart(): void {
  zero(STATE);
  zero(S1);
  zero(S2);
}

/** Absorbs `pairs` times two canonical felts. */
export function poseidonAbsorb(felts: usize, pairs: i32): void {
  for (let i = 0; i < pairs; i++, felts += 64) {
    fromBytes(U, felts);
    add(STATE, STATE, U);
    fromBytes(U, felts + 32);
    add(S1, S1, U);
    permute();
  }
}

/** The first felt of the state, 32 canonical bytes: the hash. (Padding is the host's.) */
export function poseidonFinish(out: usize): void {
  toBytes(out, STATE);
}
