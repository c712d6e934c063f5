// FRI layers: the values on consecutive positions (bit-reversed order), four to a vector.
import {
  add,
  insert,
  extract,
  gather,
  LIMBS28,
  mul,
  normalise,
  VECTOR,
} from '../../../field/assembly/simd';
import { inverse } from '../../../field/assembly/simd-ntt';
import {
  copy,
  COSET,
  invert,
  isZero,
  mul as mulFelt,
  setInteger,
  square,
  toWire,
  WIRE,
} from '../felt';
import { LOG_FOLD } from '../parameters';
import { fromLane, splatFelt } from './table';

const BETA: usize = memory.data(36, 8);
const SHIFT: usize = memory.data(36, 8);
const F: usize = memory.data(36, 8);

/** out = 1 / COSET^(2^folds): the inverse shift of a layer after `folds` halvings. */
function inverseShift(out: usize, folds: i32): void {
  setInteger(out, COSET);
  for (let i = 0; i < folds; i++) square(out, out);
  invert(out, out);
}

/** Halves a layer of `count` values: f(x) + f(-x) + factor * T[q] * (f(x) - f(-x)). */
function halve(
  out: usize,
  values: usize,
  count: i32,
  inverseTwiddles: usize,
  factor: usize,
  scratch: usize,
): void {
  const sum = scratch;
  const difference = sum + VECTOR;
  const twiddle = difference + VECTOR;
  for (let q = 0, half = count >> 1; q < half; q += 4) {
    const at = values + <usize>q * 2 * LIMBS28;
    for (let k: usize = 0; k < VECTOR; k += 16) {
      const a = v128.load(at + k);
      const b = v128.load(at + VECTOR + k);
      const even = v128.shuffle<i32>(a, b, 0, 2, 4, 6);
      const odd = v128.shuffle<i32>(a, b, 1, 3, 5, 7);
      v128.store(sum + k, i32x4.add(even, odd));
      v128.store(difference + k, i32x4.sub(even, odd));
    }
    gather(twiddle, inverseTwiddles + <usize>q * LIMBS28);
    mul(twiddle, twiddle, factor);
    mul(difference, difference, twiddle);
    add(sum, sum, difference);
    normalise(out + <usize>q * LIMBS28, sum);
  }
}

/**
 * Folds a layer of 2^bits values by 8 with `beta` (a scalar element). `folds`: halvings before this
 * layer. `scratch`: 4 vectors and half a layer (18 bytes a value).
 */
export function foldLayer(
  out: usize,
  layer: usize,
  bits: i32,
  folds: i32,
  beta: usize,
  inverseTwiddles: usize,
  scratch: usize,
): void {
  const factor = scratch + 3 * VECTOR;
  const half = scratch + 4 * VECTOR;
  copy(BETA, beta);
  for (let i = 0; i < LOG_FOLD; i++) {
    inverseShift(SHIFT, folds + i);
    mulFelt(F, BETA, SHIFT);
    splatFelt(factor, F);
    square(BETA, BETA);
    // Layer -> scratch -> scratch -> out. Halving in place is safe: four results follow eight inputs.
    halve(
      i == LOG_FOLD - 1 ? out : half,
      i == 0 ? layer : half,
      1 << (bits - i),
      inverseTwiddles,
      factor,
      scratch,
    );
  }
}

/**
 * The coefficients of the last layer, `count` of them in wire form at `out`. Returns whether the layer
 * of 2^bits values has degree below `count`. `rows`: 2^bits vectors of scratch.
 */
export function interpolateLast(
  out: usize,
  count: i32,
  layer: usize,
  bits: i32,
  folds: i32,
  inverseTwiddles: usize,
  rows: usize,
  scratch: usize,
): bool {
  const size = 1 << bits;
  memory.fill(rows, 0, <usize>size * VECTOR);
  for (let i = 0; i < size; i++) {
    extract(scratch, layer + <usize>(i >> 2) * VECTOR, i & 3);
    insert(rows + <usize>i * VECTOR, 0, scratch);
  }
  inverse(rows, size, inverseTwiddles, scratch);
  // size * coefficient * shift^j -> coefficient.
  inverseShift(SHIFT, folds);
  setInteger(BETA, size);
  invert(BETA, BETA);
  let low = true;
  for (let j = 0; j < size; j++) {
    fromLane(F, rows + <usize>j * VECTOR, 0);
    mulFelt(F, F, BETA);
    mulFelt(BETA, BETA, SHIFT);
    if (j < count) toWire(out + <usize>j * WIRE, F);
    else if (!isZero(F)) low = false;
  }
  return low;
}
