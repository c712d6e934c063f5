// Fused forms of the kernels of scalar.ts: one reduction or one carry pass instead of two. They are
// what elliptic-curve formulas end in. What is subtracted after the reduction adds to the result's value:
// its limbs are tight, its value is bounded by the sum of the parts.
const BITS: i64 = 29;
const MASK: i64 = 0x1fffffff;
const LIMB6: i64 = 17 << 18;
const TOP: i64 = 19;

/** out = (a * b - c * d) / R. */
export function mulSubMul(out: usize, a: usize, b: usize, c: usize, d: usize): void {
  const a0 = i64.load32_s(a, 0);
  const a1 = i64.load32_s(a, 4);
  const a2 = i64.load32_s(a, 8);
  const a3 = i64.load32_s(a, 12);
  const a4 = i64.load32_s(a, 16);
  const a5 = i64.load32_s(a, 20);
  const a6 = i64.load32_s(a, 24);
  const a7 = i64.load32_s(a, 28);
  const a8 = i64.load32_s(a, 32);
  const b0 = i64.load32_s(b, 0);
  const b1 = i64.load32_s(b, 4);
  const b2 = i64.load32_s(b, 8);
  const b3 = i64.load32_s(b, 12);
  const b4 = i64.load32_s(b, 16);
  const b5 = i64.load32_s(b, 20);
  const b6 = i64.load32_s(b, 24);
  const b7 = i64.load32_s(b, 28);
  const b8 = i64.load32_s(b, 32);
  const c0 = i64.load32_s(c, 0);
  const c1 = i64.load32_s(c, 4);
  const c2 = i64.load32_s(c, 8);
  const c3 = i64.load32_s(c, 12);
  const c4 = i64.load32_s(c, 16);
  const c5 = i64.load32_s(c, 20);
  const c6 = i64.load32_s(c, 24);
  const c7 = i64.load32_s(c, 28);
  const c8 = i64.load32_s(c, 32);
  const d0 = i64.load32_s(d, 0);
  const d1 = i64.load32_s(d, 4);
  const d2 = i64.load32_s(d, 8);
  const d3 = i64.load32_s(d, 12);
  const d4 = i64.load32_s(d, 16);
  const d5 = i64.load32_s(d, 20);
  const d6 = i64.load32_s(d, 24);
  const d7 = i64.load32_s(d, 28);
  const d8 = i64.load32_s(d, 32);
  const t0 = a0 * b0 - c0 * d0;
  const m0 = t0 & MASK;
  const t1 = a0 * b1 + a1 * b0 - (c0 * d1 + c1 * d0) + (t0 >> BITS);
  const m1 = t1 & MASK;
  const t2 = a0 * b2 + a1 * b1 + a2 * b0 - (c0 * d2 + c1 * d1 + c2 * d0) + (t1 >> BITS);
  const m2 = t2 & MASK;
  const t3 =
    a0 * b3 + a1 * b2 + a2 * b1 + a3 * b0 - (c0 * d3 + c1 * d2 + c2 * d1 + c3 * d0) + (t2 >> BITS);
  const m3 = t3 & MASK;
  const t4 =
    a0 * b4 +
    a1 * b3 +
    a2 * b2 +
    a3 * b1 +
    a4 * b0 -
    (c0 * d4 + c1 * d3 + c2 * d2 + c3 * d1 + c4 * d0) +
    (t3 >> BITS);
  const m4 = t4 & MASK;
  const t5 =
    a0 * b5 +
    a1 * b4 +
    a2 * b3 +
    a3 * b2 +
    a4 * b1 +
    a5 * b0 -
    (c0 * d5 + c1 * d4 + c2 * d3 + c3 * d2 + c4 * d1 + c5 * d0) +
    (t4 >> BITS);
  const m5 = t5 & MASK;
  const t6 =
    a0 * b6 +
    a1 * b5 +
    a2 * b4 +
    a3 * b3 +
    a4 * b2 +
    a5 * b1 +
    a6 * b0 -
    (c0 * d6 + c1 * d5 + c2 * d4 + c3 * d3 + c4 * d2 + c5 * d1 + c6 * d0) -
    (m0 << 18) -
    (m0 << 22) +
    (t5 >> BITS);
  const m6 = t6 & MASK;
  const t7 =
    a0 * b7 +
    a1 * b6 +
    a2 * b5 +
    a3 * b4 +
    a4 * b3 +
    a5 * b2 +
    a6 * b1 +
    a7 * b0 -
    (c0 * d7 + c1 * d6 + c2 * d5 + c3 * d4 + c4 * d3 + c5 * d2 + c6 * d1 + c7 * d0) -
    (m1 << 18) -
    (m1 << 22) +
    (t6 >> BITS);
  const m7 = t7 & MASK;
  const t8 =
    a0 * b8 +
    a1 * b7 +
    a2 * b6 +
    a3 * b5 +
    a4 * b4 +
    a5 * b3 +
    a6 * b2 +
    a7 * b1 +
    a8 * b0 -
    (c0 * d8 + c1 * d7 + c2 * d6 + c3 * d5 + c4 * d4 + c5 * d3 + c6 * d2 + c7 * d1 + c8 * d0) -
    (m0 << TOP) -
    (m2 << 18) -
    (m2 << 22) +
    (t7 >> BITS);
  const m8 = t8 & MASK;
  const t9 =
    a1 * b8 +
    a2 * b7 +
    a3 * b6 +
    a4 * b5 +
    a5 * b4 +
    a6 * b3 +
    a7 * b2 +
    a8 * b1 -
    (c1 * d8 + c2 * d7 + c3 * d6 + c4 * d5 + c5 * d4 + c6 * d3 + c7 * d2 + c8 * d1) -
    (m1 << TOP) -
    (m3 << 18) -
    (m3 << 22) +
    (t8 >> BITS);
  i64.store32(out, t9 & MASK, 0);
  const t10 =
    a2 * b8 +
    a3 * b7 +
    a4 * b6 +
    a5 * b5 +
    a6 * b4 +
    a7 * b3 +
    a8 * b2 -
    (c2 * d8 + c3 * d7 + c4 * d6 + c5 * d5 + c6 * d4 + c7 * d3 + c8 * d2) -
    (m2 << TOP) -
    (m4 << 18) -
    (m4 << 22) +
    (t9 >> BITS);
  i64.store32(out, t10 & MASK, 4);
  const t11 =
    a3 * b8 +
    a4 * b7 +
    a5 * b6 +
    a6 * b5 +
    a7 * b4 +
    a8 * b3 -
    (c3 * d8 + c4 * d7 + c5 * d6 + c6 * d5 + c7 * d4 + c8 * d3) -
    (m3 << TOP) -
    (m5 << 18) -
    (m5 << 22) +
    (t10 >> BITS);
  i64.store32(out, t11 & MASK, 8);
  const t12 =
    a4 * b8 +
    a5 * b7 +
    a6 * b6 +
    a7 * b5 +
    a8 * b4 -
    (c4 * d8 + c5 * d7 + c6 * d6 + c7 * d5 + c8 * d4) -
    (m4 << TOP) -
    (m6 << 18) -
    (m6 << 22) +
    (t11 >> BITS);
  i64.store32(out, t12 & MASK, 12);
  const t13 =
    a5 * b8 +
    a6 * b7 +
    a7 * b6 +
    a8 * b5 -
    (c5 * d8 + c6 * d7 + c7 * d6 + c8 * d5) -
    (m5 << TOP) -
    (m7 << 18) -
    (m7 << 22) +
    (t12 >> BITS);
  i64.store32(out, t13 & MASK, 16);
  const t14 =
    a6 * b8 +
    a7 * b7 +
    a8 * b6 -
    (c6 * d8 + c7 * d7 + c8 * d6) -
    (m6 << TOP) -
    (m8 << 18) -
    (m8 << 22) +
    (t13 >> BITS);
  i64.store32(out, t14 & MASK, 20);
  const t15 = a7 * b8 + a8 * b7 - (c7 * d8 + c8 * d7) - (m7 << TOP) + (t14 >> BITS);
  i64.store32(out, t15 & MASK, 24);
  const t16 = a8 * b8 - c8 * d8 - (m8 << TOP) + (t15 >> BITS);
  i64.store32(out, t16 & MASK, 28);
  i64.store32(out, t16 >> BITS, 32);
}

/** out = a * b / R - c. */
export function mulSub(out: usize, a: usize, b: usize, c: usize): void {
  const a0 = i64.load32_s(a, 0);
  const a1 = i64.load32_s(a, 4);
  const a2 = i64.load32_s(a, 8);
  const a3 = i64.load32_s(a, 12);
  const a4 = i64.load32_s(a, 16);
  const a5 = i64.load32_s(a, 20);
  const a6 = i64.load32_s(a, 24);
  const a7 = i64.load32_s(a, 28);
  const a8 = i64.load32_s(a, 32);
  const b0 = i64.load32_s(b, 0);
  const b1 = i64.load32_s(b, 4);
  const b2 = i64.load32_s(b, 8);
  const b3 = i64.load32_s(b, 12);
  const b4 = i64.load32_s(b, 16);
  const b5 = i64.load32_s(b, 20);
  const b6 = i64.load32_s(b, 24);
  const b7 = i64.load32_s(b, 28);
  const b8 = i64.load32_s(b, 32);
  const t0 = a0 * b0;
  const m0 = t0 & MASK;
  const t1 = a0 * b1 + a1 * b0 + (t0 >> BITS);
  const m1 = t1 & MASK;
  const t2 = a0 * b2 + a1 * b1 + a2 * b0 + (t1 >> BITS);
  const m2 = t2 & MASK;
  const t3 = a0 * b3 + a1 * b2 + a2 * b1 + a3 * b0 + (t2 >> BITS);
  const m3 = t3 & MASK;
  const t4 = a0 * b4 + a1 * b3 + a2 * b2 + a3 * b1 + a4 * b0 + (t3 >> BITS);
  const m4 = t4 & MASK;
  const t5 = a0 * b5 + a1 * b4 + a2 * b3 + a3 * b2 + a4 * b1 + a5 * b0 + (t4 >> BITS);
  const m5 = t5 & MASK;
  const t6 =
    a0 * b6 +
    a1 * b5 +
    a2 * b4 +
    a3 * b3 +
    a4 * b2 +
    a5 * b1 +
    a6 * b0 -
    (m0 << 18) -
    (m0 << 22) +
    (t5 >> BITS);
  const m6 = t6 & MASK;
  const t7 =
    a0 * b7 +
    a1 * b6 +
    a2 * b5 +
    a3 * b4 +
    a4 * b3 +
    a5 * b2 +
    a6 * b1 +
    a7 * b0 -
    (m1 << 18) -
    (m1 << 22) +
    (t6 >> BITS);
  const m7 = t7 & MASK;
  const t8 =
    a0 * b8 +
    a1 * b7 +
    a2 * b6 +
    a3 * b5 +
    a4 * b4 +
    a5 * b3 +
    a6 * b2 +
    a7 * b1 +
    a8 * b0 -
    (m0 << TOP) -
    (m2 << 18) -
    (m2 << 22) +
    (t7 >> BITS);
  const m8 = t8 & MASK;
  const t9 =
    a1 * b8 +
    a2 * b7 +
    a3 * b6 +
    a4 * b5 +
    a5 * b4 +
    a6 * b3 +
    a7 * b2 +
    a8 * b1 -
    i64.load32_s(c, 0) -
    (m1 << TOP) -
    (m3 << 18) -
    (m3 << 22) +
    (t8 >> BITS);
  i64.store32(out, t9 & MASK, 0);
  const t10 =
    a2 * b8 +
    a3 * b7 +
    a4 * b6 +
    a5 * b5 +
    a6 * b4 +
    a7 * b3 +
    a8 * b2 -
    i64.load32_s(c, 4) -
    (m2 << TOP) -
    (m4 << 18) -
    (m4 << 22) +
    (t9 >> BITS);
  i64.store32(out, t10 & MASK, 4);
  const t11 =
    a3 * b8 +
    a4 * b7 +
    a5 * b6 +
    a6 * b5 +
    a7 * b4 +
    a8 * b3 -
    i64.load32_s(c, 8) -
    (m3 << TOP) -
    (m5 << 18) -
    (m5 << 22) +
    (t10 >> BITS);
  i64.store32(out, t11 & MASK, 8);
  const t12 =
    a4 * b8 +
    a5 * b7 +
    a6 * b6 +
    a7 * b5 +
    a8 * b4 -
    i64.load32_s(c, 12) -
    (m4 << TOP) -
    (m6 << 18) -
    (m6 << 22) +
    (t11 >> BITS);
  i64.store32(out, t12 & MASK, 12);
  const t13 =
    a5 * b8 +
    a6 * b7 +
    a7 * b6 +
    a8 * b5 -
    i64.load32_s(c, 16) -
    (m5 << TOP) -
    (m7 << 18) -
    (m7 << 22) +
    (t12 >> BITS);
  i64.store32(out, t13 & MASK, 16);
  const t14 =
    a6 * b8 +
    a7 * b7 +
    a8 * b6 -
    i64.load32_s(c, 20) -
    (m6 << TOP) -
    (m8 << 18) -
    (m8 << 22) +
    (t13 >> BITS);
  i64.store32(out, t14 & MASK, 20);
  const t15 = a7 * b8 + a8 * b7 - i64.load32_s(c, 24) - (m7 << TOP) + (t14 >> BITS);
  i64.store32(out, t15 & MASK, 24);
  const t16 = a8 * b8 - i64.load32_s(c, 28) - (m8 << TOP) + (t15 >> BITS);
  i64.store32(out, t16 & MASK, 28);
  i64.store32(out, (t16 >> BITS) - i64.load32_s(c, 32), 32);
}

/** out = a^2 / R - b - c - d. */
export function squareSub(out: usize, a: usize, b: usize, c: usize, d: usize): void {
  const a0 = i64.load32_s(a, 0);
  const a1 = i64.load32_s(a, 4);
  const a2 = i64.load32_s(a, 8);
  const a3 = i64.load32_s(a, 12);
  const a4 = i64.load32_s(a, 16);
  const a5 = i64.load32_s(a, 20);
  const a6 = i64.load32_s(a, 24);
  const a7 = i64.load32_s(a, 28);
  const a8 = i64.load32_s(a, 32);
  const d0 = a0 << 1;
  const d1 = a1 << 1;
  const d2 = a2 << 1;
  const d3 = a3 << 1;
  const d4 = a4 << 1;
  const d5 = a5 << 1;
  const d6 = a6 << 1;
  const d7 = a7 << 1;
  const t0 = a0 * a0;
  const m0 = t0 & MASK;
  const t1 = d0 * a1 + (t0 >> BITS);
  const m1 = t1 & MASK;
  const t2 = d0 * a2 + a1 * a1 + (t1 >> BITS);
  const m2 = t2 & MASK;
  const t3 = d0 * a3 + d1 * a2 + (t2 >> BITS);
  const m3 = t3 & MASK;
  const t4 = d0 * a4 + d1 * a3 + a2 * a2 + (t3 >> BITS);
  const m4 = t4 & MASK;
  const t5 = d0 * a5 + d1 * a4 + d2 * a3 + (t4 >> BITS);
  const m5 = t5 & MASK;
  const t6 = d0 * a6 + d1 * a5 + d2 * a4 + a3 * a3 - m0 * LIMB6 + (t5 >> BITS);
  const m6 = t6 & MASK;
  const t7 = d0 * a7 + d1 * a6 + d2 * a5 + d3 * a4 - m1 * LIMB6 + (t6 >> BITS);
  const m7 = t7 & MASK;
  const t8 =
    d0 * a8 + d1 * a7 + d2 * a6 + d3 * a5 + a4 * a4 - (m0 << TOP) - m2 * LIMB6 + (t7 >> BITS);
  const m8 = t8 & MASK;
  const t9 =
    d1 * a8 +
    d2 * a7 +
    d3 * a6 +
    d4 * a5 -
    i64.load32_s(b, 0) -
    i64.load32_s(c, 0) -
    i64.load32_s(d, 0) -
    (m1 << TOP) -
    m3 * LIMB6 +
    (t8 >> BITS);
  i64.store32(out, t9 & MASK, 0);
  const t10 =
    d2 * a8 +
    d3 * a7 +
    d4 * a6 +
    a5 * a5 -
    i64.load32_s(b, 4) -
    i64.load32_s(c, 4) -
    i64.load32_s(d, 4) -
    (m2 << TOP) -
    m4 * LIMB6 +
    (t9 >> BITS);
  i64.store32(out, t10 & MASK, 4);
  const t11 =
    d3 * a8 +
    d4 * a7 +
    d5 * a6 -
    i64.load32_s(b, 8) -
    i64.load32_s(c, 8) -
    i64.load32_s(d, 8) -
    (m3 << TOP) -
    m5 * LIMB6 +
    (t10 >> BITS);
  i64.store32(out, t11 & MASK, 8);
  const t12 =
    d4 * a8 +
    d5 * a7 +
    a6 * a6 -
    i64.load32_s(b, 12) -
    i64.load32_s(c, 12) -
    i64.load32_s(d, 12) -
    (m4 << TOP) -
    m6 * LIMB6 +
    (t11 >> BITS);
  i64.store32(out, t12 & MASK, 12);
  const t13 =
    d5 * a8 +
    d6 * a7 -
    i64.load32_s(b, 16) -
    i64.load32_s(c, 16) -
    i64.load32_s(d, 16) -
    (m5 << TOP) -
    m7 * LIMB6 +
    (t12 >> BITS);
  i64.store32(out, t13 & MASK, 16);
  const t14 =
    d6 * a8 +
    a7 * a7 -
    i64.load32_s(b, 20) -
    i64.load32_s(c, 20) -
    i64.load32_s(d, 20) -
    (m6 << TOP) -
    m8 * LIMB6 +
    (t13 >> BITS);
  i64.store32(out, t14 & MASK, 20);
  const t15 =
    d7 * a8 -
    i64.load32_s(b, 24) -
    i64.load32_s(c, 24) -
    i64.load32_s(d, 24) -
    (m7 << TOP) +
    (t14 >> BITS);
  i64.store32(out, t15 & MASK, 24);
  const t16 =
    a8 * a8 -
    i64.load32_s(b, 28) -
    i64.load32_s(c, 28) -
    i64.load32_s(d, 28) -
    (m8 << TOP) +
    (t15 >> BITS);
  i64.store32(out, t16 & MASK, 28);
  i64.store32(
    out,
    (t16 >> BITS) - i64.load32_s(b, 32) - i64.load32_s(c, 32) - i64.load32_s(d, 32),
    32,
  );
}
