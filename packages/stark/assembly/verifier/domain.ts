// The domain of the current FRI layer: 2^bits points shift * root^i, position p holding i = rev(p).
import { COSET, mul, power, reverseBits, rootOfUnity, setInteger, square } from '../felt';
import { LOG_FOLD } from '../parameters';

const SHIFT: usize = memory.data(36, 8);
const ROOT: usize = memory.data(36, 8);

/** log2 of its size. */
export let bits: i32 = 0;

/** Starts with the evaluation domain. */
export function startDomain(logDomain: i32): void {
  bits = logDomain;
  setInteger(SHIFT, COSET);
  rootOfUnity(ROOT, bits);
}

/** Goes on to the domain of the next layer. */
export function foldDomain(): void {
  bits -= LOG_FOLD;
  for (let i = 0; i < LOG_FOLD; i++) {
    square(SHIFT, SHIFT);
    square(ROOT, ROOT);
  }
}

/** out = the point at a position. */
export function pointOf(out: usize, position: u32): void {
  power(out, ROOT, reverseBits(position, bits));
  mul(out, out, SHIFT);
}
