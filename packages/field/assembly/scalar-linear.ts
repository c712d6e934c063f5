// What costs no multiplication: sums, carries, comparison, and the passage between limb form
// (scalar.ts) and canonical form (32 bytes, little-endian, value in [0, P)). Copies go by vector
// loads: a memory.copy of 36 bytes costs as much as a multiplication.
import { FELT, mul } from './scalar';

const BITS: i64 = 29;
const MASK: i64 = 0x1fffffff;
const MASK32: u64 = 0x1fffffff;
const LIMB6: i64 = 17 << 18;
const TOP: i64 = 19;

/** R^2 mod P as plain limbs: the factor that brings a canonical value into Montgomery form. */
const R_SQUARED: usize = memory.data<i32>([
  1048577, 531525568, 536870911, 628863, 0, 536796928, 4456447, 251675648, 479917,
]);
/** The plain integer 1: the factor that leaves Montgomery form. */
const PLAIN_ONE: usize = memory.data<i32>([1, 0, 0, 0, 0, 0, 0, 0, 0]);
/** 1 in Montgomery form, R mod P. */
export const ONE: usize = memory.data<i32>([
  536869889, 536870911, 536870911, 536870911, 536870911, 536870911, 272891903, 536870903, 524287,
]);
const SCRATCH: usize = memory.data(FELT, 8);

/** out = a. */
// @ts-ignore: decorator
@inline
export function copy(out: usize, a: usize): void {
  v128.store(out, v128.load(a));
  v128.store(out, v128.load(a, 16), 16);
  store<i32>(out, load<i32>(a, 32), 32);
}

/** out = 0. */
// @ts-ignore: decorator
@inline
export function zero(out: usize): void {
  v128.store(out, v128.splat<i32>(0));
  v128.store(out, v128.splat<i32>(0), 16);
  store<i32>(out, 0, 32);
}

/** out = a - b without a carry: loose for tight a and b. */
export function sub(out: usize, a: usize, b: usize): void {
  v128.store(out, i32x4.sub(v128.load(a), v128.load(b)));
  v128.store(out, i32x4.sub(v128.load(a, 16), v128.load(b, 16)), 16);
  store<i32>(out, load<i32>(a, 32) - load<i32>(b, 32), 32);
}

/** out = -a without a carry: loose for loose a. */
export function negate(out: usize, a: usize): void {
  v128.store(out, i32x4.neg(v128.load(a)));
  v128.store(out, i32x4.neg(v128.load(a, 16)), 16);
  store<i32>(out, -load<i32>(a, 32), 32);
}

/** out = a + b, carried: tight limbs; values add up. */
export function add(out: usize, a: usize, b: usize): void {
  combine(out, a, 1, b, 1);
}

/** out = x * a + y * b for small factors, carried: tight limbs; values combine likewise. */
export function combine(out: usize, a: usize, x: i64, b: usize, y: i64): void {
  let carry: i64 = 0;
  for (let i: usize = 0; i < FELT - 4; i += 4) {
    carry += i64.load32_s(a + i) * x + i64.load32_s(b + i) * y;
    i64.store32(out + i, carry & MASK);
    carry >>= BITS;
  }
  carry += i64.load32_s(a, FELT - 4) * x + i64.load32_s(b, FELT - 4) * y;
  i64.store32(out, carry, FELT - 4);
}

/**
 * out = a - q P with q = floor(value / 2^251), carried, for any |value| < 2^260: what remains is
 * the value mod 2^251 less q (17 * 2^192 + 1), hence tight. Brings back sums that have grown.
 */
export function fold(out: usize, a: usize): void {
  let carry: i64 = 0;
  for (let i: usize = 0; i < FELT - 4; i += 4) {
    carry += i64.load32_s(a + i);
    i64.store32(out + i, carry & MASK);
    carry >>= BITS;
  }
  const top: i64 = i64.load32_s(a, FELT - 4) + carry;
  const q: i64 = top >> TOP;
  i64.store32(out, top - (q << TOP), FELT - 4);
  carry = -q;
  for (let i: usize = 0; i < FELT - 4; i += 4) {
    carry += i64.load32_s(out + i);
    if (i == 24) carry -= q * LIMB6;
    i64.store32(out + i, carry & MASK);
    carry >>= BITS;
  }
  i64.store32(out, i64.load32_s(out, FELT - 4) + carry, FELT - 4);
}

/** out = the representative of a in [0, P), tight limbs, for any |value| < 2^260. */
export function reduce(out: usize, a: usize): void {
  // Once: [-2^205, 2^251 + 2^205). Twice: [-17 * 2^192 - 1, P).
  fold(out, a);
  fold(out, out);
  if (load<i32>(out, FELT - 4) >= 0) return;
  let carry: i64 = 1;
  for (let i: usize = 0; i < FELT - 4; i += 4) {
    carry += i64.load32_s(out + i);
    if (i == 24) carry += LIMB6;
    i64.store32(out + i, carry & MASK);
    carry >>= BITS;
  }
  i64.store32(out, i64.load32_s(out, FELT - 4) + carry + (1 << TOP), FELT - 4);
}

/** Whether a = 0 mod P, for |value| < 32 P. Nearly always decided by the lowest limb. */
export function isZero(a: usize): bool {
  // A multiple k P has k in its lowest limb, since P = 1 mod 2^192.
  const low = (load<i32>(a) << 3) >> 3;
  if (low > 32 || low < -32) return false;
  reduce(SCRATCH, a);
  let bits = 0;
  for (let i: usize = 0; i < FELT; i += 4) bits |= load<i32>(SCRATCH + i);
  return bits == 0;
}

/** Whether a = b mod P for tight a and b. */
export function equals(a: usize, b: usize): bool {
  sub(SCRATCH, a, b);
  return isZero(SCRATCH);
}

/** Canonical bytes into plain limbs, as they are. */
export function unpack(out: usize, bytes: usize): void {
  for (let i: usize = 0, bit: usize = 0; i < FELT - 4; i += 4, bit += 29) {
    store<u32>(out + i, <u32>((load<u64>(bytes + (bit >> 3)) >> (bit & 7)) & MASK32));
  }
  store<u32>(out, load<u32>(bytes, 28) >> 8, FELT - 4);
}

/** Plain limbs of a value in [0, P) into canonical bytes: 32, not one more. */
export function pack(bytes: usize, a: usize): void {
  let word: u64 = 0;
  let filled: u64 = 0;
  let to = bytes;
  for (let i: usize = 0; i < FELT; i += 4) {
    const limb: u64 = load<u32>(a + i);
    word |= limb << filled;
    filled += 29;
    if (filled >= 64) {
      store<u64>(to, word);
      to += 8;
      filled -= 64;
      word = limb >> (29 - filled);
    }
  }
  // Nine limbs are four words and five bits, which are zero below P.
}

/** out = the Montgomery form of canonical bytes. */
export function fromBytes(out: usize, bytes: usize): void {
  unpack(SCRATCH, bytes);
  mul(out, SCRATCH, R_SQUARED);
}

/** Canonical bytes of an element in Montgomery form. */
export function toBytes(bytes: usize, a: usize): void {
  mul(SCRATCH, a, PLAIN_ONE);
  reduce(SCRATCH, SCRATCH);
  pack(bytes, SCRATCH);
}
