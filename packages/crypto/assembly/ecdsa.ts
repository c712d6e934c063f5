// The elliptic-curve part of ECDSA: multiples of the generator from tables, and the verifier's
// u1 G +- u2 Q. (Scalars mod N are the host's business.)
import { FELT } from '../../field/assembly/scalar';
import { fromBytes, toBytes } from '../../field/assembly/scalar-linear';
import { sqrt } from '../../field/assembly/scalar-sqrt';
import { GENERATOR } from './constants';
import {
  AFFINE,
  POINT,
  addAffine,
  addPoint,
  affineX,
  double,
  isInfinity,
  negatePoint,
  select,
  setAffine,
  setInfinity,
  toAffine,
} from './curve';
import { curveEquation } from './field-ops';
import { doubleAffine, fillMultiples } from './multiples';

// Multiples of G: 32 windows of 8-bit signed digits; the last takes 4 bits and a carry.
const WINDOWS: i32 = 32;
const HALF: i32 = 128;
const TABLE: usize = memory.data(72 * 128 * 32, 64);
const BASE: usize = memory.data(72, 8);
const ENTRY: usize = memory.data(72, 8);
let ready = false;

// Multiples of a point: signed digits of width 5, odd ones only (NAF).
const NAF_WIDTH: i32 = 5;
const NAF: usize = memory.data(272, 8);
const ODD: usize = memory.data(144 * 8, 8);
const DOUBLE: usize = memory.data(144, 8);
const TERM: usize = memory.data(144, 8);

const Q: usize = memory.data(72, 8);
const U1G: usize = memory.data(144, 8);
const U2Q: usize = memory.data(144, 8);
const OTHER: usize = memory.data(144, 8);
const X: usize = memory.data(36, 8);
const XY: usize = memory.data(72, 8);

function prepare(): void {
  fromBytes(BASE, GENERATOR);
  fromBytes(BASE + FELT, GENERATOR + 32);
  let window = TABLE;
  for (let i = 0; i < WINDOWS; i++, window += HALF * AFFINE) {
    memory.copy(window, BASE, AFFINE);
    fillMultiples(window, HALF);
    doubleAffine(BASE, window + (HALF - 1) * AFFINE);
  }
  ready = true;
}

/** sum = scalar * G for a canonical scalar below 2^255. */
function multiplyBase(sum: usize, scalar: usize): void {
  if (!ready) prepare();
  setInfinity(sum);
  let carry = 0;
  let window = TABLE;
  for (let i = 0; i < WINDOWS; i++, window += HALF * AFFINE) {
    let digit: i32 = <i32>load<u8>(scalar + i) + carry;
    carry = <i32>(digit > HALF);
    digit -= carry << 8;
    if (digit == 0) continue;
    const negative = digit >>> 31;
    select(ENTRY, window + ((digit ^ -negative) + negative - 1) * AFFINE, negative);
    addAffine(sum, ENTRY);
  }
}

/** Bits [at, at + width) of a 256-bit scalar; zero above it. */
function bitsAt(scalar: usize, at: i32, width: i32): i32 {
  if (at >= 256) return 0;
  const byte = at >> 3;
  let word: i32 = load<u8>(scalar + byte);
  if (byte < 31) word |= (<i32>load<u8>(scalar + byte + 1)) << 8;
  return (word >> (at & 7)) & ((1 << width) - 1);
}

/** Writes the signed digits of `scalar` to NAF[0..261): each zero or odd, |digit| < 16. */
function recode(scalar: usize): void {
  memory.fill(NAF, 0, 272);
  let carry = 0;
  for (let i = 0; i < 257; ) {
    if (bitsAt(scalar, i, 1) == carry) {
      i++;
      continue;
    }
    let digit = bitsAt(scalar, i, NAF_WIDTH) + carry;
    carry = digit >> (NAF_WIDTH - 1);
    digit -= carry << NAF_WIDTH;
    store<i8>(NAF + i, <i8>digit);
    i += NAF_WIDTH;
  }
}

/** sum = scalar * Q for an affine Q. */
function multiply(sum: usize, q: usize, scalar: usize): void {
  setAffine(ODD, q);
  memory.copy(DOUBLE, ODD, POINT);
  double(DOUBLE);
  for (let i = 1; i < 8; i++) {
    memory.copy(ODD + i * POINT, ODD + (i - 1) * POINT, POINT);
    addPoint(ODD + i * POINT, DOUBLE);
  }
  recode(scalar);
  setInfinity(sum);
  let started = false;
  for (let i = 260; i >= 0; i--) {
    if (started) double(sum);
    const digit: i32 = load<i8>(NAF + i);
    if (digit == 0) continue;
    started = true;
    memory.copy(TERM, ODD + (abs(digit) >> 1) * POINT, POINT);
    if (digit < 0) negatePoint(TERM);
    addPoint(sum, TERM);
  }
}

/** out (64 bytes) = scalar * G. Returns 0 for infinity. */
export function baseMultiple(out: usize, scalar: usize): i32 {
  multiplyBase(U1G, scalar);
  if (isInfinity(U1G)) return 0;
  toAffine(XY, U1G);
  toBytes(out, XY);
  toBytes(out + 32, XY + FELT);
  return 1;
}

function xEquals(point: usize, r: usize): bool {
  if (isInfinity(point)) return false;
  affineX(X, point);
  toBytes(XY, X);
  return memory.compare(XY, r, 32) == 0;
}

/**
 * Whether x(u1 G + u2 Q) = r or x(u1 G - u2 Q) = r for a point Q of abscissa `x`: a key is known by
 * its x alone. All arguments canonical, 32 bytes. Returns 0 also when no point has that abscissa.
 */
export function combinationHasX(x: usize, u1: usize, u2: usize, r: usize): i32 {
  fromBytes(Q, x);
  curveEquation(X, Q);
  if (!sqrt(Q + FELT, X)) return 0;
  multiplyBase(U1G, u1);
  multiply(U2Q, Q, u2);
  memory.copy(OTHER, U1G, POINT);
  addPoint(U1G, U2Q);
  if (xEquals(U1G, r)) return 1;
  negatePoint(U2Q);
  addPoint(OTHER, U2Q);
  return <i32>xEquals(OTHER, r);
}
