// The partial rounds of Hades in registers. Only z meets the S-box: x and y are sums, so that their limbs
// may grow (by less than 2.4 bits a round) and are carried once a call, while z is folded and carried
// in every round.
import { FELT } from '../../field/assembly/scalar';

const BITS: i64 = 29;
const MASK: i64 = 0x1fffffff;
const LIMB6: i64 = 17 << 18;
const TOP: i64 = 19;

/** Most rounds of one call: limbs of 29 bits grow to 58. */
export const MOST_ROUNDS: i32 = 12;

/**
 * `count` rounds (at most MOST_ROUNDS) of: cube z, apply the matrix, add the next key to z. `state`: three
 * tight elements. `keys`: one element a round.
 */
export function partialRounds(state: usize, keys: usize, count: i32): void {
  let x0 = i64.load32_s(state, 0);
  let x1 = i64.load32_s(state, 4);
  let x2 = i64.load32_s(state, 8);
  let x3 = i64.load32_s(state, 12);
  let x4 = i64.load32_s(state, 16);
  let x5 = i64.load32_s(state, 20);
  let x6 = i64.load32_s(state, 24);
  let x7 = i64.load32_s(state, 28);
  let x8 = i64.load32_s(state, 32);
  let y0 = i64.load32_s(state, 36);
  let y1 = i64.load32_s(state, 40);
  let y2 = i64.load32_s(state, 44);
  let y3 = i64.load32_s(state, 48);
  let y4 = i64.load32_s(state, 52);
  let y5 = i64.load32_s(state, 56);
  let y6 = i64.load32_s(state, 60);
  let y7 = i64.load32_s(state, 64);
  let y8 = i64.load32_s(state, 68);
  let z0 = i64.load32_s(state, 72);
  let z1 = i64.load32_s(state, 76);
  let z2 = i64.load32_s(state, 80);
  let z3 = i64.load32_s(state, 84);
  let z4 = i64.load32_s(state, 88);
  let z5 = i64.load32_s(state, 92);
  let z6 = i64.load32_s(state, 96);
  let z7 = i64.load32_s(state, 100);
  let z8 = i64.load32_s(state, 104);
  for (let round = 0; round < count; round++, keys += FELT) {
    // s = z^2 / R
    const d0 = z0 << 1;
    const d1 = z1 << 1;
    const d2 = z2 << 1;
    const d3 = z3 << 1;
    const d4 = z4 << 1;
    const d5 = z5 << 1;
    const d6 = z6 << 1;
    const d7 = z7 << 1;
    const p0 = z0 * z0;
    const n0 = p0 & MASK;
    const p1 = d0 * z1 + (p0 >> BITS);
    const n1 = p1 & MASK;
    const p2 = d0 * z2 + z1 * z1 + (p1 >> BITS);
    const n2 = p2 & MASK;
    const p3 = d0 * z3 + d1 * z2 + (p2 >> BITS);
    const n3 = p3 & MASK;
    const p4 = d0 * z4 + d1 * z3 + z2 * z2 + (p3 >> BITS);
    const n4 = p4 & MASK;
    const p5 = d0 * z5 + d1 * z4 + d2 * z3 + (p4 >> BITS);
    const n5 = p5 & MASK;
    const p6 = d0 * z6 + d1 * z5 + d2 * z4 + z3 * z3 - (n0 << 18) - (n0 << 22) + (p5 >> BITS);
    const n6 = p6 & MASK;
    const p7 = d0 * z7 + d1 * z6 + d2 * z5 + d3 * z4 - (n1 << 18) - (n1 << 22) + (p6 >> BITS);
    const n7 = p7 & MASK;
    const p8 =
      d0 * z8 +
      d1 * z7 +
      d2 * z6 +
      d3 * z5 +
      z4 * z4 -
      (n0 << TOP) -
      (n2 << 18) -
      (n2 << 22) +
      (p7 >> BITS);
    const n8 = p8 & MASK;
    const p9 =
      d1 * z8 + d2 * z7 + d3 * z6 + d4 * z5 - (n1 << TOP) - (n3 << 18) - (n3 << 22) + (p8 >> BITS);
    const s0 = p9 & MASK;
    const p10 =
      d2 * z8 + d3 * z7 + d4 * z6 + z5 * z5 - (n2 << TOP) - (n4 << 18) - (n4 << 22) + (p9 >> BITS);
    const s1 = p10 & MASK;
    const p11 = d3 * z8 + d4 * z7 + d5 * z6 - (n3 << TOP) - (n5 << 18) - (n5 << 22) + (p10 >> BITS);
    const s2 = p11 & MASK;
    const p12 = d4 * z8 + d5 * z7 + z6 * z6 - (n4 << TOP) - (n6 << 18) - (n6 << 22) + (p11 >> BITS);
    const s3 = p12 & MASK;
    const p13 = d5 * z8 + d6 * z7 - (n5 << TOP) - (n7 << 18) - (n7 << 22) + (p12 >> BITS);
    const s4 = p13 & MASK;
    const p14 = d6 * z8 + z7 * z7 - (n6 << TOP) - (n8 << 18) - (n8 << 22) + (p13 >> BITS);
    const s5 = p14 & MASK;
    const p15 = d7 * z8 - (n7 << TOP) + (p14 >> BITS);
    const s6 = p15 & MASK;
    const p16 = z8 * z8 - (n8 << TOP) + (p15 >> BITS);
    const s7 = p16 & MASK;
    const s8 = p16 >> BITS;
    // r = s * z / R
    const t0 = s0 * z0;
    const m0 = t0 & MASK;
    const t1 = s0 * z1 + s1 * z0 + (t0 >> BITS);
    const m1 = t1 & MASK;
    const t2 = s0 * z2 + s1 * z1 + s2 * z0 + (t1 >> BITS);
    const m2 = t2 & MASK;
    const t3 = s0 * z3 + s1 * z2 + s2 * z1 + s3 * z0 + (t2 >> BITS);
    const m3 = t3 & MASK;
    const t4 = s0 * z4 + s1 * z3 + s2 * z2 + s3 * z1 + s4 * z0 + (t3 >> BITS);
    const m4 = t4 & MASK;
    const t5 = s0 * z5 + s1 * z4 + s2 * z3 + s3 * z2 + s4 * z1 + s5 * z0 + (t4 >> BITS);
    const m5 = t5 & MASK;
    const t6 =
      s0 * z6 +
      s1 * z5 +
      s2 * z4 +
      s3 * z3 +
      s4 * z2 +
      s5 * z1 +
      s6 * z0 -
      (m0 << 18) -
      (m0 << 22) +
      (t5 >> BITS);
    const m6 = t6 & MASK;
    const t7 =
      s0 * z7 +
      s1 * z6 +
      s2 * z5 +
      s3 * z4 +
      s4 * z3 +
      s5 * z2 +
      s6 * z1 +
      s7 * z0 -
      (m1 << 18) -
      (m1 << 22) +
      (t6 >> BITS);
    const m7 = t7 & MASK;
    const t8 =
      s0 * z8 +
      s1 * z7 +
      s2 * z6 +
      s3 * z5 +
      s4 * z4 +
      s5 * z3 +
      s6 * z2 +
      s7 * z1 +
      s8 * z0 -
      (m0 << TOP) -
      (m2 << 18) -
      (m2 << 22) +
      (t7 >> BITS);
    const m8 = t8 & MASK;
    const t9 =
      s1 * z8 +
      s2 * z7 +
      s3 * z6 +
      s4 * z5 +
      s5 * z4 +
      s6 * z3 +
      s7 * z2 +
      s8 * z1 -
      (m1 << TOP) -
      (m3 << 18) -
      (m3 << 22) +
      (t8 >> BITS);
    const r0 = t9 & MASK;
    const t10 =
      s2 * z8 +
      s3 * z7 +
      s4 * z6 +
      s5 * z5 +
      s6 * z4 +
      s7 * z3 +
      s8 * z2 -
      (m2 << TOP) -
      (m4 << 18) -
      (m4 << 22) +
      (t9 >> BITS);
    const r1 = t10 & MASK;
    const t11 =
      s3 * z8 +
      s4 * z7 +
      s5 * z6 +
      s6 * z5 +
      s7 * z4 +
      s8 * z3 -
      (m3 << TOP) -
      (m5 << 18) -
      (m5 << 22) +
      (t10 >> BITS);
    const r2 = t11 & MASK;
    const t12 =
      s4 * z8 +
      s5 * z7 +
      s6 * z6 +
      s7 * z5 +
      s8 * z4 -
      (m4 << TOP) -
      (m6 << 18) -
      (m6 << 22) +
      (t11 >> BITS);
    const r3 = t12 & MASK;
    const t13 =
      s5 * z8 + s6 * z7 + s7 * z6 + s8 * z5 - (m5 << TOP) - (m7 << 18) - (m7 << 22) + (t12 >> BITS);
    const r4 = t13 & MASK;
    const t14 = s6 * z8 + s7 * z7 + s8 * z6 - (m6 << TOP) - (m8 << 18) - (m8 << 22) + (t13 >> BITS);
    const r5 = t14 & MASK;
    const t15 = s7 * z8 + s8 * z7 - (m7 << TOP) + (t14 >> BITS);
    const r6 = t15 & MASK;
    const t16 = s8 * z8 - (m8 << TOP) + (t15 >> BITS);
    const r7 = t16 & MASK;
    const r8 = t16 >> BITS;
    // The matrix: z <- x + y - 2r + key, x <- 3x + y + r, y <- x - y + r.
    const w0 = x0 + y0;
    z0 = w0 - (r0 << 1) + i64.load32_s(keys, 0);
    x0 = w0 + (x0 << 1) + r0;
    y0 = w0 - (y0 << 1) + r0;
    const w1 = x1 + y1;
    z1 = w1 - (r1 << 1) + i64.load32_s(keys, 4);
    x1 = w1 + (x1 << 1) + r1;
    y1 = w1 - (y1 << 1) + r1;
    const w2 = x2 + y2;
    z2 = w2 - (r2 << 1) + i64.load32_s(keys, 8);
    x2 = w2 + (x2 << 1) + r2;
    y2 = w2 - (y2 << 1) + r2;
    const w3 = x3 + y3;
    z3 = w3 - (r3 << 1) + i64.load32_s(keys, 12);
    x3 = w3 + (x3 << 1) + r3;
    y3 = w3 - (y3 << 1) + r3;
    const w4 = x4 + y4;
    z4 = w4 - (r4 << 1) + i64.load32_s(keys, 16);
    x4 = w4 + (x4 << 1) + r4;
    y4 = w4 - (y4 << 1) + r4;
    const w5 = x5 + y5;
    z5 = w5 - (r5 << 1) + i64.load32_s(keys, 20);
    x5 = w5 + (x5 << 1) + r5;
    y5 = w5 - (y5 << 1) + r5;
    const w6 = x6 + y6;
    z6 = w6 - (r6 << 1) + i64.load32_s(keys, 24);
    x6 = w6 + (x6 << 1) + r6;
    y6 = w6 - (y6 << 1) + r6;
    const w7 = x7 + y7;
    z7 = w7 - (r7 << 1) + i64.load32_s(keys, 28);
    x7 = w7 + (x7 << 1) + r7;
    y7 = w7 - (y7 << 1) + r7;
    const w8 = x8 + y8;
    z8 = w8 - (r8 << 1) + i64.load32_s(keys, 32);
    x8 = w8 + (x8 << 1) + r8;
    y8 = w8 - (y8 << 1) + r8;
    const qz = (z8 + (z7 >> BITS)) >> TOP;
    z0 -= qz;
    z6 -= qz * LIMB6;
    z8 -= qz << TOP;
    z1 += z0 >> BITS;
    z0 &= MASK;
    z2 += z1 >> BITS;
    z1 &= MASK;
    z3 += z2 >> BITS;
    z2 &= MASK;
    z4 += z3 >> BITS;
    z3 &= MASK;
    z5 += z4 >> BITS;
    z4 &= MASK;
    z6 += z5 >> BITS;
    z5 &= MASK;
    z7 += z6 >> BITS;
    z6 &= MASK;
    z8 += z7 >> BITS;
    z7 &= MASK;
  }
  const qx = (x8 + (x7 >> BITS)) >> TOP;
  x0 -= qx;
  x6 -= qx * LIMB6;
  x8 -= qx << TOP;
  x1 += x0 >> BITS;
  x0 &= MASK;
  x2 += x1 >> BITS;
  x1 &= MASK;
  x3 += x2 >> BITS;
  x2 &= MASK;
  x4 += x3 >> BITS;
  x3 &= MASK;
  x5 += x4 >> BITS;
  x4 &= MASK;
  x6 += x5 >> BITS;
  x5 &= MASK;
  x7 += x6 >> BITS;
  x6 &= MASK;
  x8 += x7 >> BITS;
  x7 &= MASK;
  const qy = (y8 + (y7 >> BITS)) >> TOP;
  y0 -= qy;
  y6 -= qy * LIMB6;
  y8 -= qy << TOP;
  y1 += y0 >> BITS;
  y0 &= MASK;
  y2 += y1 >> BITS;
  y1 &= MASK;
  y3 += y2 >> BITS;
  y2 &= MASK;
  y4 += y3 >> BITS;
  y3 &= MASK;
  y5 += y4 >> BITS;
  y4 &= MASK;
  y6 += y5 >> BITS;
  y5 &= MASK;
  y7 += y6 >> BITS;
  y6 &= MASK;
  y8 += y7 >> BITS;
  y7 &= MASK;
  i64.store32(state, x0, 0);
  i64.store32(state, x1, 4);
  i64.store32(state, x2, 8);
  i64.store32(state, x3, 12);
  i64.store32(state, x4, 16);
  i64.store32(state, x5, 20);
  i64.store32(state, x6, 24);
  i64.store32(state, x7, 28);
  i64.store32(state, x8, 32);
  i64.store32(state, y0, 36);
  i64.store32(state, y1, 40);
  i64.store32(state, y2, 44);
  i64.store32(state, y3, 48);
  i64.store32(state, y4, 52);
  i64.store32(state, y5, 56);
  i64.store32(state, y6, 60);
  i64.store32(state, y7, 64);
  i64.store32(state, y8, 68);
  i64.store32(state, z0, 72);
  i64.store32(state, z1, 76);
  i64.store32(state, z2, 80);
  i64.store32(state, z3, 84);
  i64.store32(state, z4, 88);
  i64.store32(state, z5, 92);
  i64.store32(state, z6, 96);
  i64.store32(state, z7, 100);
  i64.store32(state, z8, 104);
}
