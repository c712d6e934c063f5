// Inverses by Bernstein and Yang's division steps ("Fast constant-time gcd computation and modular
// inversion", 2019), in the variable-time form: 30 steps are gathered into a 2x2 matrix that looks
// only at the low bits of f and g, then applied to the whole numbers.
import { FELT, mul } from './scalar';
import { copy, pack, reduce, unpack } from './scalar-linear';

const STEPS: i32 = 30;
const MASK: i64 = 0x3fffffff;
const LIMBS: usize = 36;

/** Signed 30-bit limbs of P, and its inverse mod 2^30 (P = 1 mod 2^192). */
export const PRIME_MODULUS: usize = memory.data<i32>([1, 0, 0, 0, 0, 0, 69632, 0, 2048, 1]);

// The state: f and g of the gcd, d and e with f = d * x and g = e * x (mod M), all signed 30-bit limbs.
const F: usize = memory.data(LIMBS, 8);
const G: usize = memory.data(LIMBS, 8);
const D: usize = memory.data(LIMBS, 8);
const E: usize = memory.data(LIMBS, 8);

// The matrix of the last 30 steps, scaled by 2^30: (f, g) <- (u f + v g, q f + r g) / 2^30.
let u: i64 = 0;
let v: i64 = 0;
let q: i64 = 0;
let r: i64 = 0;

/** Thirty division steps on the low bits of f and g; returns the new eta = -delta. */
function divisionSteps(start: i32): i32 {
  let eta = start;
  let f: u32 = load<u32>(F) | (load<u32>(F, 4) << 30);
  let g: u32 = load<u32>(G) | (load<u32>(G, 4) << 30);
  let u1: i32 = 1;
  let v1: i32 = 0;
  let q1: i32 = 0;
  let r1: i32 = 1;
  let left: i32 = STEPS;
  for (;;) {
    // Halve g while it is even (at most `left` times).
    const zeros: i32 = ctz<u32>(g | (0xffffffff << left));
    g >>= zeros;
    u1 <<= zeros;
    v1 <<= zeros;
    eta -= zeros;
    left -= zeros;
    if (left == 0) break;
    // Both are odd. For delta > 0 they change places: (f, g) <- (g, -f).
    if (eta < 0) {
      eta = -eta;
      const f0 = f;
      f = g;
      g = -f0;
      const u0 = u1;
      u1 = q1;
      q1 = -u0;
      const v0 = v1;
      v1 = r1;
      r1 = -v0;
    }
    // Until they change places again, g gains odd or even multiples of f: clear up to 8 low bits of
    // g at once, with f^-1 mod 2^8 by one Newton step from a 5-bit start.
    const limit: i32 = min(min(eta + 1, left), 8);
    const inverse: u32 = (f * 3) ^ 2;
    const w: u32 = -(g * (inverse * (2 - f * inverse))) & ((1 << limit) - 1);
    g += f * w;
    q1 += u1 * w;
    r1 += v1 * w;
  }
  u = u1;
  v = v1;
  q = q1;
  r = r1;
  return eta;
}

/** (f, g) <- matrix (f, g) / 2^30, exactly. */
function updateGcd(): void {
  let f: i64 = i64.load32_s(F);
  let g: i64 = i64.load32_s(G);
  let low: i64 = (u * f + v * g) >> 30;
  let high: i64 = (q * f + r * g) >> 30;
  for (let i: usize = 4; i < LIMBS; i += 4) {
    f = i64.load32_s(F + i);
    g = i64.load32_s(G + i);
    low += u * f + v * g;
    high += q * f + r * g;
    i64.store32(F + i - 4, low & MASK);
    i64.store32(G + i - 4, high & MASK);
    low >>= 30;
    high >>= 30;
  }
  i64.store32(F, low, LIMBS - 4);
  i64.store32(G, high, LIMBS - 4);
}

/** (d, e) <- matrix (d, e) / 2^30 mod M; both stay in (-2 M, M). */
function updateCofactors(modulus: usize): void {
  const inverse: i64 = i64.load32_s(modulus, LIMBS);
  let d: i64 = i64.load32_s(D);
  let e: i64 = i64.load32_s(E);
  const dSign: i64 = i64.load32_s(D, LIMBS - 4) >> 63;
  const eSign: i64 = i64.load32_s(E, LIMBS - 4) >> 63;
  let low: i64 = u * d + v * e;
  let high: i64 = q * d + r * e;
  // Multiples of M that make both divisible by 2^30 and bring negative values back.
  let x: i64 = (u & dSign) + (v & eSign);
  let y: i64 = (q & dSign) + (r & eSign);
  x -= (inverse * (low & MASK) + x) & MASK;
  y -= (inverse * (high & MASK) + y) & MASK;
  let m: i64 = i64.load32_s(modulus);
  low = (low + m * x) >> 30;
  high = (high + m * y) >> 30;
  for (let i: usize = 4; i < LIMBS; i += 4) {
    d = i64.load32_s(D + i);
    e = i64.load32_s(E + i);
    m = i64.load32_s(modulus + i);
    low += u * d + v * e + m * x;
    high += q * d + r * e + m * y;
    i64.store32(D + i - 4, low & MASK);
    i64.store32(E + i - 4, high & MASK);
    low >>= 30;
    high >>= 30;
  }
  i64.store32(D, low, LIMBS - 4);
  i64.store32(E, high, LIMBS - 4);
}

/** d <- sign * d + add * M, carried. */
function adjust(sign: i64, add: i64, modulus: usize): void {
  let carry: i64 = 0;
  for (let i: usize = 0; i < LIMBS - 4; i += 4) {
    carry += sign * i64.load32_s(D + i) + add * i64.load32_s(modulus + i);
    i64.store32(D + i, carry & MASK);
    carry >>= 30;
  }
  carry += sign * i64.load32_s(D, LIMBS - 4) + add * i64.load32_s(modulus, LIMBS - 4);
  i64.store32(D, carry, LIMBS - 4);
}

function isZeroG(): bool {
  let bits = 0;
  for (let i: usize = 0; i < LIMBS; i += 4) bits |= load<i32>(G + i);
  return bits == 0;
}

/**
 * out = 1 / x mod M; both 32 bytes, little-endian, x in [0, M); 0 for 0.
 * `modulus`: 9 signed 30-bit limbs of an odd prime M < 2^256, then M^-1 mod 2^30.
 */
export function invertBytes(out: usize, x: usize, modulus: usize): void {
  memory.copy(F, modulus, LIMBS);
  for (let i: usize = 0, bit: usize = 0; i < LIMBS - 4; i += 4, bit += 30) {
    store<u32>(G + i, <u32>(load<u64>(x + (bit >> 3)) >> (bit & 7)) & 0x3fffffff);
  }
  store<u32>(G, <u32>load<u16>(x, 30), LIMBS - 4);
  memory.fill(D, 0, LIMBS);
  memory.fill(E, 0, LIMBS);
  store<i32>(E, 1);
  let eta = -1;
  while (!isZeroG()) {
    eta = divisionSteps(eta);
    updateCofactors(modulus);
    updateGcd();
  }
  // f = +-1 is the gcd, d = +-1/x in (-2 M, M).
  if (load<i32>(D, LIMBS - 4) < 0) adjust(1, 1, modulus);
  if (load<i32>(F, LIMBS - 4) < 0) adjust(-1, 0, modulus);
  if (load<i32>(D, LIMBS - 4) < 0) adjust(1, 1, modulus);
  let word: u64 = 0;
  let filled: u64 = 0;
  let to = out;
  for (let i: usize = 0; i < LIMBS; i += 4) {
    const limb: u64 = load<u32>(D + i);
    word |= limb << filled;
    filled += 30;
    if (filled >= 64) {
      store<u64>(to, word);
      to += 8;
      filled -= 64;
      word = limb >> (30 - filled);
    }
  }
}

/** R^3 mod P as plain limbs: 1 / (a R) * R^3 / R = R / a. */
const R_CUBED: usize = memory.data<i32>([
  415680283, 524616119, 14257710, 108527564, 61483907, 227278854, 203885040, 331392614, 507075,
]);
const BYTES: usize = memory.data(40, 8);
const INVERSE: usize = memory.data(FELT, 8);
const RUNNING: usize = memory.data(FELT, 8);

/** out = 1 / a in Montgomery form; 0 for 0. */
export function invert(out: usize, a: usize): void {
  reduce(INVERSE, a);
  pack(BYTES, INVERSE);
  invertBytes(BYTES, BYTES, PRIME_MODULUS);
  unpack(INVERSE, BYTES);
  mul(out, INVERSE, R_CUBED);
}

/**
 * Inverts `count` elements `stride` bytes apart in place (Montgomery's trick: three
 * multiplications each and one inversion). None may be 0. `prefixes`: scratch of `count` elements.
 */
export function invertBatch(first: usize, stride: usize, count: i32, prefixes: usize): void {
  if (count == 0) return;
  copy(RUNNING, first);
  let at = first;
  let prefix = prefixes;
  for (let i = 1; i < count; i++) {
    at += stride;
    copy(prefix, RUNNING);
    prefix += FELT;
    mul(RUNNING, RUNNING, at);
  }
  invert(RUNNING, RUNNING);
  for (let i = count - 1; i > 0; i--) {
    prefix -= FELT;
    mul(INVERSE, RUNNING, prefix);
    mul(RUNNING, RUNNING, at);
    copy(at, INVERSE);
    at -= stride;
  }
  copy(first, RUNNING);
}
