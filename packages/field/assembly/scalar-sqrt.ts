// Square roots in the Stark field. P - 1 = 2^192 * Q with Q = 2^59 + 17: plain Tonelli-Shanks would
// take some 18,000 squarings. Instead the logarithm of a^Q in the subgroup of order 2^192 is read six
// bits at a time from tables of powers (Sarkar, "Computing square roots faster than the
// Tonelli-Shanks/Bernstein algorithm", 2020): about 200 squarings and 570 multiplications.
import { FELT, mul, square } from './scalar';
import { ONE, combine, copy, equals, isZero, reduce, zero } from './scalar-linear';
import { invert } from './scalar-invert';

const WIDTH: i32 = 6;
const SIZE: i32 = 64;
const WINDOWS: i32 = 32;

/** POWERS[k][j] = g^(-j 2^(6k)), g = 3^Q of order 2^192. */
const POWERS: usize = memory.data(36 * 64 * 32, 8);
/** b^(2^(6k)) for k < 32. */
const CHAIN: usize = memory.data(36 * 32, 8);
const DIGITS: usize = memory.data(32, 8);
const THREE: usize = memory.data(36, 8);
const V: usize = memory.data(36, 8);
const X: usize = memory.data(36, 8);
const B: usize = memory.data(36, 8);
const T: usize = memory.data(36, 8);
let ready = false;

/** out = a^(2^59 + 17), or with `half` a^(2^58 + 8). out != a. */
function powerOfOdd(out: usize, a: usize, half: bool): void {
  copy(out, a);
  const squarings = half ? 58 : 59;
  const low = half ? 3 : 4; // the exponent's other bits: 2^3, or 2^4 and 1
  for (let i = squarings; i > 0; i--) {
    square(out, out);
    if (i - 1 == low) mul(out, out, a);
  }
  if (!half) mul(out, out, a);
}

function entry(window: i32, digit: i32): usize {
  return POWERS + (window * SIZE + digit) * FELT;
}

function prepare(): void {
  combine(THREE, ONE, 3, ONE, 0);
  powerOfOdd(B, THREE, false);
  invert(B, B);
  for (let k = 0; k < WINDOWS; k++) {
    copy(entry(k, 0), ONE);
    for (let j = 1; j < SIZE; j++) mul(entry(k, j), entry(k, j - 1), B);
    for (let i = 0; i < WIDTH; i++) square(B, B);
  }
  for (let i = 0; i < WINDOWS * SIZE; i++) reduce(entry(0, i), entry(0, i));
  ready = true;
}

/** j with value = h^j, h = g^(2^186) of order 64; h^-1 generates POWERS[31]. */
function logarithm(value: usize): i32 {
  reduce(T, value);
  for (let j = 0; j < SIZE; j++) {
    // h^j = (h^-1)^(64 - j)
    const candidate = entry(WINDOWS - 1, (SIZE - j) & (SIZE - 1));
    if (load<i32>(candidate) == load<i32>(T) && equals(candidate, T)) return j;
  }
  return 0;
}

/**
 * out = a square root of a, either of the two; both in Montgomery form. Returns false, leaving `out`
 * undefined, when a is not a square.
 */
export function sqrt(out: usize, a: usize): bool {
  if (!ready) prepare();
  if (isZero(a)) {
    zero(out);
    return true;
  }
  // v = a^((Q-1)/2), x = a^((Q+1)/2), b = a^Q = g^e. Then root = x g^(-e/2), for even e.
  powerOfOdd(V, a, true);
  mul(X, V, a);
  mul(B, X, V);
  copy(CHAIN, B);
  for (let k = 1; k < WINDOWS; k++) {
    const at = CHAIN + k * FELT;
    square(at, at - FELT);
    for (let i = 1; i < WIDTH; i++) square(at, at);
  }
  for (let k = 0; k < WINDOWS; k++) {
    // b^(2^(186 - 6k)) with the known low digits of e divided out leaves h^digit.
    copy(V, CHAIN + (WINDOWS - 1 - k) * FELT);
    for (let i = 0; i < k; i++) mul(V, V, entry(WINDOWS - 1 - k + i, load<u8>(DIGITS + i)));
    const digit = logarithm(V);
    if (k == 0 && digit & 1) return false;
    store<u8>(DIGITS + k, digit);
  }
  for (let k = 0; k < WINDOWS; k++) {
    // digit 2^(6k) / 2 = (digit >> 1) 2^(6k) + (digit & 1) 32 * 2^(6(k-1))
    const digit: i32 = load<u8>(DIGITS + k);
    mul(X, X, entry(k, digit >> 1));
    if (digit & 1) mul(X, X, entry(k - 1, SIZE / 2));
  }
  copy(out, X);
  return true;
}
