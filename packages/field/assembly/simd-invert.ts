// Inverses of many vectors at once by Montgomery's trick, lane by lane; the one real inversion is
// Fermat's x^(P-2), all four lanes together.
import { copy, mul, VECTOR } from './simd';

/** Whether bit i of P - 2 = 2^251 + 2^196 + 2^192 - 1 is set, for i < 251. */
function exponentBit(i: i32): bool {
  return i < 192 || i == 196;
}

/** out = 1 / a, lane by lane; 0 for 0. `a` normal; `out` must not be `a`. */
export function invertVector(out: usize, a: usize): void {
  copy(out, a);
  for (let i = 250; i >= 0; i--) {
    mul(out, out, out);
    if (exponentBit(i)) mul(out, out, a);
  }
}

/**
 * Inverts `count` normal vectors `stride` bytes apart in place: three products each. `prefixes`:
 * scratch of count + 2 vectors. A lane with a 0 anywhere becomes 0 everywhere.
 */
export function invertVectors(first: usize, stride: usize, count: i32, prefixes: usize): void {
  if (count == 0) return;
  const inverse = prefixes;
  const product = prefixes + VECTOR;
  const base = product + VECTOR;
  // prefix[i] = x_0 * ... * x_(i-1), for i >= 1.
  let at = first;
  let prefix = base;
  copy(product, first);
  for (let i = 1; i < count; i++) {
    at += stride;
    copy(prefix, product);
    prefix += VECTOR;
    mul(product, product, at);
  }
  invertVector(inverse, product);
  for (let i = count - 1; i > 0; i--) {
    prefix -= VECTOR;
    mul(product, inverse, at);
    mul(at, inverse, prefix);
    copy(inverse, product);
    at -= stride;
  }
  copy(first, inverse);
}
