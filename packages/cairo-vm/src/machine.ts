import type { Felt } from '@stackctl/types';
import { Fault, vmError } from './fault.ts';
import { type HintContext, pointerOf } from './hints/operands.ts';
import { HINT_STEPS, runHint } from './hints/run.ts';
import { createHintState, type HintState } from './hints/state.ts';
import type { Hint } from './hints/types.ts';
import { OP1_AP, OP1_IMMEDIATE } from './instruction.ts';
import { type Cell, EXECUTION_SEGMENT, Memory, PROGRAM_SEGMENT } from './memory.ts';
import {
  type Decoded,
  KIND_ADD_AP,
  KIND_ASSERT_ADD,
  KIND_ASSERT_DEREF,
  KIND_ASSERT_IMMEDIATE,
  KIND_ASSERT_MUL,
  KIND_ASSERT_STACK,
  KIND_CALL,
  KIND_JUMP,
  KIND_JUMP_NONZERO,
  KIND_RET,
  type Program,
} from './program.ts';
import { RegisterLog } from './register-log.ts';
import { stepAny } from './step.ts';
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
} from './values.ts';

/**
 * Answers the SystemCall hint. `pointer` is the next cell of the run's syscall segment, where the
 * request stands and behind which the response is written. Two kinds: one that executes
 * (packages/execution), one that replays a transcript (packages/block-proof).
 */
export interface SyscallHandler {
  handle(vm: CairoMachine, selector: Felt, pointer: Relocatable): void;
}

export interface MachineOptions {
  /** Steps (and deductions of builtins, by their weight) after which a run fails. */
  readonly stepLimit: number;
  /** Steps, without deductions, after which a run fails. Default: no limit. */
  readonly ownStepLimit?: number;
  /** Largest ap or fp: bounds the memory of a run. Default 2^23 cells. */
  readonly stackLimit?: number;
  readonly syscalls?: SyscallHandler;
  /** Proof mode: log the registers, and end at `jmp rel 0`. */
  readonly record?: boolean;
}

/** A run failed because it reached its step limit: callers tell this apart by `reason`. */
export const OUT_OF_STEPS = 'out of steps';

/** 8 M cells take about half a gigabyte. */
const DEFAULT_STACK_LIMIT = 2 ** 23;

/**
 * One run of a program: registers (offsets in their segments), memory, hints. pc stays in the
 * program segment, ap and fp in the execution segment.
 */
export class CairoMachine implements HintContext {
  readonly memory: Memory;
  readonly program: Program;
  pc = 0;
  ap = 0;
  fp = 0;
  /** Executed steps so far. */
  steps = 0;
  /** May be lowered while running: a nested call spends its caller's budget. */
  stepLimit: number;
  /** The same for plain steps. */
  ownStepLimit: number;
  readonly hintState: HintState = createHintState();
  readonly log: RegisterLog | null;
  /** Segment whose base is the return address of the outermost frame; -1 in proof mode. */
  endSegment = -1;
  readonly #stackLimit: number;
  readonly #syscalls: SyscallHandler | undefined;

  constructor(program: Program, options: MachineOptions) {
    this.program = program;
    this.memory = new Memory(program.segment);
    this.stepLimit = options.stepLimit;
    this.ownStepLimit = options.ownStepLimit ?? Number.POSITIVE_INFINITY;
    this.#stackLimit = options.stackLimit ?? DEFAULT_STACK_LIMIT;
    this.#syscalls = options.syscalls;
    this.log = options.record === true ? new RegisterLog() : null;
  }

  /** Runs the hints of one instruction; a syscall handler may nest whole runs in here. */
  #runHints(hints: readonly Hint[]): void {
    for (const hint of hints) {
      if (hint.kind === 'SystemCall') {
        if (this.#syscalls === undefined) throw new Fault('this run allows no syscalls');
        const pointer = pointerOf(this, hint.system);
        this.#syscalls.handle(this, this.memory.readFelt(pointer), pointer);
      } else {
        this.memory.extraSteps += HINT_STEPS[hint.kind] ?? 0;
        runHint(this, hint);
      }
    }
  }

  #divide(dividend: MemoryValue, divisor: MemoryValue): bigint {
    this.memory.extraSteps += DIVISION_STEPS;
    return divideValues(dividend, divisor);
  }

  /** The number of steps at which the run ends, at the latest. */
  #stepsAllowed(): number {
    return Math.min(this.stepLimit - this.memory.extraSteps, this.ownStepLimit);
  }

  /**
   * Runs from the present registers to the end: the return to `endSegment`, or `jmp rel 0` in proof
   * mode. Throws VM for every broken rule; what a syscall handler throws passes through.
   */
  run(): void {
    const { program } = this;
    const decoded = program.decoded;
    const segments = this.memory.segments;
    const stack = segments[EXECUTION_SEGMENT] as Cell[];
    const stackLimit = this.#stackLimit;
    const log = this.log;
    let registers: Uint32Array | null = log === null ? null : log.values;
    let logged = log === null ? 0 : log.length;
    let { pc, ap, fp, steps } = this;
    let stepLimit = this.#stepsAllowed();
    let running = true;
    try {
      while (running) {
        const ins: Decoded = decoded[pc] ?? program.decode(pc);
        if (steps >= stepLimit) throw new Fault(OUT_OF_STEPS);
        if (ap > stackLimit || fp > stackLimit) throw new Fault('out of memory: the stack is full');
        if (ins.hints !== null) {
          this.pc = pc;
          this.ap = ap;
          this.fp = fp;
          this.steps = steps;
          this.#runHints(ins.hints);
          stepLimit = this.#stepsAllowed();
        }
        if (registers !== null) {
          if (logged + 3 > registers.length) registers = (log as RegisterLog).grow();
          registers[logged] = pc;
          registers[logged + 1] = ap;
          registers[logged + 2] = fp;
          logged += 3;
        }
        steps++;
        const dstAt = (ins.dstFp ? fp : ap) + ins.dst;
        const op0At = (ins.op0Fp ? fp : ap) + ins.op0;
        if (dstAt < 0 || op0At < 0) throw new Fault('an operand is below the execution segment');
        const dst = stack[dstAt];
        const op0 = stack[op0At];
        switch (ins.kind) {
          case KIND_ASSERT_IMMEDIATE: {
            if (op0 === undefined) throw unknownCell(op0At);
            if (dst === undefined) stack[dstAt] = ins.immediate;
            else if (dst !== ins.immediate && !equalValues(dst, ins.immediate)) {
              throw unequal(dst, ins.immediate);
            }
            ap += ins.apStep;
            pc += 2;
            break;
          }
          case KIND_ASSERT_STACK: {
            if (op0 === undefined) throw unknownCell(op0At);
            const op1At = (ins.op1Source === OP1_AP ? ap : fp) + ins.op1;
            if (op1At < 0) throw new Fault('an operand is below the execution segment');
            const op1 = stack[op1At];
            if (op1 === undefined) {
              if (dst === undefined) throw unknownCell(op1At);
              stack[op1At] = dst;
            } else if (dst === undefined) stack[dstAt] = op1;
            else if (dst !== op1 && !equalValues(dst, op1)) throw unequal(dst, op1);
            ap += ins.apStep;
            pc++;
            break;
          }
          case KIND_ASSERT_DEREF: {
            if (typeof op0 !== 'object') throw notPointer(op0);
            const op1At = op0.offset + ins.op1;
            const cells = segments[op0.segment];
            let op1 = cells === undefined || op1At < 0 ? undefined : cells[op1At];
            if (op1 === undefined) {
              op1 = this.memory.peek(op0.segment, op1At);
              stepLimit = this.#stepsAllowed();
            }
            if (op1 === undefined) {
              if (dst === undefined) throw new Fault(`unknown cell ${op0.segment}:${op1At}`);
              this.memory.writeAt(op0.segment, op1At, dst);
            } else if (dst === undefined) stack[dstAt] = op1;
            else if (dst !== op1 && !equalValues(dst, op1)) throw unequal(dst, op1);
            ap += ins.apStep;
            pc++;
            break;
          }
          case KIND_ASSERT_ADD:
          case KIND_ASSERT_MUL: {
            let op1: Cell = ins.immediate;
            let op1At = -1;
            if (ins.op1Source !== OP1_IMMEDIATE) {
              op1At = (ins.op1Source === OP1_AP ? ap : fp) + ins.op1;
              if (op1At < 0) throw new Fault('an operand is below the execution segment');
              op1 = stack[op1At];
            }
            const adds = ins.kind === KIND_ASSERT_ADD;
            if (op0 !== undefined && op1 !== undefined) {
              const res = adds ? addValues(op0, op1) : multiplyValues(op0, op1);
              if (dst === undefined) stack[dstAt] = res;
              else if (dst !== res && !equalValues(dst, res)) throw unequal(dst, res);
            } else if (dst === undefined) {
              throw unknownCell(dstAt);
            } else if (op0 !== undefined) {
              stack[op1At] = adds ? subtractValues(dst, op0) : this.#divide(dst, op0);
              stepLimit = this.#stepsAllowed();
            } else if (op1 !== undefined) {
              stack[op0At] = adds ? subtractValues(dst, op1) : this.#divide(dst, op1);
              stepLimit = this.#stepsAllowed();
            } else {
              throw unknownCell(op0At);
            }
            ap += ins.apStep;
            pc += ins.size;
            break;
          }
          case KIND_JUMP_NONZERO: {
            if (dst === undefined) throw unknownCell(dstAt);
            if (op0 === undefined) throw unknownCell(op0At);
            pc += dst === 0n ? 2 : ins.distance;
            ap += ins.apStep;
            break;
          }
          case KIND_JUMP: {
            if (dst === undefined) throw unknownCell(dstAt);
            if (op0 === undefined) throw unknownCell(op0At);
            // In proof mode a jump to itself is the end of the program.
            if (ins.distance === 0 && ins.apStep === 0 && log !== null) running = false;
            pc += ins.distance;
            ap += ins.apStep;
            break;
          }
          case KIND_CALL: {
            if (dst === undefined) stack[dstAt] = new Relocatable(EXECUTION_SEGMENT, fp);
            else if (!isCell(dst, EXECUTION_SEGMENT, fp)) throw new Fault('call: [ap] is not fp');
            if (op0 === undefined) stack[op0At] = new Relocatable(PROGRAM_SEGMENT, pc + 2);
            else if (!isCell(op0, PROGRAM_SEGMENT, pc + 2)) {
              throw new Fault('call: [ap + 1] is not the return address');
            }
            ap += 2;
            fp = ap;
            pc += ins.distance;
            break;
          }
          case KIND_RET: {
            const op1At = fp + ins.op1;
            const target = op1At < 0 ? undefined : stack[op1At];
            if (op0 === undefined) throw unknownCell(op0At);
            if (typeof dst !== 'object') throw notPointer(dst);
            if (typeof target !== 'object') throw notPointer(target);
            if (target.segment === this.endSegment && target.offset === 0) running = false;
            else {
              if (target.segment !== PROGRAM_SEGMENT) throw outsideProgram(target);
              if (dst.segment !== EXECUTION_SEGMENT) throw outsideStack(dst);
            }
            fp = dst.offset;
            pc = target.offset;
            break;
          }
          case KIND_ADD_AP: {
            if (dst === undefined) throw unknownCell(dstAt);
            if (op0 === undefined) throw unknownCell(op0At);
            if (ap + ins.distance < 0) throw new Fault('ap is below the execution segment');
            ap += ins.distance;
            pc += 2;
            break;
          }
          default: {
            this.pc = pc;
            this.ap = ap;
            this.fp = fp;
            running = stepAny(this, ins.fields);
            stepLimit = this.#stepsAllowed();
            pc = this.pc;
            ap = this.ap;
            fp = this.fp;
          }
        }
      }
    } catch (error) {
      if (error instanceof Fault) throw vmError(pc, error.message);
      throw error;
    } finally {
      this.pc = pc;
      this.ap = ap;
      this.fp = fp;
      this.steps = steps;
      if (log !== null) log.length = logged;
    }
  }
}

function isCell(value: MemoryValue, segment: number, offset: number): boolean {
  return typeof value === 'object' && value.segment === segment && value.offset === offset;
}

function unknownCell(offset: number): Fault {
  return new Fault(`unknown cell ${EXECUTION_SEGMENT}:${offset}`);
}

function unequal(left: MemoryValue, right: MemoryValue): Fault {
  return new Fault(`assert_eq failed: ${describe(left)} != ${describe(right)}`);
}

function notPointer(value: Cell): Fault {
  return new Fault(`expected a pointer, got ${describe(value)}`);
}

function outsideProgram(target: Relocatable): Fault {
  return new Fault(`jump to ${describe(target)}, outside the program`);
}

function outsideStack(target: Relocatable): Fault {
  return new Fault(`fp would be ${describe(target)}, outside the execution segment`);
}
