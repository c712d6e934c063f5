import { inverseModulo } from '@stackctl/cairo-vm';

/** A short Weierstrass curve y^2 = x^3 + ax + b over a field of order p, with p = 3 mod 4. */
export interface Curve {
  readonly p: bigint;
  readonly a: bigint;
  readonly b: bigint;
  /** Order of the group. */
  readonly n: bigint;
}

/** An affine point; undefined is the point at infinity. */
export type Point = { readonly x: bigint; readonly y: bigint } | undefined;

export function isOnCurve(curve: Curve, x: bigint, y: bigint): boolean {
  return (y * y - rightSide(curve, x)) % curve.p === 0n;
}

/** The point with this x whose y has the given parity; undefined when there is none. */
export function pointFromX(curve: Curve, x: bigint, odd: boolean): Point {
  const { p } = curve;
  const square = rightSide(curve, x);
  const root = power(square, (p + 1n) / 4n, p);
  if ((root * root) % p !== square) return undefined;
  const isOdd = (root & 1n) === 1n;
  return { x, y: isOdd === odd || root === 0n ? root : p - root };
}

export function add(curve: Curve, left: Point, right: Point): Point {
  if (left === undefined) return right;
  if (right === undefined) return left;
  const { p, a } = curve;
  let numerator = right.y - left.y;
  let denominator = right.x - left.x;
  if (denominator === 0n) {
    if (left.y !== right.y || left.y === 0n) return undefined;
    numerator = 3n * left.x * left.x + a;
    denominator = 2n * left.y;
  }
  const slope = modulo(numerator * inverseModulo(modulo(denominator, p), p), p);
  const x = modulo(slope * slope - left.x - right.x, p);
  return { x, y: modulo(slope * (left.x - x) - left.y, p) };
}

export function multiply(curve: Curve, point: Point, scalar: bigint): Point {
  let result: Point;
  let addend = point;
  for (let rest = scalar % curve.n; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = add(curve, result, addend);
    addend = add(curve, addend, addend);
  }
  return result;
}

function rightSide({ p, a, b }: Curve, x: bigint): bigint {
  return (((x * x + a) % p) * x + b) % p;
}

function power(base: bigint, exponent: bigint, p: bigint): bigint {
  let result = 1n;
  let square = base % p;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = (result * square) % p;
    square = (square * square) % p;
  }
  return result;
}

function modulo(value: bigint, p: bigint): bigint {
  const rest = value % p;
  return rest < 0n ? rest + p : rest;
}
