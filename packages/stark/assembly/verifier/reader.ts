// Reads a proof front to back. Running past the end sets a flag and yields a zeroed buffer, so that
// callers need not check each read; they ask `failed()` before they rely on what they read.
import { PROOF_FORMAT } from '../../build/assembly/reasons';
import { isCanonical, WIRE } from '../felt';

let cursor: usize = 0;
let end: usize = 0;
let failure = false;
const ZEROS: usize = memory.data(64, 8);
/** The longest read that may fail harmlessly; longer ones are checked by `has`. */
const LONGEST: usize = 64;

export function open(at: usize, length: usize): void {
  cursor = at;
  end = at + length;
  failure = false;
}

/** Whether something was missing or not canonical. */
export function failed(): bool {
  return failure;
}

/** Whether everything was read. */
export function isAtEnd(): bool {
  return !failure && cursor == end;
}

/** The next `length` bytes (at most 64). */
export function take(length: usize): usize {
  if (length > LONGEST || end - cursor < length) {
    failure = true;
    return ZEROS;
  }
  const at = cursor;
  cursor += length;
  return at;
}

/** The next element, in wire form; fails unless canonical. */
export function takeWire(): usize {
  const at = take(WIRE);
  if (!isCanonical(at)) failure = true;
  return at;
}

/** A reason for refusal, unless the proof was too short or not canonical: then that. */
export function orFormat(reason: i32): i32 {
  return failure ? PROOF_FORMAT : reason;
}
