// Single field elements for what runs once per proof or per query: packages/field's scalar form (36
// bytes, R = 2^261), with sums and differences always reduced, so that no caller has to follow bounds.
//
// Wire form: Montgomery with R = 2^256, canonical, 32 bytes big-endian, as Stone commits to and sends.
import { mul, square } from '../../field/assembly/scalar';
import { invert, invertBatch } from '../../field/assembly/scalar-invert';
import {
  copy,
  equals,
  fromBytes,
  isZero,
  ONE,
  pack,
  reduce,
  toBytes,
  unpack,
  zero,
  add as addLoose,
  sub as subLoose,
} from '../../field/assembly/scalar-linear';

export { copy, equals, fromBytes, invert, invertBatch, isZero, mul, ONE, square, toBytes, zero };

/** Bytes of an element. */
export const FELT: usize = 36;
/** Bytes of an element on the wire. */
export const WIRE: usize = 32;

/** 2^266 mod P and 2^256 mod P as plain limbs: between R = 2^256 and R = 2^261. */
const FROM_WIRE: usize = memory.data<i32>([
  536838145, 536870911, 536870911, 536870911, 536870911, 536870911, 4456447, 536870640, 524287,
]);
const TO_WIRE: usize = memory.data<i32>([
  536870881, 536870911, 536870911, 536870911, 536870911, 536870911, 398721023, 536870911, 524287,
]);
const BUFFER: usize = memory.data(40, 8);
const TEMPORARY: usize = memory.data(36, 8);

/** out = a + b. */
export function add(out: usize, a: usize, b: usize): void {
  addLoose(out, a, b);
  reduce(out, out);
}

/** out = a - b. */
export function sub(out: usize, a: usize, b: usize): void {
  subLoose(out, a, b);
  reduce(out, out);
}

/** out = a small integer. */
export function setInteger(out: usize, value: i64): void {
  const magnitude: u64 = value < 0 ? <u64>-value : <u64>value;
  store<u64>(BUFFER, magnitude);
  store<u64>(BUFFER, 0, 8);
  store<u64>(BUFFER, 0, 16);
  store<u64>(BUFFER, 0, 24);
  fromBytes(out, BUFFER);
  if (value < 0) {
    zero(TEMPORARY);
    sub(out, TEMPORARY, out);
  }
}

/** out = a^exponent. `out` must not be `a`. */
export function power(out: usize, a: usize, exponent: u64): void {
  copy(out, ONE);
  for (let i: i32 = 63 - <i32>clz(exponent); i >= 0; i--) {
    square(out, out);
    if ((exponent >> i) & 1) mul(out, out, a);
  }
}

/** out = a root of unity of order 2^bits: 3^((P - 1) / 2^bits). */
export function rootOfUnity(out: usize, bits: i32): void {
  setInteger(TEMPORARY, 3);
  // P - 1 = 2^192 (2^59 + 17).
  power(out, TEMPORARY, (1 << 59) + 17);
  for (let i = bits; i < 192; i++) square(out, out);
}

/** The coset that evaluation domains are shifted by, as in Stone: a generator of the field. */
export const COSET: i64 = 3;

/** Reverses 32 bytes. */
export function reverseBytes(out: usize, bytes: usize): void {
  const a = bswap(load<u64>(bytes));
  const b = bswap(load<u64>(bytes, 8));
  const c = bswap(load<u64>(bytes, 16));
  const d = bswap(load<u64>(bytes, 24));
  store<u64>(out, d);
  store<u64>(out, c, 8);
  store<u64>(out, b, 16);
  store<u64>(out, a, 24);
}

/** Whether 32 big-endian bytes are a canonical element (below P). */
export function isCanonical(bytes: usize): bool {
  const high = bswap(load<u64>(bytes));
  const top: u64 = (1 << 59) + 17;
  if (high != top) return high < top;
  return (load<u64>(bytes, 8) | load<u64>(bytes, 16) | load<u64>(bytes, 24)) == 0;
}

/** out = the element whose wire form is at `bytes` (any 256-bit integer is reduced). */
export function fromWire(out: usize, bytes: usize): void {
  reverseBytes(BUFFER, bytes);
  unpack(TEMPORARY, BUFFER);
  reduce(TEMPORARY, TEMPORARY);
  mul(out, TEMPORARY, FROM_WIRE);
}

/** The wire form of an element. */
export function toWire(bytes: usize, a: usize): void {
  mul(TEMPORARY, a, TO_WIRE);
  reduce(TEMPORARY, TEMPORARY);
  pack(BUFFER, TEMPORARY);
  reverseBytes(bytes, BUFFER);
}

/** out = the element whose canonical value is at `bytes`, 32 bytes big-endian. */
export function fromBigEndian(out: usize, bytes: usize): void {
  reverseBytes(BUFFER, bytes);
  fromBytes(out, BUFFER);
}

/** i with its `bits` low bits reversed. */
export function reverseBits(i: u32, bits: i32): u32 {
  let x = i;
  x = ((x >> 1) & 0x55555555) | ((x & 0x55555555) << 1);
  x = ((x >> 2) & 0x33333333) | ((x & 0x33333333) << 2);
  x = ((x >> 4) & 0x0f0f0f0f) | ((x & 0x0f0f0f0f) << 4);
  return bits == 0 ? 0 : bswap(x) >> (32 - bits);
}
