// Between vectors of four elements and bytes. Two byte forms:
//   plain  the canonical value, 32 bytes little-endian (Cairo memory)
//   wire   Montgomery form with R = 2^256, canonical, 32 bytes big-endian (what Stone commits to and
//          sends): 16 times our R = 2^252 form.
import { LIMBS28, mul } from './simd';

/** 2^504 mod P, plain limbs, in all lanes: brings plain values into Montgomery form. */
const TO_MONTGOMERY: usize = memory.data(144, 16);
/** 2^248 mod P, plain limbs, in all lanes: brings R = 2^256 into R = 2^252. */
const FROM_WIRE: usize = memory.data(144, 16);
const R_SQUARED: usize = memory.data<i32>([
  58589189, 268435415, 51380223, 19, 260046848, 268435446, 150994943, 179691529, 134217684,
]);
let ready = false;

function prepare(): void {
  for (let i: usize = 0; i < LIMBS28; i += 4) {
    v128.store(TO_MONTGOMERY + 4 * i, v128.load32_splat(R_SQUARED + i));
    v128.store(FROM_WIRE + 4 * i, i32x4.splat(i == 32 ? 1 << 24 : 0));
  }
  ready = true;
}

/** out = a * R: Montgomery form of plain limbs in [0, 2^28). */
export function toMontgomery(out: usize, a: usize): void {
  if (!ready) prepare();
  mul(out, a, TO_MONTGOMERY);
}

/** out = a / 16: R = 2^252 form of R = 2^256 form. */
export function fromWireForm(out: usize, a: usize): void {
  if (!ready) prepare();
  mul(out, a, FROM_WIRE);
}

/** The 28-bit limbs of a 32-byte little-endian integer, `stride` bytes apart at `out`. */
export function unpack28(out: usize, stride: usize, bytes: usize): void {
  let bit: usize = 0;
  for (let k = 0; k < 8; k++, bit += 28, out += stride) {
    store<u32>(out, <u32>(load<u64>(bytes + (bit >> 3)) >> (bit & 7)) & 0xfffffff);
  }
  store<u32>(out, load<u32>(bytes, 28));
}

/** Reverses the bytes of each 32-bit word. */
function swap(w: v128): v128 {
  return v128.shuffle<u8>(w, w, 3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12);
}

/** Stores words a..d of the four lanes: 16 bytes of each, lanes 32 bytes apart. */
function storeWords(out: usize, a: v128, b: v128, c: v128, d: v128): void {
  const ab0 = v128.shuffle<i32>(a, b, 0, 4, 1, 5);
  const ab1 = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
  const cd0 = v128.shuffle<i32>(c, d, 0, 4, 1, 5);
  const cd1 = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
  v128.store(out, v128.shuffle<i64>(ab0, cd0, 0, 2));
  v128.store(out + 32, v128.shuffle<i64>(ab0, cd0, 1, 3));
  v128.store(out + 64, v128.shuffle<i64>(ab1, cd1, 0, 2));
  v128.store(out + 96, v128.shuffle<i64>(ab1, cd1, 1, 3));
}

/**
 * Writes the four elements in wire form, 32 bytes each, lanes consecutive: 128 bytes at `out`.
 * Input: |limb| < 2^31, |value| < 15 P.
 */
export function serialise(out: usize, a: usize): void {
  const M = i32x4.splat(0xfffffff);
  let l0 = v128.load(a);
  let l1 = v128.load(a, 16);
  let l2 = v128.load(a, 32);
  let l3 = v128.load(a, 48);
  let l4 = v128.load(a, 64);
  let l5 = v128.load(a, 80);
  let l6 = v128.load(a, 96);
  let l7 = v128.load(a, 112);
  let l8 = v128.load(a, 128);
  // 1. Value into [0, 2^251 + small), by 2^251 = -(17 * 2^192 + 1).
  let q = i32x4.shr_s(l8, 27);
  l8 = v128.and(l8, i32x4.splat(0x7ffffff));
  l0 = i32x4.sub(l0, q);
  l6 = i32x4.sub(l6, i32x4.shl(q, 24));
  l7 = i32x4.sub(l7, q);
  l1 = i32x4.add(l1, i32x4.shr_s(l0, 28));
  l0 = v128.and(l0, M);
  l2 = i32x4.add(l2, i32x4.shr_s(l1, 28));
  l1 = v128.and(l1, M);
  l3 = i32x4.add(l3, i32x4.shr_s(l2, 28));
  l2 = v128.and(l2, M);
  l4 = i32x4.add(l4, i32x4.shr_s(l3, 28));
  l3 = v128.and(l3, M);
  l5 = i32x4.add(l5, i32x4.shr_s(l4, 28));
  l4 = v128.and(l4, M);
  l6 = i32x4.add(l6, i32x4.shr_s(l5, 28));
  l5 = v128.and(l5, M);
  l7 = i32x4.add(l7, i32x4.shr_s(l6, 28));
  l6 = v128.and(l6, M);
  l8 = i32x4.add(l8, i32x4.shr_s(l7, 28));
  l7 = v128.and(l7, M);
  // 2. Times 16: what passes 2^251 folds back as before.
  q = i32x4.shr_s(l8, 23);
  l8 = v128.or(i32x4.shl(v128.and(l8, i32x4.splat(0x7fffff)), 4), i32x4.shr_u(l7, 24));
  l7 = v128.or(v128.and(i32x4.shl(l7, 4), M), i32x4.shr_u(l6, 24));
  l6 = v128.or(v128.and(i32x4.shl(l6, 4), M), i32x4.shr_u(l5, 24));
  l5 = v128.or(v128.and(i32x4.shl(l5, 4), M), i32x4.shr_u(l4, 24));
  l4 = v128.or(v128.and(i32x4.shl(l4, 4), M), i32x4.shr_u(l3, 24));
  l3 = v128.or(v128.and(i32x4.shl(l3, 4), M), i32x4.shr_u(l2, 24));
  l2 = v128.or(v128.and(i32x4.shl(l2, 4), M), i32x4.shr_u(l1, 24));
  l1 = v128.or(v128.and(i32x4.shl(l1, 4), M), i32x4.shr_u(l0, 24));
  l0 = v128.and(i32x4.shl(l0, 4), M);
  l0 = i32x4.sub(l0, q);
  l6 = i32x4.sub(l6, i32x4.shl(q, 24));
  l7 = i32x4.sub(l7, q);
  // 3. Carry; a negative value (rare) gets P added and is carried again: now canonical.
  for (;;) {
    l1 = i32x4.add(l1, i32x4.shr_s(l0, 28));
    l0 = v128.and(l0, M);
    l2 = i32x4.add(l2, i32x4.shr_s(l1, 28));
    l1 = v128.and(l1, M);
    l3 = i32x4.add(l3, i32x4.shr_s(l2, 28));
    l2 = v128.and(l2, M);
    l4 = i32x4.add(l4, i32x4.shr_s(l3, 28));
    l3 = v128.and(l3, M);
    l5 = i32x4.add(l5, i32x4.shr_s(l4, 28));
    l4 = v128.and(l4, M);
    l6 = i32x4.add(l6, i32x4.shr_s(l5, 28));
    l5 = v128.and(l5, M);
    l7 = i32x4.add(l7, i32x4.shr_s(l6, 28));
    l6 = v128.and(l6, M);
    l8 = i32x4.add(l8, i32x4.shr_s(l7, 28));
    l7 = v128.and(l7, M);
    const negative = i32x4.shr_s(l8, 31);
    if (!v128.any_true(negative)) break;
    l0 = i32x4.sub(l0, negative);
    l6 = i32x4.add(l6, v128.and(negative, i32x4.splat(1 << 24)));
    l7 = i32x4.sub(l7, negative);
    l8 = i32x4.add(l8, v128.and(negative, i32x4.splat(1 << 27)));
  }
  const w0 = swap(v128.or(l0, i32x4.shl(l1, 28)));
  const w1 = swap(v128.or(i32x4.shr_u(l1, 4), i32x4.shl(l2, 24)));
  const w2 = swap(v128.or(i32x4.shr_u(l2, 8), i32x4.shl(l3, 20)));
  const w3 = swap(v128.or(i32x4.shr_u(l3, 12), i32x4.shl(l4, 16)));
  const w4 = swap(v128.or(i32x4.shr_u(l4, 16), i32x4.shl(l5, 12)));
  const w5 = swap(v128.or(i32x4.shr_u(l5, 20), i32x4.shl(l6, 8)));
  const w6 = swap(v128.or(i32x4.shr_u(l6, 24), i32x4.shl(l7, 4)));
  const w7 = swap(l8);
  storeWords(out, w7, w6, w5, w4);
  storeWords(out + 16, w3, w2, w1, w0);
}
