/** A seeded stream of numbers: the same seed gives the same load, on any machine. */
export interface Random {
  /** Uniform in `[0, 1)`, 32 bits of resolution. */
  unit(): number;
  /** Uniform integer in `[low, high]`. */
  integer(low: number, high: number): number;
}

/**
 * sfc32 (Chris Doty-Humphrey's "small fast counting" generator, from PractRand), seeded with one
 * 32-bit number and twelve discarded rounds. Statistical quality only: never for keys.
 */
export function createRandom(seed: number): Random {
  let a = 0x9e3779b9;
  let b = 0x243f6a88;
  let c = seed >>> 0;
  let counter = 1;
  function next(): number {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }
  for (let round = 0; round < 12; round++) next();
  return {
    unit: () => next() / 0x1_0000_0000,
    integer: (low, high) => low + Math.floor((next() / 0x1_0000_0000) * (high - low + 1)),
  };
}
