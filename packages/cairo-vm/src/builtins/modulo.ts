import { Fault } from '../fault.ts';
import type { Memory } from '../memory.ts';
import { describe, type Relocatable, toDistance } from '../values.ts';
import type { Builtin } from './builtin.ts';

/**
 * An instance is [p0, p1, p2, p3, values pointer, offsets pointer, n]: for the gate (a, b, c) at the
 * offsets pointer, values[a] op values[b] = values[c] modulo p, where a number is four limbs of 96
 * bits, and n counts down to 1 within a batch of instances that share p and the values. The compiler
 * has the hint EvalCircuit fill instances and values (`hints/circuit.ts`), so that no cell is left
 * to deduce; `checkModulo` is the final check.
 */
export const addMod: Builtin = { name: 'add_mod', cells: 7, isInput: () => true };
export const mulMod: Builtin = { name: 'mul_mod', cells: 7, isInput: () => true };

export const INSTANCE_CELLS = 7;
export const VALUES_POINTER = 4;
export const OFFSETS_POINTER = 5;
export const COUNT = 6;
/** Cells of one gate in the offsets table. */
export const GATE_CELLS = 3;
const LIMBS = 4;
const LIMB_BITS = 96n;
const LIMB_MASK = (1n << LIMB_BITS) - 1n;
/**
 * An instance holds with a quotient from 0 to below this: there is no other in a proof (packages/stark).
 * Compiled classes never need more, as the compiler has the inputs of a circuit reduced first.
 */
const QUOTIENTS = { add_mod: 2n, mul_mod: 1n << (BigInt(LIMBS) * LIMB_BITS) } as const;

/** The number at `address`; undefined when a limb is unknown. Throws a Fault for a bad limb. */
export function readNumber(memory: Memory, address: Relocatable): bigint | undefined {
  let number = 0n;
  for (let limb = LIMBS - 1; limb >= 0; limb--) {
    const value = memory.peek(address.segment, address.offset + limb);
    if (value === undefined) return undefined;
    if (typeof value !== 'bigint' || value > LIMB_MASK) {
      throw new Fault(`limb at ${describe(address)}+${limb} is not below 2^96`);
    }
    number = (number << LIMB_BITS) | value;
  }
  return number;
}

export function writeNumber(memory: Memory, address: Relocatable, number: bigint): void {
  for (let limb = 0; limb < LIMBS; limb++) {
    memory.write(address, limb, (number >> (BigInt(limb) * LIMB_BITS)) & LIMB_MASK);
  }
}

/** Address of the value that cell `index` of the offsets table names. */
export function valueAddress(
  memory: Memory,
  values: Relocatable,
  offsets: Relocatable,
  index: number,
): Relocatable {
  return values.plus(toDistance(memory.read(offsets, index)));
}

/** Checks every instance of a builtin's segment. Throws a Fault. */
export function checkModulo(memory: Memory, name: 'add_mod' | 'mul_mod'): void {
  const count = memory.builtinInstances(name);
  for (let i = 0; i < count; i++) {
    const instance = memory.builtinBase(name).plus(i * INSTANCE_CELLS);
    const modulus = readNumber(memory, instance);
    const values = memory.readPointer(instance, VALUES_POINTER);
    const offsets = memory.readPointer(instance, OFFSETS_POINTER);
    const [a, b, c] = [0, 1, 2].map((cell) =>
      readNumber(memory, valueAddress(memory, values, offsets, cell)),
    );
    if (modulus === undefined || a === undefined || b === undefined || c === undefined) {
      throw new Fault(`${name}: instance ${i} is incomplete`);
    }
    const difference = (name === 'add_mod' ? a + b : a * b) - c;
    const bound = QUOTIENTS[name] * modulus;
    const holds =
      modulus === 0n
        ? difference === 0n
        : difference >= 0n && difference < bound && difference % modulus === 0n;
    if (!holds) throw new Fault(`${name}: instance ${i} does not hold`);
    checkBatch(memory, name, instance, i + 1 === count);
  }
}

/** Within a batch the next instance has the same modulus and values, the next gate, and n - 1. */
function checkBatch(memory: Memory, name: string, instance: Relocatable, last: boolean): void {
  const n = memory.readFelt(instance, COUNT);
  if (n === 0n || (last && n !== 1n)) throw new Fault(`${name}: a batch does not end at n = 1`);
  if (n === 1n) return;
  const next = instance.plus(INSTANCE_CELLS);
  const values = memory.readPointer(instance, VALUES_POINTER);
  const nextValues = memory.readPointer(next, VALUES_POINTER);
  const offsets = memory.readPointer(instance, OFFSETS_POINTER);
  const nextOffsets = memory.readPointer(next, OFFSETS_POINTER);
  const consecutive =
    memory.readFelt(next, COUNT) === n - 1n &&
    readNumber(memory, next) === readNumber(memory, instance) &&
    samePointer(nextValues, values) &&
    samePointer(nextOffsets, offsets.plus(GATE_CELLS));
  if (!consecutive) throw new Fault(`${name}: instances of a batch disagree`);
}

function samePointer(a: Relocatable, b: Relocatable): boolean {
  return a.segment === b.segment && a.offset === b.offset;
}
