// Vectors of four field elements: nine i32x4, vector k holding limb k (28 bits, lazily signed) of
// the four; 144 bytes. Montgomery form with R = 2^252. The product and the carry pass are generated
// (scripts/montgomery.ts); here is what needs no multiplication.
//
// A vector is `normal` when limbs 0..7 are in [0, 2^28) and the values are within 2^200 of
// [0, 2^251]: what `normalise` leaves. A product is a little less: values in (-2 P, P), limb 8 signed.
// Sums and differences are not carried: who adds several must normalise before a limb reaches 2^31
// and before a factor breaks `mul`'s bound.
export { mul, normalise } from '../build/assembly/simd-kernels';

/** Bytes of a vector of four elements. */
export const VECTOR: usize = 144;
/** Bytes of one element with the same 28-bit limbs. */
export const LIMBS28: usize = 36;

/** out = a + b, not carried. */
export function add(out: usize, a: usize, b: usize): void {
  for (let i: usize = 0; i < VECTOR; i += 16) {
    v128.store(out + i, i32x4.add(v128.load(a + i), v128.load(b + i)));
  }
}

/** out = a - b, not carried. */
export function sub(out: usize, a: usize, b: usize): void {
  for (let i: usize = 0; i < VECTOR; i += 16) {
    v128.store(out + i, i32x4.sub(v128.load(a + i), v128.load(b + i)));
  }
}

/** out = a. */
export function copy(out: usize, a: usize): void {
  for (let i: usize = 0; i < VECTOR; i += 16) v128.store(out + i, v128.load(a + i));
}

/** out = the element at `a` (36 bytes) in all four lanes. */
export function splat(out: usize, a: usize): void {
  for (let i: usize = 0; i < LIMBS28; i += 4) v128.store(out + 4 * i, v128.load32_splat(a + i));
}

/** out = lane `lane` of `a` in all four lanes. */
export function splatLane(out: usize, a: usize, lane: i32): void {
  const from = a + ((<usize>lane) << 2);
  for (let i: usize = 0; i < VECTOR; i += 16) v128.store(out + i, v128.load32_splat(from + i));
}

/** The element in lane `lane` of `a`, as 36 bytes at `out`. */
export function extract(out: usize, a: usize, lane: i32): void {
  const from = a + ((<usize>lane) << 2);
  for (let i: usize = 0; i < LIMBS28; i += 4) store<u32>(out + i, load<u32>(from + 4 * i));
}

/** Puts the 36-byte element at `a` into lane `lane` of `out`. */
export function insert(out: usize, lane: i32, a: usize): void {
  const to = out + ((<usize>lane) << 2);
  for (let i: usize = 0; i < LIMBS28; i += 4) store<u32>(to + 4 * i, load<u32>(a + i));
}

/** Four consecutive 36-byte elements at `a` into the four lanes of `out`. */
export function gather(out: usize, a: usize): void {
  for (let i: usize = 0; i < LIMBS28; i += 4) {
    let v = v128.load32_zero(a + i);
    v = v128.load32_lane(a + i + 36, v, 1);
    v = v128.load32_lane(a + i + 72, v, 2);
    v = v128.load32_lane(a + i + 108, v, 3);
    v128.store(out + 4 * i, v);
  }
}

/**
 * The 4x4 transpose of the vectors at a, b, c, d into four vectors `stride` bytes apart at `out`:
 * lane j of the i-th vector becomes lane i of out + j * stride.
 */
export function transpose(out: usize, stride: usize, a: usize, b: usize, c: usize, d: usize): void {
  for (let i: usize = 0; i < VECTOR; i += 16) {
    const va = v128.load(a + i);
    const vb = v128.load(b + i);
    const vc = v128.load(c + i);
    const vd = v128.load(d + i);
    const ab0 = v128.shuffle<i32>(va, vb, 0, 4, 1, 5);
    const ab1 = v128.shuffle<i32>(va, vb, 2, 6, 3, 7);
    const cd0 = v128.shuffle<i32>(vc, vd, 0, 4, 1, 5);
    const cd1 = v128.shuffle<i32>(vc, vd, 2, 6, 3, 7);
    v128.store(out + i, v128.shuffle<i64>(ab0, cd0, 0, 2));
    v128.store(out + stride + i, v128.shuffle<i64>(ab0, cd0, 1, 3));
    v128.store(out + 2 * stride + i, v128.shuffle<i64>(ab1, cd1, 0, 2));
    v128.store(out + 3 * stride + i, v128.shuffle<i64>(ab1, cd1, 1, 3));
  }
}
