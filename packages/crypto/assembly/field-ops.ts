// Single field operations for the host, canonical bytes in and out.
import { mul, square } from '../../field/assembly/scalar';
import { add, combine, equals, fromBytes, toBytes } from '../../field/assembly/scalar-linear';
import { PRIME_MODULUS, invertBytes } from '../../field/assembly/scalar-invert';
import { sqrt } from '../../field/assembly/scalar-sqrt';
import { BETA, ORDER_MODULUS } from './constants';

const A: usize = memory.data(36, 8);
const B: usize = memory.data(36, 8);
const C: usize = memory.data(36, 8);

/** out = 1 / x mod P; 0 for 0. */
export function invertFelt(out: usize, x: usize): void {
  invertBytes(out, x, PRIME_MODULUS);
}

/** out = 1 / x mod N, the curve's order; 0 for 0. */
export function invertScalar(out: usize, x: usize): void {
  invertBytes(out, x, ORDER_MODULUS);
}

/** out = one of the square roots of x; returns 0 when there is none. */
export function sqrtFelt(out: usize, x: usize): i32 {
  fromBytes(A, x);
  if (!sqrt(B, A)) return 0;
  toBytes(out, B);
  return 1;
}

/** out = x^3 + x + beta, all in Montgomery form; out != x. */
export function curveEquation(out: usize, x: usize): void {
  square(C, x);
  mul(out, C, x);
  fromBytes(C, BETA);
  combine(out, out, 1, x, 1);
  add(out, out, C);
}

/** Whether the 64 bytes at `point` satisfy the curve equation. */
export function isOnCurve(point: usize): i32 {
  fromBytes(A, point);
  fromBytes(B, point + 32);
  square(B, B);
  const right = memory.data(36, 8);
  curveEquation(right, A);
  return <i32>equals(B, right);
}
