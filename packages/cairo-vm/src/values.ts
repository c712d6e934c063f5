import { fieldInverse } from '@stackctl/crypto';
import { PRIME } from '@stackctl/types';
import { Fault } from './fault.ts';

/**
 * An address before relocation: a cell of a memory segment. Immutable; `offset` is a small integer
 * (`0 <= offset <= MAX_OFFSET`), so that pointer arithmetic is integer arithmetic.
 */
export class Relocatable {
  readonly segment: number;
  readonly offset: number;

  constructor(segment: number, offset: number) {
    this.segment = segment;
    this.offset = offset;
  }

  /** The cell `distance` further on. Throws a Fault outside `[0, MAX_OFFSET]`. */
  plus(distance: number): Relocatable {
    return pointer(this.segment, this.offset + distance);
  }

  toString(): string {
    return `${this.segment}:${this.offset}`;
  }
}

/** What a memory cell holds: a canonical felt or a pointer. */
export type MemoryValue = bigint | Relocatable;

/** Largest offset within a segment: bounds sparse writes, and keeps offsets small integers. */
export const MAX_OFFSET = 2 ** 28;

/** Felts below this count as positive distances, those above PRIME minus it as negative ones. */
const DISTANCE_BOUND = BigInt(MAX_OFFSET) * 2n;
const NEGATIVE_DISTANCE = PRIME - DISTANCE_BOUND;

function pointer(segment: number, offset: number): Relocatable {
  if (offset < 0 || offset > MAX_OFFSET) {
    throw new Fault(`pointer ${segment}:${offset} is outside its segment`);
  }
  return new Relocatable(segment, offset);
}

/** Reads a felt as a small signed integer: a jump, a stack movement or a pointer distance. */
export function toDistance(value: MemoryValue): number {
  if (typeof value !== 'bigint')
    throw new Fault(`expected a distance, got the pointer ${describe(value)}`);
  if (value < DISTANCE_BOUND) return Number(value);
  if (value > NEGATIVE_DISTANCE) return -Number(PRIME - value);
  throw new Fault(`distance 0x${value.toString(16)} is out of range`);
}

export function addValues(a: MemoryValue, b: MemoryValue): MemoryValue {
  if (typeof a === 'bigint') {
    if (typeof b === 'bigint') {
      const sum = a + b;
      return sum >= PRIME ? sum - PRIME : sum;
    }
    return pointer(b.segment, b.offset + toDistance(a));
  }
  if (typeof b !== 'bigint')
    throw new Fault(`cannot add the pointers ${describe(a)} and ${describe(b)}`);
  return pointer(a.segment, a.offset + toDistance(b));
}

export function subtractValues(a: MemoryValue, b: MemoryValue): MemoryValue {
  if (typeof a === 'bigint') {
    if (typeof b !== 'bigint')
      throw new Fault(`cannot subtract the pointer ${describe(b)} from a felt`);
    const difference = a - b;
    return difference < 0n ? difference + PRIME : difference;
  }
  if (typeof b === 'bigint') return pointer(a.segment, a.offset - toDistance(b));
  if (a.segment !== b.segment) {
    throw new Fault(
      `cannot subtract the pointers ${describe(a)} and ${describe(b)} of different segments`,
    );
  }
  const distance = a.offset - b.offset;
  return distance < 0 ? PRIME + BigInt(distance) : BigInt(distance);
}

export function multiplyValues(a: MemoryValue, b: MemoryValue): bigint {
  if (typeof a !== 'bigint' || typeof b !== 'bigint') {
    throw new Fault(`cannot multiply ${describe(a)} and ${describe(b)}`);
  }
  return (a * b) % PRIME;
}

/** Steps that a division counts for against the step limit: the field inverse is that slow. */
export const DIVISION_STEPS = 50;

/** `a / b` in the field. Throws a Fault for pointers and for division by zero. */
export function divideValues(a: MemoryValue, b: MemoryValue): bigint {
  if (typeof a !== 'bigint' || typeof b !== 'bigint') {
    throw new Fault(`cannot divide ${describe(a)} by ${describe(b)}`);
  }
  if (b === 0n) throw new Fault('division by zero');
  return (a * fieldInverse(b)) % PRIME;
}

export function equalValues(a: MemoryValue, b: MemoryValue): boolean {
  if (a === b) return true;
  return (
    typeof a === 'object' &&
    typeof b === 'object' &&
    a.segment === b.segment &&
    a.offset === b.offset
  );
}

/** A value as error messages show it. */
export function describe(value: MemoryValue | undefined): string {
  if (value === undefined) return 'an unknown cell';
  return typeof value === 'bigint' ? `0x${value.toString(16)}` : value.toString();
}

/** Inverse of `value` modulo `modulus` (extended Euclid); they must be coprime, `0 < value < modulus`. */
export function inverseModulo(value: bigint, modulus: bigint): bigint {
  let [r0, r1, s0, s1] = [modulus, value, 0n, 1n];
  while (r1 !== 0n) {
    const quotient = r0 / r1;
    [r0, r1] = [r1, r0 - quotient * r1];
    [s0, s1] = [s1, s0 - quotient * s1];
  }
  return s0 < 0n ? s0 + modulus : s0;
}
