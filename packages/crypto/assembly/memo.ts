// A memory of results, direct-mapped: pure functions whose inputs come back, since a transaction runs
// when it enters the mempool, when its block is built and when it is checked, and since contracts hash
// the same few keys. An entry is its input, then its result; a slot's first word tells if it is used.

/** A multiplier that spreads bits (2^64 / golden ratio). */
const SPREAD: u64 = 0x9e3779b97f4a7c15;

/**
 * The entry for `input` among 2^bits entries of `entryBytes` bytes at `table`: its low words decide.
 * `inputBytes` is a multiple of 32.
 */
export function memoEntry(
  table: usize,
  bits: i32,
  entryBytes: usize,
  input: usize,
  inputBytes: usize,
): usize {
  let mixed: u64 = 0;
  for (let i: usize = 0; i < inputBytes; i += 32) {
    mixed = (rotl<u64>(mixed, 23) ^ load<u64>(input + i)) * SPREAD;
  }
  return table + <usize>(mixed >> (64 - bits)) * entryBytes;
}

/** Whether an entry holds `input`. */
export function memoHolds(entry: usize, input: usize, inputBytes: usize): bool {
  if (load<u64>(entry) == 0) return false;
  entry += 8;
  for (let i: usize = 0; i < inputBytes; i += 16) {
    if (v128.any_true(v128.xor(v128.load(entry + i), v128.load(input + i)))) return false;
  }
  return true;
}

/** Where an entry's result stands. */
// @ts-ignore: decorator
@inline
export function memoResult(entry: usize, inputBytes: usize): usize {
  return entry + 8 + inputBytes;
}

/** Takes an entry for `input`; the caller writes the result. */
export function memoTake(entry: usize, input: usize, inputBytes: usize): usize {
  store<u64>(entry, 1);
  memory.copy(entry + 8, input, inputBytes);
  return memoResult(entry, inputBytes);
}
