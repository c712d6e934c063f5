// Points of the Stark curve y^2 = x^3 + x + beta over the Stark field.
//
// Affine points (x, y) take 72 bytes, accumulators (X, Y, ZZ, ZZZ) 144 bytes: "XYZZ" coordinates,
// x = X / ZZ, y = Y / ZZZ, ZZ^3 = ZZZ^2 (formulas: Explicit-Formulas Database, madd-2008-s,
// add-2008-s and dbl-2008-s-1). They add a table entry in 8 multiplications and 2 squarings, and
// equality with an affine x costs one multiplication. ZZ = 0 is the point at infinity.
import { FELT, mul, square } from '../../field/assembly/scalar';
import { mulSubMul, squareSub } from '../../field/assembly/scalar-fused';
import { ONE, combine, copy, isZero, sub, zero } from '../../field/assembly/scalar-linear';
import { invert } from '../../field/assembly/scalar-invert';

/** Bytes of an affine point. */
export const AFFINE: usize = 2 * FELT;
/** Bytes of an accumulator. */
export const POINT: usize = 4 * FELT;

const Y: usize = FELT;
const ZZ: usize = 2 * FELT;
const ZZZ: usize = 3 * FELT;

const A: usize = memory.data(FELT, 8);
const B: usize = memory.data(FELT, 8);
const C: usize = memory.data(FELT, 8);
const D: usize = memory.data(FELT, 8);
const H: usize = memory.data(FELT, 8);
const R: usize = memory.data(FELT, 8);
const HH: usize = memory.data(FELT, 8);
const HHH: usize = memory.data(FELT, 8);

/** point = affine. */
export function setAffine(point: usize, affine: usize): void {
  copy(point, affine);
  combine(point + Y, affine + Y, 1, affine + Y, 0); // a selected y may be loose
  copy(point + ZZ, ONE);
  copy(point + ZZZ, ONE);
}

/** point = infinity. */
export function setInfinity(point: usize): void {
  copy(point, ONE);
  copy(point + Y, ONE);
  zero(point + ZZ);
  zero(point + ZZZ);
}

export function isInfinity(point: usize): bool {
  return isZero(point + ZZ);
}

/** Ends both additions: from H = x2 - x1, R = y2 - y1 (scaled) and point's own X, Y. */
// @ts-ignore: decorator
@inline
function finishAddition(point: usize, x: usize, y: usize): void {
  square(HH, H);
  mul(HHH, H, HH);
  mul(A, x, HH);
  squareSub(B, R, HHH, A, A);
  sub(C, A, B);
  mulSubMul(point + Y, R, C, y, HHH);
  copy(point, B);
  mul(point + ZZ, point + ZZ, HH);
  mul(point + ZZZ, point + ZZZ, HHH);
}

/**
 * point += affine, where it is certain that neither is infinity and that their x differ: sums that
 * start from a point of unknown discrete logarithm.
 */
export function addAffineUnchecked(point: usize, affine: usize): void {
  mul(H, affine, point + ZZ);
  mul(R, affine + Y, point + ZZZ);
  sub(H, H, point);
  sub(R, R, point + Y);
  finishAddition(point, point, point + Y);
}

/** point += affine, complete. */
export function addAffine(point: usize, affine: usize): void {
  if (isInfinity(point)) {
    setAffine(point, affine);
    return;
  }
  mul(H, affine, point + ZZ);
  mul(R, affine + Y, point + ZZZ);
  sub(H, H, point);
  sub(R, R, point + Y);
  if (isZero(H)) {
    if (isZero(R)) double(point);
    else setInfinity(point);
    return;
  }
  finishAddition(point, point, point + Y);
}

/** point += other, complete. Returns whether the two had different x. */
export function addPoint(point: usize, other: usize): bool {
  if (isInfinity(other)) return true;
  if (isInfinity(point)) {
    memory.copy(point, other, POINT);
    return true;
  }
  mul(C, point, other + ZZ);
  mul(D, point + Y, other + ZZZ);
  mul(H, other, point + ZZ);
  mul(R, other + Y, point + ZZZ);
  sub(H, H, C);
  sub(R, R, D);
  if (isZero(H)) {
    if (isZero(R)) double(point);
    else setInfinity(point);
    return false;
  }
  mul(point + ZZ, point + ZZ, other + ZZ);
  mul(point + ZZZ, point + ZZZ, other + ZZZ);
  copy(point, C);
  finishAddition(point, point, D);
  return true;
}

/** point += point. The curve's order is odd: no point has y = 0. */
export function double(point: usize): void {
  combine(A, point + Y, 2, point + Y, 0);
  square(HH, A);
  mul(HHH, A, HH);
  mul(B, point, HH);
  square(C, point);
  square(D, point + ZZ);
  combine(R, C, 3, D, 1);
  zero(D);
  squareSub(A, R, B, B, D);
  sub(C, B, A);
  mulSubMul(point + Y, R, C, HHH, point + Y);
  copy(point, A);
  mul(point + ZZ, point + ZZ, HH);
  mul(point + ZZZ, point + ZZZ, HHH);
}

/** point = -point. */
export function negatePoint(point: usize): void {
  combine(point + Y, point + Y, -1, point + Y, 0);
}

/** x of a finite point, in Montgomery form. */
export function affineX(out: usize, point: usize): void {
  invert(A, point + ZZ);
  mul(out, point, A);
}

/** Both affine coordinates of a finite point. */
export function toAffine(affine: usize, point: usize): void {
  invert(A, point + ZZZ);
  mul(B, A, point + ZZ); // 1 / Z
  square(B, B); // 1 / ZZ
  mul(affine + Y, point + Y, A);
  mul(affine, point, B);
}

/**
 * Signed digits: copies `entry` of a table to `affine`, negated when `negative` is 1. Without a
 * branch, since digit signs are random.
 */
export function select(affine: usize, entry: usize, negative: i32): void {
  copy(affine, entry);
  const mask = -negative;
  const lanes = i32x4.splat(mask);
  v128.store(affine, i32x4.sub(v128.xor(v128.load(entry, Y), lanes), lanes), Y);
  v128.store(affine, i32x4.sub(v128.xor(v128.load(entry, Y + 16), lanes), lanes), Y + 16);
  store<i32>(affine, (load<i32>(entry, Y + 32) ^ mask) - mask, Y + 32);
}
