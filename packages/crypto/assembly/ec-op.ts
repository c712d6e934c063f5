// P + m Q as the ec_op builtin deduces it (StarkWare, cairo-lang, ec_op_builtin_runner.py,
// `ec_op_impl`): for each of 256 bits of m, the doubled point 2^i Q is added when the bit is set, and
// the result is undefined if the two ever have the same x, whether the bit is set or not.
//
// The doubled points of a Q are kept: a transaction meets the generator and its signer's key, the
// next ones meet them again.
import { FELT, mul, square } from '../../field/assembly/scalar';
import { fromBytes, isZero, sub, toBytes } from '../../field/assembly/scalar-linear';
import { invertBatch } from '../../field/assembly/scalar-invert';
import { AFFINE, POINT, addAffineUnchecked, double, setAffine, toAffine } from './curve';

const HEIGHT: i32 = 256;
/** Tables of doubled points kept, least recently used first to go. */
const SLOTS: i32 = 64;
const SLOT_BYTES: usize = 72 * 256;
const TABLES: usize = memory.data(64 * 72 * 256, 64);
/** Canonical (x, y) of each slot's Q, and when it was last used (0: never). */
const KEYS: usize = memory.data(64 * 64, 8);
const USED: usize = memory.data(4 * 64, 8);
let clock: u32 = 0;

const DOUBLES: usize = memory.data(144 * 256, 8);
const PREFIXES: usize = memory.data(36 * 256, 8);
const SUM: usize = memory.data(144, 8);
const START: usize = memory.data(72, 8);
const T: usize = memory.data(36, 8);
const U: usize = memory.data(36, 8);

/** table[i] = 2^i Q, affine, for i < 256. */
function fillDoubles(table: usize): void {
  setAffine(DOUBLES, table);
  let at = DOUBLES;
  for (let i = 1; i < HEIGHT; i++, at += POINT) {
    memory.copy(at + POINT, at, POINT);
    double(at + POINT);
  }
  invertBatch(DOUBLES + 3 * FELT, POINT, HEIGHT, PREFIXES);
  at = DOUBLES;
  for (let i = 0; i < HEIGHT; i++, at += POINT, table += AFFINE) {
    mul(T, at + 3 * FELT, at + 2 * FELT); // 1 / Z
    square(U, T);
    mul(table, at, U);
    mul(table + FELT, at + FELT, at + 3 * FELT);
  }
}

/** The table of a canonical point, built when it is not kept. */
function tableOf(q: usize): usize {
  clock++;
  let oldest = 0;
  for (let i = 0; i < SLOTS; i++) {
    const used = load<u32>(USED + 4 * i);
    if (used != 0 && memory.compare(KEYS + 64 * i, q, 64) == 0) {
      store<u32>(USED + 4 * i, clock);
      return TABLES + SLOT_BYTES * i;
    }
    if (used < load<u32>(USED + 4 * oldest)) oldest = i;
  }
  const table = TABLES + SLOT_BYTES * oldest;
  fromBytes(table, q);
  fromBytes(table + FELT, q + 32);
  fillDoubles(table);
  memory.copy(KEYS + 64 * oldest, q, 64);
  store<u32>(USED + 4 * oldest, clock);
  return table;
}

/**
 * out = P + m Q: canonical P (64 bytes), Q (64 bytes), m (32 bytes), all points on the curve.
 * Returns 0, and writes nothing, when the builtin would be undefined.
 */
export function ecOp(out: usize, p: usize, q: usize, m: usize): i32 {
  let doubled = tableOf(q);
  fromBytes(START, p);
  fromBytes(START + FELT, p + 32);
  setAffine(SUM, START);
  for (let i: usize = 0; i < 256; i++, doubled += AFFINE) {
    mul(T, doubled, SUM + 2 * FELT);
    sub(T, T, SUM);
    if (isZero(T)) return 0;
    if ((load<u8>(m + (i >> 3)) >> <u8>(i & 7)) & 1) addAffineUnchecked(SUM, doubled);
  }
  toAffine(START, SUM);
  toBytes(out, START);
  toBytes(out + 32, START + FELT);
  return 1;
}
