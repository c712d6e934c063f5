import { type Felt, PRIME } from '@stackctl/types';
import { addressOf, readFelt, wasm, writeFelt, writeWords } from './wasm.ts';

/** Order of the Stark curve's group (prime, cofactor 1). */
export const CURVE_ORDER = 0x800000000000010ffffffffffffffffb781126dcae7b2321e66a241adc64d2fn;
/** alpha of y^2 = x^3 + alpha x + beta. */
export const CURVE_ALPHA = 1n;
export const CURVE_BETA = 0x6f21413efbe40de150e596d72f7a8c5609ad26c15c915c1f4cdfcb99cee9e89n;
/** The generator of ECDSA. */
export const GENERATOR: Point = {
  x: 0x1ef15c18599971b7beced415a40f0c7deacfd9b0d1819e03d723d8bc943cfcan,
  y: 0x5668060aa49730b7be4801df46ec62de53ecd11abe43a32873000c36e8dc1fn,
};

/** A finite point of the Stark curve, affine. */
export interface Point {
  readonly x: Felt;
  readonly y: Felt;
}

function writePoint(index: number, point: Point): void {
  writeFelt(index, point.x);
  writeFelt(index + 1, point.y);
}

/** Whether (x, y) satisfies the curve equation. */
export function isOnCurve(point: Point): boolean {
  writePoint(0, point);
  return wasm.isOnCurve(addressOf(0)) === 1;
}

/**
 * p + m * q as the ec_op builtin deduces it: undefined when p or q is not on the curve, and when the
 * partial sum and 2^i q have the same x for any i < 256, whether bit i of m is set or not.
 */
export function ecOp(p: Point, q: Point, m: Felt): Point | undefined {
  writePoint(0, p);
  writePoint(2, q);
  writeFelt(4, m);
  if (wasm.isOnCurve(addressOf(0)) === 0 || wasm.isOnCurve(addressOf(2)) === 0) return undefined;
  if (wasm.ecOp(addressOf(5), addressOf(0)) === 0) return undefined;
  return { x: readFelt(5), y: readFelt(6) };
}

/** scalar * GENERATOR, undefined for the point at infinity. `scalar` in [0, CURVE_ORDER). */
export function multiplyGenerator(scalar: bigint): Point | undefined {
  writeWords(0, scalar);
  if (wasm.baseMultiple(addressOf(1), addressOf(0)) === 0) return undefined;
  return { x: readFelt(1), y: readFelt(2) };
}

/** The point of abscissa `x` with the smaller y; undefined when there is none. */
export function pointOfX(x: Felt): Point | undefined {
  const y = fieldSqrt((((x * x + CURVE_ALPHA) % PRIME) * x + CURVE_BETA) % PRIME);
  return y === undefined ? undefined : { x, y };
}

/** Remembered roots, by the low bits of the square. */
const ROOTS = 1024;
const roots: Array<{ readonly x: Felt; readonly root: Felt | undefined } | undefined> = [];

/**
 * The smaller square root mod P, undefined for a non-residue. Some thousand multiplications, so the last
 * results are remembered: an account's key is lifted to a point in every validation.
 */
export function fieldSqrt(x: Felt): Felt | undefined {
  const slot = Number(x & BigInt(ROOTS - 1));
  const known = roots[slot];
  if (known?.x === x) return known.root;
  writeFelt(0, x);
  let root: Felt | undefined;
  if (wasm.sqrtFelt(addressOf(1), addressOf(0)) !== 0) {
    root = readFelt(1);
    if (2n * root >= PRIME) root = PRIME - root;
  }
  roots[slot] = { x, root };
  return root;
}

/** 1 / x mod P. Throws RangeError for 0. */
export function fieldInverse(x: Felt): Felt {
  if (x === 0n) throw new RangeError('0 has no inverse');
  writeFelt(0, x);
  wasm.invertFelt(addressOf(1), addressOf(0));
  return readFelt(1);
}

/** 1 / x mod the curve's order, for x in [1, CURVE_ORDER). */
export function scalarInverse(x: bigint): bigint {
  if (x <= 0n || x >= CURVE_ORDER) throw new RangeError(`${x} is not an invertible scalar`);
  writeWords(0, x);
  wasm.invertScalar(addressOf(1), addressOf(0));
  return readFelt(1);
}
