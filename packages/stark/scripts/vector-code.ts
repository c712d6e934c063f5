// Compiles expressions into AssemblyScript over vectors of four rows. Sums are made without carries;
// the compiler follows how far limbs and values can grow and inserts a carry pass (`normalise`) only
// where the next operation could overflow.
import type { Expression } from '../src/air/expression.ts';
import { isUniform } from './shape.ts';

const VECTOR = 144;

/** Bounds of a value: limbs in units of 2^28, the value in units of P. */
interface Bounds {
  readonly limbLow: number;
  readonly limbHigh: number;
  readonly low: number;
  readonly high: number;
}

/** A product, a column or a uniform: limbs carried, value in (-2 P, P). */
const CARRIED: Bounds = { limbLow: 0, limbHigh: 1, low: -2.1, high: 1.1 };
/** What `normalise` leaves. */
const NORMAL: Bounds = { limbLow: 0, limbHigh: 1, low: -0.01, high: 1.01 };
/** Limbs stay in an i32 (8 units) and values within what a carry pass can fold, with a margin. */
const LIMB_LIMIT = 7.5;
const VALUE_LIMIT = 14;
/** 9 * |a| * |b| * 2^56 and the carries stay below 2^63. */
const PRODUCT_LIMIT = 13.5;

interface Value {
  readonly bounds: Bounds;
  /** Fixed place (an address expression), or a temporary. */
  readonly place: string | { slot: number };
}

type Instruction =
  | { readonly kind: 'mul'; readonly out: Value; readonly a: Value; readonly b: Value }
  | { readonly kind: 'normalise'; readonly out: Value; readonly a: Value }
  | {
      readonly kind: 'sum';
      readonly out: Value;
      readonly terms: ReadonlyArray<readonly [number, Value]>;
    };

export interface Places {
  /** Address expression of a cell, a periodic value, a uniform part. */
  readonly leaf: (expression: Expression) => string;
}

const plus = (a: Bounds, factor: number, b: Bounds): Bounds => ({
  limbLow: a.limbLow + Math.min(factor * b.limbLow, factor * b.limbHigh),
  limbHigh: a.limbHigh + Math.max(factor * b.limbLow, factor * b.limbHigh),
  low: a.low + Math.min(factor * b.low, factor * b.high),
  high: a.high + Math.max(factor * b.low, factor * b.high),
});
const ZERO: Bounds = { limbLow: 0, limbHigh: 0, low: 0, high: 0 };
const fits = (b: Bounds) =>
  Math.max(-b.limbLow, b.limbHigh) <= LIMB_LIMIT &&
  Math.max(-b.low, b.high) <= VALUE_LIMIT &&
  Math.max(-b.low, b.high) / 2 <= LIMB_LIMIT;
/** Limbs with the top one, which is value / 2^224, half a unit for each P. */
const extent = (b: Bounds) => ({
  low: Math.min(b.limbLow, b.low / 2),
  high: Math.max(b.limbHigh, b.high / 2),
});
const magnitude = (b: Bounds) => Math.max(-extent(b).low, extent(b).high);
const spread = (b: Bounds) => extent(b).high - extent(b).low;

function powerOfTwo(factor: number): number | undefined {
  const bits = Math.log2(Math.abs(factor));
  return Number.isInteger(bits) && bits <= 2 ? bits : undefined;
}

/** A factor that a sum can take: +-1, +-2 or +-4. */
function smallFactor(e: Expression): number | undefined {
  if (e.kind !== 'constant') return undefined;
  const value = Number(e.value);
  return powerOfTwo(value) === undefined ? undefined : value;
}

export class VectorCode {
  private readonly instructions: Instruction[] = [];
  private readonly values = new Map<number, Value>();
  private readonly carried = new Map<Value, Value>();
  private readonly uses = new Map<number, number>();
  private readonly places: Places;

  constructor(places: Places) {
    this.places = places;
  }

  /** Compiles the expressions and returns the lines that leave result i at outputs[i], normal. */
  compile(
    results: ReadonlyArray<{ expression: Expression; output: string }>,
    scratch: string,
  ): string[] {
    for (const { expression } of results) this.countUses(expression);
    for (const { expression, output } of results) {
      const value = this.lower(expression);
      this.instructions.push({
        kind: 'normalise',
        out: { bounds: NORMAL, place: output },
        a: value,
      });
    }
    return this.emit(scratch);
  }

  /** Vectors of scratch that the emitted lines use. */
  slots = 0;

  private countUses(e: Expression): void {
    const count = this.uses.get(e.id) ?? 0;
    this.uses.set(e.id, count + 1);
    if (count > 0 || isUniform(e)) return;
    if (e.kind === 'add' || e.kind === 'sub' || e.kind === 'mul') {
      this.countUses(e.left);
      this.countUses(e.right);
    }
  }

  private lower(e: Expression): Value {
    const known = this.values.get(e.id);
    if (known !== undefined) return known;
    let value: Value;
    if (isUniform(e) || e.kind === 'cell' || e.kind === 'periodic') {
      value = { bounds: CARRIED, place: this.places.leaf(e) };
    } else if (e.kind === 'mul' && this.scaled(e) === undefined) {
      value = this.multiply(this.lower(e.left), this.lower(e.right));
    } else {
      value = this.sum(this.terms(e, 1, true));
    }
    this.values.set(e.id, value);
    return value;
  }

  private scaled(e: Expression): { factor: number; inner: Expression } | undefined {
    if (e.kind !== 'mul') return undefined;
    const left = smallFactor(e.left);
    if (left !== undefined) return { factor: left, inner: e.right };
    const right = smallFactor(e.right);
    return right === undefined ? undefined : { factor: right, inner: e.left };
  }

  /** Flattens sums that nothing else uses into terms. */
  private terms(
    e: Expression,
    factor: number,
    root: boolean,
  ): Array<readonly [number, Expression]> {
    const flat = root || (this.uses.get(e.id) === 1 && !isUniform(e));
    if (flat && (e.kind === 'add' || e.kind === 'sub'))
      return [
        ...this.terms(e.left, factor, false),
        ...this.terms(e.right, e.kind === 'add' ? factor : -factor, false),
      ];
    const scaled = flat ? this.scaled(e) : undefined;
    if (scaled && powerOfTwo(factor * scaled.factor) !== undefined)
      return this.terms(scaled.inner, factor * scaled.factor, false);
    return [[factor, e]];
  }

  private sum(terms: ReadonlyArray<readonly [number, Expression]>): Value {
    let pending: Array<readonly [number, Value]> = [];
    let bounds = ZERO;
    const flush = (): Value => {
      const out: Value = { bounds, place: { slot: -1 } };
      this.instructions.push({ kind: 'sum', out, terms: pending });
      return out;
    };
    for (const [factor, expression] of terms) {
      let value = this.lower(expression);
      if (!fits(plus(ZERO, factor, value.bounds))) value = this.normalise(value);
      if (pending.length > 0 && !fits(plus(bounds, factor, value.bounds))) {
        const partial = this.normalise(flush());
        pending = [[1, partial]];
        bounds = partial.bounds;
      }
      pending.push([factor, value]);
      bounds = plus(bounds, factor, value.bounds);
    }
    return flush();
  }

  private multiply(left: Value, right: Value): Value {
    let [a, b] = [left, right];
    if (spread(a.bounds) > LIMB_LIMIT) a = this.normalise(a);
    if (spread(b.bounds) > LIMB_LIMIT) b = this.normalise(b);
    while (magnitude(a.bounds) * magnitude(b.bounds) > PRODUCT_LIMIT) {
      if (magnitude(a.bounds) >= magnitude(b.bounds)) a = this.normalise(a);
      else b = this.normalise(b);
    }
    const corners = [a.bounds.low, a.bounds.high].flatMap((x) =>
      [b.bounds.low, b.bounds.high].map((y) => 0.501 * x * y),
    );
    const out: Value = {
      bounds: {
        limbLow: 0,
        limbHigh: 1,
        low: Math.min(...corners, 0) - 1,
        high: Math.max(...corners, 0),
      },
      place: { slot: -1 },
    };
    this.instructions.push({ kind: 'mul', out, a, b });
    return out;
  }

  private normalise(a: Value): Value {
    const known = this.carried.get(a);
    if (known !== undefined) return known;
    const out: Value = { bounds: NORMAL, place: { slot: -1 } };
    this.instructions.push({ kind: 'normalise', out, a });
    this.carried.set(a, out);
    return out;
  }

  /** Assigns temporaries to slots by last use and writes the lines. */
  private emit(scratch: string): string[] {
    const operands = (i: Instruction): Value[] =>
      i.kind === 'mul' ? [i.a, i.b] : i.kind === 'normalise' ? [i.a] : i.terms.map(([, v]) => v);
    const lastUse = new Map<Value, number>();
    this.instructions.forEach((instruction, at) => {
      for (const value of operands(instruction)) lastUse.set(value, at);
    });
    const free: number[] = [];
    const slotOf = new Map<Value, number>();
    const address = (v: Value): string =>
      typeof v.place === 'string' ? v.place : `${scratch} + ${VECTOR * (slotOf.get(v) as number)}`;
    const lines: string[] = [];
    this.instructions.forEach((instruction, at) => {
      // The output may take the slot of an operand that ends here: all kernels read a limb (or all
      // limbs) of every operand before they write it.
      const from = operands(instruction).map(address);
      for (const value of new Set(operands(instruction)))
        if (typeof value.place !== 'string' && lastUse.get(value) === at)
          free.push(slotOf.get(value) as number);
      if (typeof instruction.out.place !== 'string')
        slotOf.set(instruction.out, free.pop() ?? this.slots++);
      const to = address(instruction.out);
      if (instruction.kind === 'mul') lines.push(`mul(${to}, ${from[0]}, ${from[1]});`);
      else if (instruction.kind === 'normalise') lines.push(`normalise(${to}, ${from[0]});`);
      else
        lines.push(
          ...sumLines(
            to,
            instruction.terms.map(([factor], i) => [factor, from[i] as string]),
          ),
        );
    });
    return lines;
  }
}

/** One line a limb: out = sum of factor * operand. */
function sumLines(out: string, terms: ReadonlyArray<readonly [number, string]>): string[] {
  // A positive term first, if there is one: nothing to negate.
  const ordered = [...terms].sort(([a], [b]) => Number(b > 0) - Number(a > 0));
  return Array.from({ length: 9 }, (_, limb) => {
    const load = ([factor, place]: readonly [number, string]) => {
      const bits = powerOfTwo(factor) as number;
      const vector = `v128.load(${place}, ${16 * limb})`;
      return bits === 0 ? vector : `i32x4.shl(${vector}, ${bits})`;
    };
    const [first, ...rest] = ordered as [
      readonly [number, string],
      ...Array<readonly [number, string]>,
    ];
    const head = first[0] > 0 ? load(first) : `i32x4.neg(${load(first)})`;
    const value = rest.reduce(
      (sum, term) => `i32x4.${term[0] > 0 ? 'add' : 'sub'}(${sum}, ${load(term)})`,
      head,
    );
    return `v128.store(${out}, ${value}, ${16 * limb});`;
  });
}
