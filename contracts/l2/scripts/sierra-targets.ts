// The Cairo compiler built for 32-bit WebAssembly writes "fall through to the next statement" as the
// largest 32-bit number; the format (cairo-lang-starknet-classes, felt252_serde.rs, BranchTarget)
// means the largest 64-bit one. This rewrites those branch targets, and nothing else: the program
// is decoded down to its statements, since the same number may be an ordinary constant elsewhere.

const FALLTHROUGH_32 = 0xffffffffn;
const FALLTHROUGH_64 = 0xffffffffffffffffn;
/** Sierra version and compiler version, three numbers each, stand uncompressed in front. */
const VERSION_WORDS = 6;
const MIN_CODE_SIZE = 256;
const PRIME = 2n ** 251n + 17n * 2n ** 192n + 1n;

/** Words that fit one felt when each takes `log2(codeSize)` bits (felt252_vec_compression.rs). */
function wordsPerFelt(codeSize: number): number {
  let count = 0;
  for (let bound = BigInt(codeSize); bound < PRIME; bound *= BigInt(codeSize)) count += 1;
  return count;
}

/** Undoes the code-book compression: `[codes, padding, ...book, length, ...packed]`. */
function decompress(felts: readonly bigint[]): bigint[] {
  const codes = Number(felts[0]);
  const codeSize = BigInt(codes + Number(felts[1]));
  const book = felts.slice(2, 2 + codes);
  const length = Number(felts[2 + codes]);
  const perFelt = wordsPerFelt(Number(codeSize));
  const words: bigint[] = [];
  for (let packed of felts.slice(3 + codes)) {
    for (let i = 0; i < perFelt && words.length < length; i += 1) {
      const word = book[Number(packed % codeSize)];
      if (word === undefined) throw new Error('Sierra program: code outside its book');
      words.push(word);
      packed /= codeSize;
    }
  }
  if (words.length !== length) throw new Error('Sierra program: too short');
  return words;
}

function compress(words: readonly bigint[]): bigint[] {
  const book = new Map<bigint, bigint>();
  for (const word of words) if (!book.has(word)) book.set(word, BigInt(book.size));
  let codeSize = MIN_CODE_SIZE;
  while (codeSize < book.size) codeSize *= 2;
  const felts = [BigInt(book.size), BigInt(codeSize - book.size), ...book.keys()];
  felts.push(BigInt(words.length));
  const perFelt = wordsPerFelt(codeSize);
  for (let start = 0; start < words.length; start += perFelt) {
    felts.push(
      words
        .slice(start, start + perFelt)
        .reduceRight((packed, word) => packed * BigInt(codeSize) + (book.get(word) ?? 0n), 0n),
    );
  }
  return felts;
}

/** Walks declarations and statements and returns the words with 64-bit fall-through targets. */
function widen(words: readonly bigint[]): bigint[] {
  const out = [...words];
  let at = 0;
  const next = (): bigint => {
    const word = words[at];
    if (word === undefined) throw new Error('Sierra program: ends inside a statement');
    at += 1;
    return word;
  };
  const skip = (count: number): void => {
    at += count;
  };
  const skipList = (): void => {
    const length = Number(next());
    skip(length);
  };
  for (let types = next(); types > 0n; types -= 1n) {
    skip(1);
    // Low half: number of arguments; above it the declared type information.
    const length = Number(next() & (2n ** 128n - 1n));
    skip(2 * length);
  }
  for (let libfuncs = next(); libfuncs > 0n; libfuncs -= 1n) {
    skip(1);
    const length = Number(next());
    skip(2 * length);
  }
  for (let statements = next(); statements > 0n; statements -= 1n) {
    const isReturn = next() === 1n;
    if (!isReturn) skip(1);
    skipList();
    if (isReturn) continue;
    for (let branches = next(); branches > 0n; branches -= 1n) {
      if (words[at] === FALLTHROUGH_32) out[at] = FALLTHROUGH_64;
      skip(1);
      skipList();
    }
  }
  return out;
}

/** `sierra_program` of a class as the 64-bit compiler would have written it. */
export function widenBranchTargets(program: readonly string[]): string[] {
  const felts = program.map(BigInt);
  const words = decompress(felts.slice(VERSION_WORDS));
  return [...felts.slice(0, VERSION_WORDS), ...compress(widen(words))].map(
    (felt) => `0x${felt.toString(16)}`,
  );
}
