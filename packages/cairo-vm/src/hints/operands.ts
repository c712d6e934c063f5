import { Fault } from '../fault.ts';
import { EXECUTION_SEGMENT, type Memory } from '../memory.ts';
import {
  addValues,
  describe,
  type MemoryValue,
  multiplyValues,
  type Relocatable,
} from '../values.ts';
import type { HintState } from './state.ts';
import type { CellRef, ResOperand } from './types.ts';

/** What a hint sees of the machine: registers as offsets in the execution segment. */
export interface HintContext {
  readonly memory: Memory;
  readonly ap: number;
  readonly fp: number;
  readonly hintState: HintState;
}

function cellOffset(vm: HintContext, cell: CellRef): number {
  return (cell.register === 'AP' ? vm.ap : vm.fp) + cell.offset;
}

function readCell(vm: HintContext, cell: CellRef): MemoryValue {
  const value = vm.memory.peek(EXECUTION_SEGMENT, cellOffset(vm, cell));
  if (value === undefined) {
    throw new Fault(`a hint reads the unknown cell ${EXECUTION_SEGMENT}:${cellOffset(vm, cell)}`);
  }
  return value;
}

/** Value of an operand. */
export function operandValue(vm: HintContext, operand: ResOperand): MemoryValue {
  switch (operand.kind) {
    case 'deref':
      return readCell(vm, operand.cell);
    case 'doubleDeref': {
      const base = readCell(vm, operand.cell);
      if (typeof base === 'bigint') throw new Fault(`a hint reads through ${describe(base)}`);
      return vm.memory.read(base, operand.offset);
    }
    case 'immediate':
      return operand.value;
    case 'add':
    case 'mul': {
      const a = readCell(vm, operand.a);
      const b = typeof operand.b === 'bigint' ? operand.b : readCell(vm, operand.b);
      return operand.kind === 'add' ? addValues(a, b) : multiplyValues(a, b);
    }
  }
}

export function feltOf(vm: HintContext, operand: ResOperand): bigint {
  const value = operandValue(vm, operand);
  if (typeof value !== 'bigint') throw new Fault(`a hint expected a felt, got ${describe(value)}`);
  return value;
}

export function pointerOf(vm: HintContext, operand: ResOperand): Relocatable {
  const value = operandValue(vm, operand);
  if (typeof value === 'bigint') {
    throw new Fault(`a hint expected a pointer, got ${describe(value)}`);
  }
  return value;
}

/** Writes the cell that a hint gives a value to. */
export function setCell(vm: HintContext, cell: CellRef, value: MemoryValue): void {
  vm.memory.writeAt(EXECUTION_SEGMENT, cellOffset(vm, cell), value);
}
