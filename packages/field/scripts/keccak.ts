// Emits Keccak-f[1600] (FIPS 202, section 3), scalar and two states at a time in i64x2 lanes. The 24
// rounds are a loop; within a round the 25 lanes are locals, so that the permutation costs no memory
// traffic but the round constant.
import type { Emit } from './montgomery.ts';

/** FIPS 202, algorithm 5 (rc) and algorithm 6 (iota). */
function roundConstants(): string[] {
  const constants: string[] = [];
  let register = 1;
  for (let round = 0; round < 24; round++) {
    let constant = 0n;
    for (let j = 0; j < 7; j++) {
      if (register & 1) constant |= 1n << BigInt((1 << j) - 1);
      register = ((register << 1) ^ ((register >> 7) * 0x171)) & 0xff;
    }
    constants.push(`0x${constant.toString(16)}`);
  }
  return constants;
}

/** FIPS 202, table 2: rotation of lane (x, y) as ROTATIONS[x][y]. */
const ROTATIONS = [
  [0, 36, 3, 41, 18],
  [1, 44, 10, 45, 2],
  [62, 6, 43, 15, 61],
  [28, 55, 25, 21, 56],
  [27, 20, 39, 8, 14],
] as const;

interface Words {
  readonly xor: (a: string, b: string) => string;
  readonly rotate: (a: string, bits: number) => string;
  /** b and not a. */
  readonly andNot: (a: string, b: string) => string;
}

const scalar: Words = {
  xor: (a, b) => `(${a} ^ ${b})`,
  rotate: (a, bits) => `rotl<u64>(${a}, ${bits})`,
  andNot: (a, b) => `(~${a} & ${b})`,
};

const bytesRotated = (by: number) =>
  [0, 8]
    .flatMap((base) => Array.from({ length: 8 }, (_, i) => base + ((i + 8 - by) % 8)))
    .join(', ');

const simd: Words = {
  xor: (a, b) => `v128.xor(${a}, ${b})`,
  rotate: (a, bits) =>
    bits % 8 === 0
      ? `v128.shuffle<u8>(${a}, ${a}, ${bytesRotated(bits / 8)})`
      : `v128.or(i64x2.shl(${a}, ${bits}), i64x2.shr_u(${a}, ${64 - bits}))`,
  andNot: (a, b) => `v128.andnot(${b}, ${a})`,
};

const FIVE = [0, 1, 2, 3, 4];

function emitRound(words: Words, emit: Emit): void {
  const { xor, rotate, andNot } = words;
  const plus = (n: number) => n % 5;
  for (const x of FIVE)
    emit(`const c${x} = ${[1, 2, 3, 4].reduce((all, y) => xor(all, `s${x + 5 * y}`), `s${x}`)};`);
  for (const x of FIVE)
    emit(`const d${x} = ${xor(`c${plus(x + 4)}`, rotate(`c${plus(x + 1)}`, 1))};`);
  for (const x of FIVE)
    for (const y of FIVE) {
      const mixed = xor(`s${x + 5 * y}`, `d${x}`);
      const bits = ROTATIONS[x]?.[y] as number;
      emit(`const b${y + 5 * plus(2 * x + 3 * y)} = ${bits === 0 ? mixed : rotate(mixed, bits)};`);
    }
  for (const y of FIVE)
    for (const x of FIVE)
      emit(
        `s${x + 5 * y} = ${xor(`b${x + 5 * y}`, andNot(`b${plus(x + 1) + 5 * y}`, `b${plus(x + 2) + 5 * y}`))};`,
      );
}

const lanes = Array.from({ length: 25 }, (_, i) => i);

export function emitKeccak(emit: Emit): void {
  emit(`const ROUND_CONSTANTS: usize = memory.data<u64>([${roundConstants().join(', ')}]);`);
  emit('/** Keccak-f[1600] on the 200-byte state at `state`. */');
  emit('export function permute(state: usize): void {');
  for (const i of lanes) emit(`let s${i} = load<u64>(state, ${8 * i});`);
  emit('for (let round: usize = 0; round < 192; round += 8) {');
  emitRound(scalar, emit);
  emit('s0 ^= load<u64>(ROUND_CONSTANTS + round);');
  emit('}');
  for (const i of lanes) emit(`store<u64>(state, s${i}, ${8 * i});`);
  emit('}');
}

export function emitKeccakPair(emit: Emit): void {
  emit(`const ROUND_CONSTANTS: usize = memory.data<u64>([${roundConstants().join(', ')}]);`);
  emit(
    '/** Keccak-f[1600] on two states, interleaved lane by lane in the 400 bytes at `states`. */',
  );
  emit('export function permutePair(states: usize): void {');
  for (const i of lanes) emit(`let s${i} = v128.load(states, ${16 * i});`);
  emit('for (let round: usize = 0; round < 192; round += 8) {');
  emitRound(simd, emit);
  emit('s0 = v128.xor(s0, v128.load64_splat(ROUND_CONSTANTS + round));');
  emit('}');
  for (const i of lanes) emit(`v128.store(states, s${i}, ${16 * i});`);
  emit('}');
}
