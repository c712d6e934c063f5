// The generated kernels over vectors of four field elements: product, carry pass, NTT stages.
import {
  BLOCK_PAIRS,
  CONSTANTS,
  carry,
  type Emit,
  type Half,
  join,
  LIMBS,
  product,
  VECTOR,
} from './montgomery.ts';

const limbs = Array.from({ length: LIMBS }, (_, i) => i);
const HALVES: readonly Half[] = ['low', 'high'];

/** `mul(out, a, b)`: out = a * b / R. Pointers may alias: operands are read before `out` is written. */
function emitMul(emit: Emit): void {
  emit(
    '/** out = a * b / R, four lanes. |a limb| * |b limb| < 14 * 2^56, differences below 2^31. */',
  );
  emit('export function mul(out: usize, a: usize, b: usize): void {');
  for (const line of CONSTANTS) emit(line);
  for (const i of limbs) emit(`let l${i}: v128;`);
  for (const half of HALVES) {
    emit('{');
    for (const i of limbs)
      emit(`const a${i} = v128.load(a, ${16 * i}); const b${i} = v128.load(b, ${16 * i});`);
    const operands = { a: (i: number) => `a${i}`, b: (j: number) => `b${j}` };
    product(half, operands, emit, (k) =>
      emit(
        half === 'low'
          ? `l${k} = r${k};`
          : `v128.store(out, ${join(`l${k}`, `r${k}`)}, ${16 * k});`,
      ),
    );
    emit('}');
  }
  emit('}');
}

/** `normalise(out, a)`: the carry pass from memory to memory. */
function emitNormalise(emit: Emit): void {
  emit('/** out = a mod P with limbs 0..7 in [0, 2^28); |a limb| < 2^31, |a| < 15 P. */');
  emit('export function normalise(out: usize, a: usize): void {');
  for (const i of limbs) emit(`let n${i} = v128.load(a, ${16 * i});`);
  carry('n', emit);
  for (const i of limbs) emit(`v128.store(out, n${i}, ${16 * i});`);
  emit('}');
}

/** `prepareTwiddle(w, t)`: one 36-byte element to all lanes, with Karatsuba's differences after it. */
function emitPrepareTwiddle(emit: Emit): void {
  emit(
    '/** Spreads the 36-byte element at t over the four lanes at w (288 bytes with differences). */',
  );
  emit('export function prepareTwiddle(w: usize, t: usize): void {');
  for (const i of limbs)
    emit(`const w${i} = v128.load32_splat(t, ${4 * i}); v128.store(w, w${i}, ${16 * i});`);
  BLOCK_PAIRS.forEach(([u, v], pair) => {
    for (let i = 0; i < 3; i++)
      emit(
        `v128.store(w, i32x4.sub(w${3 * v + i}, w${3 * u + i}), ${16 * (LIMBS + 3 * pair + i)});`,
      );
  });
  emit('}');
}

type Direction = 'forward' | 'inverse';
interface Stage {
  readonly name: string;
  readonly direction: Direction;
  /** Whether the sums are carried, so that limbs do not grow. */
  readonly normal: boolean;
  /** Whether the twiddle is 1. */
  readonly unit: boolean;
}

const STAGES: readonly Stage[] = [
  { name: 'forwardStage', direction: 'forward', normal: false, unit: false },
  { name: 'forwardStageNormal', direction: 'forward', normal: true, unit: false },
  { name: 'forwardStageUnit', direction: 'forward', normal: true, unit: true },
  { name: 'inverseStage', direction: 'inverse', normal: false, unit: false },
  { name: 'inverseStageNormal', direction: 'inverse', normal: true, unit: false },
  { name: 'inverseStageUnit', direction: 'inverse', normal: true, unit: true },
];

/**
 * One NTT stage over rows of one vector each (four columns in the four lanes), `half` butterflies
 * between x and x + half rows, all with the twiddle w.
 * forward (Cooley-Tukey):   (u, v) -> (u + w v, u - w v)
 * inverse (Gentleman-Sande): (u, v) -> (u + v, (u - v) w)
 */
function emitStage(stage: Stage, emit: Emit): void {
  const { name, direction, normal, unit } = stage;
  emit(`export function ${name}(x: usize, half: i32${unit ? '' : ', w: usize'}): void {`);
  if (!unit) for (const line of CONSTANTS) emit(line);
  emit(`const distance = <usize>half * ${VECTOR};`);
  emit('const end = x + distance;');
  emit('while (x < end) {');
  emit('const y = x + distance;');
  for (const i of limbs)
    emit(`const u${i} = v128.load(x, ${16 * i}), v${i} = v128.load(y, ${16 * i});`);
  const multiplied = direction === 'forward' ? 'v' : 'd';
  if (direction === 'inverse') for (const i of limbs) emit(`let d${i} = i32x4.sub(u${i}, v${i});`);
  if (unit) {
    if (direction === 'forward') for (const i of limbs) emit(`const f${i} = v${i};`);
  } else {
    for (const i of limbs) emit(`let l${i}: v128;`);
    const operands = {
      a: (i: number) => `${multiplied}${i}`,
      b: (j: number) => `v128.load(w, ${16 * j})`,
      bDifference: (pair: number, i: number) => `v128.load(w, ${16 * (LIMBS + 3 * pair + i)})`,
    };
    for (const half of HALVES) {
      emit('{');
      product(half, operands, emit, (k) =>
        emit(half === 'low' ? `l${k} = r${k};` : `l${k} = ${join(`l${k}`, `r${k}`)};`),
      );
      emit('}');
    }
    for (const i of limbs)
      emit(direction === 'forward' ? `const f${i} = l${i};` : `d${i} = l${i};`);
  }
  if (direction === 'forward') {
    for (const i of limbs)
      emit(`let s${i} = i32x4.add(u${i}, f${i}); let d${i} = i32x4.sub(u${i}, f${i});`);
    if (normal) {
      carry('s', emit);
      carry('d', emit);
    }
  } else {
    for (const i of limbs) emit(`let s${i} = i32x4.add(u${i}, v${i});`);
    if (normal) carry('s', emit);
    if (unit) carry('d', emit);
  }
  for (const i of limbs) emit(`v128.store(x, s${i}, ${16 * i}); v128.store(y, d${i}, ${16 * i});`);
  emit(`x += ${VECTOR};`);
  emit('}');
  emit('}');
}

export function emitKernels(emit: Emit): void {
  emitMul(emit);
  emitNormalise(emit);
  emitPrepareTwiddle(emit);
  for (const stage of STAGES) emitStage(stage, emit);
}
