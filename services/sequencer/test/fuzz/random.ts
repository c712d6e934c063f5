/** Choices that one seed determines. */
export interface Random {
  /** Integer in [0, below). */
  below(below: number): number;
  chance(probability: number): boolean;
  pick<T>(items: readonly T[]): T;
  bytes(length: number): Uint8Array;
  /** Up to `bits` random bits. */
  bits(bits: number): bigint;
}

/** xorshift128 (Marsaglia 2003); for choosing test cases. */
export function createRandom(seed: number): Random {
  let [x, y, z, w] = [seed >>> 0 || 1, 0x159a55e5, 0x1f123bb5, 0x5491333];
  const next = (): number => {
    const t = x ^ (x << 11);
    [x, y, z] = [y, z, w];
    w = (w ^ (w >>> 19) ^ t ^ (t >>> 8)) >>> 0;
    return w;
  };
  for (let i = 0; i < 20; i++) next();
  const below = (limit: number): number => next() % limit;
  return {
    below,
    chance: (probability) => next() < probability * 2 ** 32,
    pick: (items) => items[below(items.length)] as (typeof items)[number],
    bytes: (length) => Uint8Array.from({ length }, () => below(256)),
    bits(bits) {
      let value = 0n;
      for (let have = 0; have < bits; have += 32) value = (value << 32n) | BigInt(next());
      return value & ((1n << BigInt(bits)) - 1n);
    },
  };
}
