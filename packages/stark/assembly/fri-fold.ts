// One FRI fold by 8 as three folds by 2 with beta, beta^2, beta^4 (Stone: no factor 1/2):
//   f'(x^2) = f(x) + f(-x) + beta (f(x) - f(-x)) / x.
// A coset is eight consecutive positions in bit-reversed order; the value pairs (2 q, 2 q + 1) belong
// to x and -x, and the x of its four pairs are x0 times 1, w^2, w, w^3, w the root of order 8.
import { add, copy, FELT, invert, mul, rootOfUnity, square, sub } from './felt';

/** Inverses of 1, w^2, w, w^3. */
const PAIR_FACTORS: usize = memory.data(144, 8);
const X: usize = memory.data(36, 8);
const FACTOR: usize = memory.data(36, 8);
const BETA: usize = memory.data(36, 8);
const DIFFERENCE: usize = memory.data(36, 8);
let ready = false;

function prepare(): void {
  const w = PAIR_FACTORS + 2 * FELT;
  rootOfUnity(w, 3);
  invert(w, w);
  square(PAIR_FACTORS + FELT, w);
  mul(PAIR_FACTORS + 3 * FELT, w, PAIR_FACTORS + FELT);
  rootOfUnity(PAIR_FACTORS, 0);
  ready = true;
}

/**
 * Folds the 8 elements at `values` in place into the first. `inverse`: 1 / x of the first position.
 */
export function foldCoset(values: usize, inverse: usize, beta: usize): void {
  if (!ready) prepare();
  copy(X, inverse);
  copy(BETA, beta);
  for (let pairs = 4; pairs > 0; pairs >>= 1) {
    for (let q = 0; q < pairs; q++) {
      const left = values + 2 * <usize>q * FELT;
      const right = left + FELT;
      mul(FACTOR, X, PAIR_FACTORS + <usize>q * FELT);
      mul(FACTOR, FACTOR, BETA);
      sub(DIFFERENCE, left, right);
      mul(DIFFERENCE, DIFFERENCE, FACTOR);
      add(left, left, right);
      add(values + <usize>q * FELT, left, DIFFERENCE);
    }
    // The pair factors of the folded coset are the squares of every second, which is their own prefix:
    // (1, w)^2 = (1, w^2), and w^2 stands second.
    square(X, X);
    square(BETA, BETA);
  }
}
