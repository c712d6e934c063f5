import {
  COUNT,
  GATE_CELLS,
  INSTANCE_CELLS,
  OFFSETS_POINTER,
  readNumber,
  VALUES_POINTER,
  valueAddress,
  writeNumber,
} from '../builtins/modulo.ts';
import { Fault } from '../fault.ts';
import type { Memory } from '../memory.ts';
import { inverseModulo, type Relocatable, toDistance } from '../values.ts';
import { feltOf, type HintContext, pointerOf } from './operands.ts';
import type { HintOf } from './types.ts';

/** Steps that an inverse of 384 bits counts for, beside its gate. */
const INVERSE_STEPS = 3_000;

/** One builtin's gates: rows (a, b, c) of the offsets table, meaning values[a] op values[b] = values[c]. */
interface Gates {
  readonly memory: Memory;
  readonly values: Relocatable;
  readonly offsets: Relocatable;
  readonly modulus: bigint;
}

/**
 * Evaluates a modular circuit: gives every value its number and lays out the instances of both
 * builtins. The first instance (modulus, values and offsets pointers) was written by the program.
 * A gate whose inputs come from a later multiplication waits for it. When an inverse does not exist
 * the multiplications end at that gate, with a witness value that makes its product zero.
 */
export function evalCircuit(vm: HintContext, hint: HintOf<'EvalCircuit'>): void {
  const { memory } = vm;
  const additions = count(feltOf(vm, hint.n_add_mods));
  const multiplications = count(feltOf(vm, hint.n_mul_mods));
  const addMod = pointerOf(vm, hint.add_mod_builtin);
  const mulMod = pointerOf(vm, hint.mul_mod_builtin);
  const values = memory.readPointer(mulMod, VALUES_POINTER);
  const mulOffsets = memory.readPointer(mulMod, OFFSETS_POINTER);
  const addOffsets = additions === 0 ? mulOffsets : memory.readPointer(addMod, OFFSETS_POINTER);
  const modulus = readNumber(memory, mulMod);
  if (modulus === undefined || modulus === 0n) throw new Fault('EvalCircuit: no modulus');

  memory.work(20 * additions + 50 * multiplications);
  const adds: Gates = { memory, values, offsets: addOffsets, modulus };
  const muls: Gates = { memory, values, offsets: mulOffsets, modulus };
  let done = multiplications;
  let added = 0;
  for (let multiplied = 0; ; multiplied++) {
    while (added < additions && fillAddition(adds, added)) added++;
    if (multiplied === multiplications) break;
    if (!fillMultiplication(muls, multiplied) && done === multiplications) done = multiplied;
  }
  if (added < additions) throw new Fault('EvalCircuit: an addition has unknown inputs');
  fillInstances(memory, addMod, mulMod, additions, values, addOffsets);
  fillInstances(memory, mulMod, mulMod, done, values, mulOffsets);
}

/** a + b = c: gives c, or a when a subtraction asked for it. False while inputs are unknown. */
function fillAddition(gates: Gates, gate: number): boolean {
  const [a, b, c] = operands(gates, gate);
  if (b.value === undefined) return false;
  if (a.value !== undefined) {
    writeNumber(gates.memory, c.address, (a.value + b.value) % gates.modulus);
    return true;
  }
  if (c.value === undefined) return false;
  const difference = (c.value - b.value) % gates.modulus;
  const canonical = difference < 0n ? difference + gates.modulus : difference;
  writeNumber(gates.memory, a.address, canonical);
  return true;
}

/** a * b = c: gives c, or a = 1/b when an inversion asked for it. False when b has no inverse. */
function fillMultiplication(gates: Gates, gate: number): boolean {
  const { modulus } = gates;
  const [a, b, c] = operands(gates, gate);
  if (b.value === undefined) throw new Fault('EvalCircuit: a product has unknown inputs');
  if (a.value !== undefined) {
    writeNumber(gates.memory, c.address, (a.value * b.value) % modulus);
    return true;
  }
  gates.memory.work(INVERSE_STEPS);
  let [divisor, rest] = [modulus, b.value % modulus];
  while (rest !== 0n) [divisor, rest] = [rest, divisor % rest];
  const invertible = divisor === 1n;
  const value = invertible ? inverseModulo(b.value % modulus, modulus) : modulus / divisor;
  writeNumber(gates.memory, a.address, value);
  return invertible;
}

interface Operand {
  readonly address: Relocatable;
  readonly value: bigint | undefined;
}

function operands(gates: Gates, gate: number): [Operand, Operand, Operand] {
  const operand = (cell: number): Operand => {
    const index = gate * GATE_CELLS + cell;
    const address = valueAddress(gates.memory, gates.values, gates.offsets, index);
    return { address, value: readNumber(gates.memory, address) };
  };
  return [operand(0), operand(1), operand(2)];
}

function fillInstances(
  memory: Memory,
  base: Relocatable,
  modulus: Relocatable,
  instances: number,
  values: Relocatable,
  offsets: Relocatable,
): void {
  for (let i = 0; i < instances; i++) {
    const instance = base.plus(i * INSTANCE_CELLS);
    for (let limb = 0; limb < VALUES_POINTER; limb++) {
      memory.write(instance, limb, memory.read(modulus, limb));
    }
    memory.write(instance, VALUES_POINTER, values);
    memory.write(instance, OFFSETS_POINTER, offsets.plus(i * GATE_CELLS));
    memory.write(instance, COUNT, BigInt(instances - i));
  }
}

/** Gates are read one by one from memory, so that a count without a table behind it fails early. */
function count(value: bigint): number {
  const gates = toDistance(value);
  if (gates < 0) throw new Fault('EvalCircuit: negative number of gates');
  return gates;
}
