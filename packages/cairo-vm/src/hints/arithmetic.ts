import { fieldSqrt } from '@stackctl/crypto';
import { PRIME } from '@stackctl/types';
import { Fault } from '../fault.ts';
import { inverseModulo } from '../values.ts';
import { feltOf, type HintContext, setCell } from './operands.ts';
import type { HintOf, ResOperand } from './types.ts';

const BITS_128 = 128n;
const MASK_128 = (1n << BITS_128) - 1n;
const MASK_64 = (1n << 64n) - 1n;

export function wideMul128(vm: HintContext, hint: HintOf<'WideMul128'>): void {
  const product = feltOf(vm, hint.lhs) * feltOf(vm, hint.rhs);
  // Operands below 2^128 have a product of two limbs; with any other the result fits no cell.
  if (product >> 256n !== 0n) throw new Fault('WideMul128: operands are not below 2^128');
  setCell(vm, hint.high, product >> BITS_128);
  setCell(vm, hint.low, product & MASK_128);
}

export function divMod(vm: HintContext, hint: HintOf<'DivMod'>): void {
  const dividend = feltOf(vm, hint.lhs);
  const divisor = nonZero(feltOf(vm, hint.rhs));
  setCell(vm, hint.quotient, dividend / divisor);
  setCell(vm, hint.remainder, dividend % divisor);
}

export function uint256DivMod(vm: HintContext, hint: HintOf<'Uint256DivMod'>): void {
  const dividend = limbs(vm, hint.dividend0, hint.dividend1);
  const divisor = nonZero(limbs(vm, hint.divisor0, hint.divisor1));
  const quotient = dividend / divisor;
  const remainder = dividend % divisor;
  setCell(vm, hint.quotient0, quotient & MASK_128);
  setCell(vm, hint.quotient1, topLimb(quotient, 1n));
  setCell(vm, hint.remainder0, remainder & MASK_128);
  setCell(vm, hint.remainder1, topLimb(remainder, 1n));
}

export function uint512DivMod(vm: HintContext, hint: HintOf<'Uint512DivModByUint256'>): void {
  const dividend = limbs(vm, hint.dividend0, hint.dividend1, hint.dividend2, hint.dividend3);
  const divisor = nonZero(limbs(vm, hint.divisor0, hint.divisor1));
  const quotient = dividend / divisor;
  const remainder = dividend % divisor;
  setCell(vm, hint.quotient0, quotient & MASK_128);
  setCell(vm, hint.quotient1, (quotient >> 128n) & MASK_128);
  setCell(vm, hint.quotient2, (quotient >> 256n) & MASK_128);
  setCell(vm, hint.quotient3, topLimb(quotient, 3n));
  setCell(vm, hint.remainder0, remainder & MASK_128);
  setCell(vm, hint.remainder1, topLimb(remainder, 1n));
}

export function squareRoot(vm: HintContext, hint: HintOf<'SquareRoot'>): void {
  setCell(vm, hint.dst, integerSqrt(feltOf(vm, hint.value)));
}

export function uint256SquareRoot(vm: HintContext, hint: HintOf<'Uint256SquareRoot'>): void {
  const value = limbs(vm, hint.value_low, hint.value_high);
  const root = integerSqrt(value);
  const remainder = value - root * root;
  // The root goes into two limbs of 64 bits; the compiler range-checks them.
  setCell(vm, hint.sqrt0, root & MASK_64);
  setCell(vm, hint.sqrt1, (root >> 64n) % PRIME);
  setCell(vm, hint.remainder_low, remainder & MASK_128);
  setCell(vm, hint.remainder_high, topLimb(remainder, 1n));
  const reaches = 2n * root - remainder >= 1n << BITS_128;
  setCell(vm, hint.sqrt_mul_2_minus_remainder_ge_u128, reaches ? 1n : 0n);
}

/** value = x * scalar + y with x as large as max_x allows. */
export function linearSplit(vm: HintContext, hint: HintOf<'LinearSplit'>): void {
  const value = feltOf(vm, hint.value);
  const scalar = nonZero(feltOf(vm, hint.scalar));
  const maxX = feltOf(vm, hint.max_x);
  const quotient = value / scalar;
  const x = smaller(quotient, maxX);
  setCell(vm, hint.x, x);
  setCell(vm, hint.y, (value - x * scalar) % PRIME);
}

/** The smaller root of `val`, or of 3 * val when `val` is no square (3 is none either). */
export function fieldSquareRoot(vm: HintContext, hint: HintOf<'FieldSqrt'>): void {
  const value = feltOf(vm, hint.val);
  const root = fieldSqrt(value) ?? fieldSqrt((3n * value) % PRIME);
  if (root === undefined) throw new Fault('FieldSqrt: no root');
  const other = root === 0n ? 0n : PRIME - root;
  setCell(vm, hint.sqrt, smaller(root, other));
}

/**
 * Inverse of b modulo n, or a witness that there is none. With gcd(b, n) = 1 and n > 1:
 * g0_or_no_inv = 0, r = 1/b mod n, k = (r*b - 1) / n. Else g > 1 divides both (2 when the gcd is
 * even, so that its low limb is never zero), s = b/g, t = n/g. For n = 1 the compiler expects the
 * witness g = 1, s = b, t = 1.
 */
export function u256InvModN(vm: HintContext, hint: HintOf<'U256InvModN'>): void {
  const b = limbs(vm, hint.b0, hint.b1);
  const n = nonZero(limbs(vm, hint.n0, hint.n1));
  const divisor = greatestCommonDivisor(n, b % n);
  const invertible = divisor === 1n && n !== 1n;
  const g = divisor % 2n === 0n ? 2n : divisor;
  const r = invertible ? inverseModulo(b % n, n) : 0n;
  const first = invertible ? r : b / g;
  const second = invertible ? (r * b - 1n) / n : n / g;
  setCell(vm, hint.g0_or_no_inv, invertible ? 0n : g & MASK_128);
  if (!invertible) setCell(vm, hint.g1_option, topLimb(g, 1n));
  setCell(vm, hint.s_or_r0, first & MASK_128);
  setCell(vm, hint.s_or_r1, topLimb(first, 1n));
  setCell(vm, hint.t_or_k0, second & MASK_128);
  setCell(vm, hint.t_or_k1, topLimb(second, 1n));
}

/** Floor of the square root (Newton's iteration from above). */
export function integerSqrt(value: bigint): bigint {
  if (value < 2n) return value;
  let root = 1n << BigInt((value.toString(2).length + 1) >> 1);
  for (;;) {
    const next = (root + value / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}

/** The number with these limbs of 128 bits, lowest first. */
function limbs(vm: HintContext, ...operands: ResOperand[]): bigint {
  let value = 0n;
  for (const [index, operand] of operands.entries()) {
    value += feltOf(vm, operand) << (BITS_128 * BigInt(index));
  }
  return value;
}

function smaller(a: bigint, b: bigint): bigint {
  if (a < b) return a;
  return b;
}

/** What is left above `index` limbs, as a felt: too large only when the inputs were no limbs. */
function topLimb(value: bigint, index: bigint): bigint {
  return (value >> (BITS_128 * index)) % PRIME;
}

function nonZero(divisor: bigint): bigint {
  if (divisor === 0n) throw new Fault('a hint divides by zero');
  return divisor;
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  let [x, y] = [a, b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}
