/** Fractional parts of the cube roots of the first 64 primes (FIPS 180-4, section 4.2.2). */
const K = roundConstants();

/** The compression function of SHA-256 (FIPS 180-4, section 6.2.2) on 32-bit words. */
export function sha256Compress(state: readonly number[], block: readonly number[]): number[] {
  // 1. Message schedule.
  const w = new Uint32Array(64);
  w.set(block);
  for (let t = 16; t < 64; t++) {
    const [x, y] = [w[t - 15] as number, w[t - 2] as number];
    const sigma0 = rotate(x, 7) ^ rotate(x, 18) ^ (x >>> 3);
    const sigma1 = rotate(y, 17) ^ rotate(y, 19) ^ (y >>> 10);
    w[t] = sigma1 + (w[t - 7] as number) + sigma0 + (w[t - 16] as number);
  }
  // 2. Working variables. 3. Rounds.
  let [a, b, c, d, e, f, g, h] = state as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  for (let t = 0; t < 64; t++) {
    const sum1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const choice = (e & f) ^ (~e & g);
    const t1 = (h + sum1 + choice + (K[t] as number) + (w[t] as number)) | 0;
    const sum0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const majority = (a & b) ^ (a & c) ^ (b & c);
    const t2 = (sum0 + majority) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + t1) | 0, c, b, a, (t1 + t2) | 0];
  }
  // 4. Intermediate hash value.
  return [a, b, c, d, e, f, g, h].map((word, i) => (word + (state[i] as number)) >>> 0);
}

function rotate(x: number, bits: number): number {
  return (x >>> bits) | (x << (32 - bits));
}

/** floor(2^32 * cbrt(p)) mod 2^32 for the first 64 primes, by integer cube root of p * 2^96. */
function roundConstants(): Uint32Array {
  const constants = new Uint32Array(64);
  const primes: number[] = [];
  for (let n = 2; primes.length < 64; n++) {
    if (primes.every((prime) => n % prime !== 0)) primes.push(n);
  }
  for (const [i, prime] of primes.entries()) {
    const target = BigInt(prime) << 96n;
    let root = 0n;
    for (let bit = 1n << 36n; bit > 0n; bit >>= 1n) {
      if ((root + bit) ** 3n <= target) root += bit;
    }
    constants[i] = Number(root & 0xffffffffn);
  }
  return constants;
}
