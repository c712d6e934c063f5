// Tables of multiples of a point, built with one inversion per doubling of the table.
import { FELT, mul, square } from '../../field/assembly/scalar';
import { mulSub, squareSub } from '../../field/assembly/scalar-fused';
import { ONE, combine, copy, fold, sub } from '../../field/assembly/scalar-linear';
import { invertBatch } from '../../field/assembly/scalar-invert';
import { AFFINE } from './curve';

const DENOMINATORS: usize = memory.data(FELT * 2048, 8);
const PREFIXES: usize = memory.data(FELT * 2048, 8);
const SLOPE: usize = memory.data(FELT, 8);
const T: usize = memory.data(FELT, 8);
const X3: usize = memory.data(FELT, 8);
const ZERO: usize = memory.data(FELT, 8);

/** out = the third point of the line of slope SLOPE through p and one of abscissa x, mirrored. */
function chord(out: usize, p: usize, x: usize): void {
  squareSub(X3, SLOPE, p, x, ZERO);
  fold(X3, X3);
  sub(T, p, X3);
  mulSub(T, SLOPE, T, p + FELT);
  fold(out + FELT, T);
  copy(out, X3);
}

/** out = 2 p, with `inverse` = 1 / (2 y). */
function doubleWith(out: usize, p: usize, inverse: usize): void {
  square(T, p);
  combine(T, T, 3, ONE, 1);
  mul(SLOPE, T, inverse);
  chord(out, p, p);
}

/** out = p + q, with `inverse` = 1 / (x_q - x_p). */
function addWith(out: usize, p: usize, q: usize, inverse: usize): void {
  sub(T, q + FELT, p + FELT);
  mul(SLOPE, T, inverse);
  chord(out, p, q);
}

/**
 * From table[0] = B fills table[i] = (i + 1) B for i < count, a power of two <= 4096.
 * Round k has B..kB and adds kB to each: k additions and one doubling share an inversion.
 */
export function fillMultiples(table: usize, count: i32): void {
  for (let k = 1; k < count; k <<= 1) {
    const last = table + (k - 1) * AFFINE;
    let to = DENOMINATORS;
    for (let i = 0; i < k - 1; i++, to += FELT) sub(to, table + i * AFFINE, last);
    combine(to, last + FELT, 2, last + FELT, 0);
    invertBatch(DENOMINATORS, FELT, k, PREFIXES);
    to = DENOMINATORS;
    for (let i = 0; i < k - 1; i++, to += FELT) {
      addWith(last + (i + 1) * AFFINE, last, table + i * AFFINE, to);
    }
    doubleWith(last + k * AFFINE, last, to);
  }
}

/** out[i] = base + table[i] for i < count <= 2048. None of the sums may be exceptional. */
export function addToAll(out: usize, base: usize, table: usize, count: i32): void {
  let to = DENOMINATORS;
  for (let i = 0; i < count; i++, to += FELT) sub(to, table + i * AFFINE, base);
  invertBatch(DENOMINATORS, FELT, count, PREFIXES);
  to = DENOMINATORS;
  for (let i = 0; i < count; i++, to += FELT) {
    addWith(out + i * AFFINE, base, table + i * AFFINE, to);
  }
}

/** out = 2 p. */
export function doubleAffine(out: usize, p: usize): void {
  combine(DENOMINATORS, p + FELT, 2, p + FELT, 0);
  invertBatch(DENOMINATORS, FELT, 1, PREFIXES);
  doubleWith(out, p, DENOMINATORS);
}

/** out = p + q, which must not be exceptional. */
export function addAffinePair(out: usize, p: usize, q: usize): void {
  addToAll(out, p, q, 1);
}
