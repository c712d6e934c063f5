import { Fault } from './fault.ts';
import {
  AP_ADD_1,
  AP_ADD_2,
  AP_ADD_RES,
  AP_SAME,
  type InstructionFields,
  instructionSize,
  OP1_AP,
  OP1_FP,
  OP1_IMMEDIATE,
  OPCODE_ASSERT_EQUAL,
  OPCODE_CALL,
  OPCODE_RET,
  PC_JUMP,
  PC_JUMP_NONZERO,
  PC_JUMP_RELATIVE,
  PC_NEXT,
  RES_ADD,
  RES_MUL,
  RES_OP1,
} from './instruction.ts';
import type { CairoMachine } from './machine.ts';
import { type Cell, EXECUTION_SEGMENT, PROGRAM_SEGMENT } from './memory.ts';
import {
  addValues,
  DIVISION_STEPS,
  describe,
  divideValues,
  equalValues,
  type MemoryValue,
  multiplyValues,
  Relocatable,
  subtractValues,
  toDistance,
} from './values.ts';

/**
 * One step by the book: the transition function of the Cairo whitepaper, section 4.5, for every
 * valid instruction, with deduction of the one operand that is not known yet. The run loop uses it
 * for shapes that it has no shortcut for; tests run whole programs through it and compare.
 * Returns false when the step was the last one.
 */
export function stepAny(vm: CairoMachine, ins: InstructionFields): boolean {
  const { memory } = vm;
  const { pc, ap, fp } = vm;
  const size = instructionSize(ins);
  const isCall = ins.opcode === OPCODE_CALL;
  const isAssert = ins.opcode === OPCODE_ASSERT_EQUAL;

  const dstAt = (ins.dstFp ? fp : ap) + ins.dstOffset;
  const op0At = (ins.op0Fp ? fp : ap) + ins.op0Offset;
  let dst: Cell = memory.peek(EXECUTION_SEGMENT, dstAt);
  let op0: Cell = memory.peek(EXECUTION_SEGMENT, op0At);
  const [op1Segment, op1At] = addressOfOp1(vm, ins, op0);
  let op1: Cell = memory.peek(op1Segment, op1At);

  // Deduce what the assertions of the instruction determine.
  if (op0 === undefined && isCall) op0 = new Relocatable(PROGRAM_SEGMENT, pc + size);
  if (isAssert && dst !== undefined) {
    if (ins.res === RES_OP1) op1 ??= dst;
    else if (ins.res === RES_ADD || ins.res === RES_MUL) {
      const solve = ins.res === RES_ADD ? subtractValues : divideValues;
      const known = op0 ?? op1;
      if (known !== undefined && (op0 === undefined || op1 === undefined)) {
        if (ins.res === RES_MUL) memory.extraSteps += DIVISION_STEPS;
        if (op0 === undefined) op0 = solve(dst, known);
        else op1 = solve(dst, known);
      }
    }
  }
  if (op0 === undefined) throw unknown(EXECUTION_SEGMENT, op0At);
  if (op1 === undefined) throw unknown(op1Segment, op1At);

  const res = resultOf(ins, op0, op1);
  if (dst === undefined && isAssert) dst = res;
  if (dst === undefined && isCall) dst = new Relocatable(EXECUTION_SEGMENT, fp);
  if (dst === undefined) throw unknown(EXECUTION_SEGMENT, dstAt);

  // Write-once memory makes these writes checks where the cells were known.
  memory.writeAt(EXECUTION_SEGMENT, op0At, op0);
  memory.writeAt(op1Segment, op1At, op1);
  memory.writeAt(EXECUTION_SEGMENT, dstAt, dst);

  if (isAssert && !equalValues(dst, res as MemoryValue)) {
    throw new Fault(`assert_eq failed: ${describe(dst)} != ${describe(res)}`);
  }
  if (isCall) {
    expectCell(op0, PROGRAM_SEGMENT, pc + size, 'call: op0 is not the return address');
    expectCell(dst, EXECUTION_SEGMENT, fp, 'call: dst is not fp');
  }

  updateAp(vm, ins, res);
  return updatePcAndFp(vm, ins, { res, dst, op1, size });
}

function addressOfOp1(
  vm: CairoMachine,
  ins: InstructionFields,
  op0: Cell,
): [segment: number, offset: number] {
  switch (ins.op1Source) {
    case OP1_IMMEDIATE:
      return [PROGRAM_SEGMENT, vm.pc + ins.op1Offset];
    case OP1_FP:
      return [EXECUTION_SEGMENT, vm.fp + ins.op1Offset];
    case OP1_AP:
      return [EXECUTION_SEGMENT, vm.ap + ins.op1Offset];
    default:
      if (!(op0 instanceof Relocatable)) {
        throw new Fault(`expected a pointer, got ${describe(op0)}`);
      }
      return [op0.segment, op0.offset + ins.op1Offset];
  }
}

/** Undefined with a conditional jump, which computes nothing. */
function resultOf(
  ins: InstructionFields,
  op0: MemoryValue,
  op1: MemoryValue,
): MemoryValue | undefined {
  switch (ins.res) {
    case RES_OP1:
      return op1;
    case RES_ADD:
      return addValues(op0, op1);
    case RES_MUL:
      return multiplyValues(op0, op1);
    default:
      return undefined;
  }
}

function updateAp(vm: CairoMachine, ins: InstructionFields, res: Cell): void {
  switch (ins.apUpdate) {
    case AP_SAME:
      return;
    case AP_ADD_1:
      vm.ap += 1;
      return;
    case AP_ADD_2:
      vm.ap += 2;
      return;
    case AP_ADD_RES:
      vm.ap += toDistance(res as MemoryValue);
      if (vm.ap < 0) throw new Fault('ap is below the execution segment');
  }
}

interface Operands {
  readonly res: Cell;
  readonly dst: MemoryValue;
  readonly op1: MemoryValue;
  readonly size: number;
}

function updatePcAndFp(vm: CairoMachine, ins: InstructionFields, operands: Operands): boolean {
  const { res, dst, op1, size } = operands;
  let running = true;
  switch (ins.pcUpdate) {
    case PC_NEXT:
      vm.pc += size;
      break;
    case PC_JUMP: {
      if (!(res instanceof Relocatable)) throw new Fault(`jump to ${describe(res)}, no pointer`);
      if (res.segment === vm.endSegment && res.offset === 0) running = false;
      else if (res.segment !== PROGRAM_SEGMENT) {
        throw new Fault(`jump to ${describe(res)}, outside the program`);
      }
      vm.pc = res.offset;
      break;
    }
    case PC_JUMP_RELATIVE: {
      const distance = toDistance(res as MemoryValue);
      vm.pc += distance;
      // In proof mode a jump to itself is the end of the program.
      if (distance === 0 && vm.log !== null && ins.opcode === 0 && ins.apUpdate === AP_SAME) {
        running = false;
      }
      break;
    }
    case PC_JUMP_NONZERO:
      vm.pc += dst === 0n ? size : toDistance(op1);
  }
  if (ins.opcode === OPCODE_CALL) vm.fp = vm.ap;
  else if (ins.opcode === OPCODE_RET) {
    if (!(dst instanceof Relocatable)) throw new Fault(`fp would be ${describe(dst)}, no pointer`);
    if (running && dst.segment !== EXECUTION_SEGMENT) {
      throw new Fault(`fp would be ${describe(dst)}, outside the execution segment`);
    }
    vm.fp = dst.offset;
  }
  return running;
}

function expectCell(value: MemoryValue, segment: number, offset: number, reason: string): void {
  const holds =
    value instanceof Relocatable && value.segment === segment && value.offset === offset;
  if (!holds) throw new Fault(reason);
}

function unknown(segment: number, offset: number): Fault {
  return new Fault(`unknown cell ${segment}:${offset}`);
}
