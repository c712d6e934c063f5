// Memory of one verification, handed out from the end of the static data on. A verification starts by
// forgetting the one before.
import { FELT } from '../felt';

let heap: usize = 0;

/** Reserves memory for the inputs and forgets earlier verifications; returns its address. */
export function reset(inputs: usize): usize {
  heap = __heap_base;
  return allocate(inputs);
}

export function allocate(length: usize): usize {
  const at = (heap + 15) & ~15;
  heap = at + length;
  const missing = <i32>((heap + 0xffff) >> 16) - memory.size();
  if (missing > 0) memory.grow(missing);
  return at;
}

/** Room for `count` elements. */
export function felts(count: i32): usize {
  return allocate(<usize>count * FELT);
}

/** Address of element number i. */
export function element(first: usize, i: i32): usize {
  return first + <usize>i * FELT;
}
