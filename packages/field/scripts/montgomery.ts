// Emits the four-lane Montgomery product over P = 2^251 + 17 * 2^192 + 1 as straight-line
// AssemblyScript.
//
// Four elements stand in nine i32x4 (144 bytes): vector k holds limb k (28 bits, lazily signed) of
// the four. R = 2^252. i64x2.extmul multiplies two lanes at a time, hence a `low` and a `high` half.
//
// - Product: three-way Karatsuba on blocks of three limbs; 6 * 9 = 54 instead of 81 multiplications.
// - Reduction: P = 1 mod 2^192, so that the quotient digit is the column itself, and subtracting
//   digit * P needs shifts only: 17 * 2^192 + 2^251 is 2^24 at limb 6, 1 at limb 7, 2^27 at limb 8.
//   It is interleaved with the product: a column is reduced as soon as it is complete.
// - Columns are signed. A bias of 2^63 makes them non-negative, because V8 has no fast i64x2.shr_s:
//   floor(t / 2^28) = shr_u(t + 2^63, 28) - 2^35.
// - The order of emission decides the speed (register pressure): each partial product is emitted
//   just before the first column that needs it.

export type Half = 'low' | 'high';
export type Emit = (line: string) => void;

export const LIMBS = 9;
export const LIMB_BITS = 28;
/** Bytes of one vector of four elements. */
export const VECTOR = 16 * LIMBS;

/** The constants that `product` refers to; emit them once at the head of the function. */
export const CONSTANTS = [
  'const MASK = i64x2.splat(0xfffffff);',
  'const BIAS = i64x2.splat(0x8000000000000000);',
  'const BIAS_LESS = i64x2.splat(0x8000000000000000 - 0x800000000);',
  'const UNBIAS = i64x2.splat(-0x800000000);',
];

/** Pairs of blocks whose differences Karatsuba multiplies. */
export const BLOCK_PAIRS = [
  [0, 1],
  [0, 2],
  [1, 2],
] as const;

export interface Operands {
  /** Limb i of the first factor. */
  readonly a: (i: number) => string;
  /** Limb j of the second factor. */
  readonly b: (j: number) => string;
  /** b(3v + i) - b(3u + i) for block pair number `pair` = (u, v), where it was prepared. */
  readonly bDifference?: (pair: number, i: number) => string;
}

const sum = (terms: readonly string[]): string =>
  terms.reduce((left, right) => `i64x2.add(${left}, ${right})`);

/**
 * Emits a * b / R for one half of the lanes into the constants `r0`..`r8` (two i64 each; limbs
 * 0..7 in [0, 2^28), limb 8 signed). `ready(k)` is called as soon as `rk` may be used.
 */
export function product(
  half: Half,
  operands: Operands,
  emit: Emit,
  ready: (limb: number) => void,
): void {
  const { a, b, bDifference } = operands;
  const multiply = (x: string, y: string) => `i64x2.extmul_${half}_i32x4_s(${x}, ${y})`;
  const emitted = new Set<string>();
  const define = (name: string, value: () => string): string => {
    if (!emitted.has(name)) {
      emitted.add(name);
      emit(`const ${name} = ${value()};`);
    }
    return name;
  };

  // Column k of the product of two blocks of three limbs.
  const blockColumn = (
    name: string,
    k: number,
    x: (i: number) => string,
    y: (j: number) => string,
  ): string => {
    if (emitted.has(`${name}_${k}`)) return `${name}_${k}`;
    const terms: string[] = [];
    for (let i = 0; i < 3; i++) if (k - i >= 0 && k - i < 3) terms.push(multiply(x(i), y(k - i)));
    return define(`${name}_${k}`, () => sum(terms));
  };
  const square = (u: number, k: number) =>
    blockColumn(
      `p${u}`,
      k,
      (i) => a(3 * u + i),
      (j) => b(3 * u + j),
    );
  const differences = (pair: number) => {
    const [u, v] = BLOCK_PAIRS[pair] as readonly [number, number];
    for (let i = 0; i < 3; i++) {
      define(`x${u}${v}${i}`, () => `i32x4.sub(${a(3 * u + i)}, ${a(3 * v + i)})`);
      if (!bDifference)
        define(`y${u}${v}${i}`, () => `i32x4.sub(${b(3 * v + i)}, ${b(3 * u + i)})`);
    }
  };
  const cross = (pair: number, k: number) => {
    const [u, v] = BLOCK_PAIRS[pair] as readonly [number, number];
    differences(pair);
    return blockColumn(
      `q${u}${v}`,
      k,
      (i) => `x${u}${v}${i}`,
      (j) => (bDifference ? bDifference(pair, j) : `y${u}${v}${j}`),
    );
  };
  const both = (u: number, v: number, k: number) => {
    const left = square(u, k);
    const right = square(v, k);
    return define(`s${u}${v}_${k}`, () => `i64x2.add(${left}, ${right})`);
  };
  // a_u b_v + a_v b_u = a_u b_u + a_v b_v + (a_u - a_v)(b_v - b_u), by weight of the block.
  const terms = (weight: number, k: number): string[] => {
    if (weight === 0) return [square(0, k)];
    if (weight === 1) return [both(0, 1, k), cross(0, k)];
    if (weight === 2) return [both(0, 1, k), square(2, k), cross(1, k)];
    if (weight === 3) return [both(1, 2, k), cross(2, k)];
    return [square(2, k)];
  };
  // Weight 2 is a_0 b_2 + a_1 b_1 + a_2 b_0 = (p0 + p1) + p2 + q02.

  for (let k = 0; k < 2 * LIMBS - 1; k++) {
    const column = [k === 0 ? 'BIAS' : 'BIAS_LESS'];
    if (k > 0) column.push(`i64x2.shr_u(t${k - 1}, ${LIMB_BITS})`);
    for (let weight = 0; weight < 5; weight++) {
      const inner = k - 3 * weight;
      if (inner >= 0 && inner < 5) column.push(...terms(weight, inner));
    }
    emit(`let t${k} = ${sum(column)};`);
    const digit = (distance: number) => k - distance >= 0 && k - distance < LIMBS;
    if (digit(6)) emit(`t${k} = i64x2.sub(t${k}, i64x2.shl(m${k - 6}, 24));`);
    if (digit(7)) emit(`t${k} = i64x2.sub(t${k}, m${k - 7});`);
    if (digit(8)) emit(`t${k} = i64x2.sub(t${k}, i64x2.shl(m${k - 8}, 27));`);
    if (k < LIMBS) {
      emit(`const m${k} = v128.and(t${k}, MASK);`);
    } else {
      emit(`const r${k - LIMBS} = v128.and(t${k}, MASK);`);
      ready(k - LIMBS);
    }
  }
  emit(`const r8 = i64x2.add(i64x2.shr_u(t16, ${LIMB_BITS}), UNBIAS);`);
  ready(8);
}

/** Lane-wise pair of half results: the even words of both. */
export const join = (low: string, high: string): string =>
  `v128.shuffle<i32>(${low}, ${high}, 0, 2, 4, 6)`;

/**
 * Emits a carry pass over the locals `${n}0`..`${n}8`: afterwards limbs 0..7 are in [0, 2^28) and the
 * value, taken modulo P, is in (-2^200, 2^251 + 2^200). Input: |limb| < 2^31, |value| < 15 P.
 */
export function carry(n: string, emit: Emit): void {
  emit(`{ const q = i32x4.shr_s(${n}8, 27); ${n}8 = v128.and(${n}8, i32x4.splat(0x7ffffff));`);
  emit(`${n}0 = i32x4.sub(${n}0, q); ${n}6 = i32x4.sub(${n}6, i32x4.shl(q, 24));`);
  emit(`${n}7 = i32x4.sub(${n}7, q); }`);
  for (let i = 0; i < LIMBS - 1; i++) {
    emit(`${n}${i + 1} = i32x4.add(${n}${i + 1}, i32x4.shr_s(${n}${i}, ${LIMB_BITS}));`);
    emit(`${n}${i} = v128.and(${n}${i}, i32x4.splat(0xfffffff));`);
  }
}
