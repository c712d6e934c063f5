import { Fault, vmError } from './fault.ts';
import type { Hint } from './hints/types.ts';
import {
  AP_ADD_1,
  AP_ADD_RES,
  AP_SAME,
  decodeInstruction,
  type InstructionFields,
  instructionSize,
  OP1_AP,
  OP1_FP,
  OP1_IMMEDIATE,
  OP1_OP0,
  OPCODE_ASSERT_EQUAL,
  OPCODE_CALL,
  OPCODE_NONE,
  OPCODE_RET,
  PC_JUMP,
  PC_JUMP_NONZERO,
  PC_JUMP_RELATIVE,
  PC_NEXT,
  RES_ADD,
  RES_MUL,
  RES_OP1,
} from './instruction.ts';
import type { Cell } from './memory.ts';
import { type MemoryValue, toDistance } from './values.ts';

/** Shapes of instruction that the run loop handles without looking at the fields one by one. */
export const KIND_ANY = 0;
/** dst = immediate */
export const KIND_ASSERT_IMMEDIATE = 1;
/** dst = [ap or fp + offset] */
export const KIND_ASSERT_STACK = 2;
/** dst = [op0 + offset] */
export const KIND_ASSERT_DEREF = 3;
/** dst = op0 + (immediate or stack cell) */
export const KIND_ASSERT_ADD = 4;
/** dst = op0 * (immediate or stack cell) */
export const KIND_ASSERT_MUL = 5;
/** jmp rel immediate if dst != 0 */
export const KIND_JUMP_NONZERO = 6;
/** jmp rel immediate */
export const KIND_JUMP = 7;
/** call rel immediate */
export const KIND_CALL = 8;
/** ret */
export const KIND_RET = 9;
/** ap += immediate */
export const KIND_ADD_AP = 10;

/** An instruction as the run loop wants it: one hidden class, small integers only. */
export interface Decoded {
  readonly kind: number;
  readonly dstFp: boolean;
  readonly dst: number;
  readonly op0Fp: boolean;
  readonly op0: number;
  readonly op1Source: number;
  readonly op1: number;
  /** The immediate; 0n when there is none. */
  readonly immediate: MemoryValue;
  /** The immediate as a jump or movement, for the kinds that use it so. */
  readonly distance: number;
  readonly size: number;
  /** 1 when ap advances by one. */
  readonly apStep: number;
  readonly fields: InstructionFields;
  readonly hints: readonly Hint[] | null;
}

/** Machine code that can run many times: words, hints by offset, and the decoded instructions. */
export class Program {
  /** The program segment. Never written after construction. */
  readonly words: readonly MemoryValue[];
  readonly #hints: ReadonlyMap<number, readonly Hint[]>;
  readonly #shortcuts: boolean;
  /** Filled as instructions are reached: words of immediates are never decoded. */
  readonly decoded: Array<Decoded | undefined>;

  constructor(
    words: readonly MemoryValue[],
    hints: ReadonlyMap<number, readonly Hint[]> = new Map(),
    options: {
      /** false: every step by the book (`step.ts`). */ readonly shortcuts?: boolean;
    } = {},
  ) {
    this.words = words;
    this.#hints = hints;
    this.#shortcuts = options.shortcuts ?? true;
    this.decoded = Array.from({ length: words.length }, () => undefined);
  }

  /** The segment's array for a Memory, which treats it as read-only. */
  get segment(): Cell[] {
    return this.words as Cell[];
  }

  /** Decodes the instruction at `pc`. Throws VM when there is none. */
  decode(pc: number): Decoded {
    const word = this.words[pc];
    if (word === undefined) throw vmError(pc, 'pc is outside the program');
    if (typeof word !== 'bigint') throw vmError(pc, 'pc is at a pointer, not at an instruction');
    try {
      const fields = decodeInstruction(word);
      const kind = this.#shortcuts ? kindOf(fields) : KIND_ANY;
      const decoded = specialise(fields, kind, this.words[pc + 1], this.#hints.get(pc));
      this.decoded[pc] = decoded;
      return decoded;
    } catch (error) {
      if (error instanceof Fault) throw vmError(pc, error.message);
      throw error;
    }
  }
}

function specialise(
  fields: InstructionFields,
  shape: number,
  next: MemoryValue | undefined,
  hints: readonly Hint[] | undefined,
): Decoded {
  const hasImmediate = fields.op1Source === OP1_IMMEDIATE && fields.op1Offset === 1;
  if (hasImmediate && next === undefined) throw new Fault('the immediate is outside the program');
  // An op1 relative to pc that is not the next word has no shortcut.
  const kind = hasImmediate || fields.op1Source !== OP1_IMMEDIATE ? shape : KIND_ANY;
  const immediate = hasImmediate ? (next as MemoryValue) : 0n;
  const moves =
    kind === KIND_JUMP_NONZERO || kind === KIND_JUMP || kind === KIND_CALL || kind === KIND_ADD_AP;
  return {
    kind,
    dstFp: fields.dstFp,
    dst: fields.dstOffset,
    op0Fp: fields.op0Fp,
    op0: fields.op0Offset,
    op1Source: fields.op1Source,
    op1: fields.op1Offset,
    immediate,
    distance: moves ? toDistance(immediate) : 0,
    size: instructionSize(fields),
    apStep: fields.apUpdate === AP_ADD_1 ? 1 : 0,
    fields,
    hints: hints === undefined || hints.length === 0 ? null : hints,
  };
}

function kindOf(f: InstructionFields): number {
  if (f.opcode === OPCODE_ASSERT_EQUAL && f.pcUpdate === PC_NEXT && f.apUpdate !== AP_ADD_RES) {
    return assertKind(f);
  }
  const immediate = f.op1Source === OP1_IMMEDIATE && f.res !== RES_ADD && f.res !== RES_MUL;
  if (f.opcode === OPCODE_NONE && immediate) {
    if (f.pcUpdate === PC_JUMP_NONZERO) return KIND_JUMP_NONZERO;
    if (f.pcUpdate === PC_JUMP_RELATIVE && f.apUpdate !== AP_ADD_RES) return KIND_JUMP;
    if (f.pcUpdate === PC_NEXT && f.apUpdate === AP_ADD_RES) return KIND_ADD_AP;
  }
  if (
    f.opcode === OPCODE_CALL &&
    immediate &&
    f.pcUpdate === PC_JUMP_RELATIVE &&
    !f.dstFp &&
    f.dstOffset === 0 &&
    !f.op0Fp &&
    f.op0Offset === 1
  ) {
    return KIND_CALL;
  }
  if (
    f.opcode === OPCODE_RET &&
    f.res === RES_OP1 &&
    f.pcUpdate === PC_JUMP &&
    f.apUpdate === AP_SAME &&
    f.op1Source === OP1_FP
  ) {
    return KIND_RET;
  }
  return KIND_ANY;
}

function assertKind(f: InstructionFields): number {
  const stack = f.op1Source === OP1_FP || f.op1Source === OP1_AP;
  const operand = stack || f.op1Source === OP1_IMMEDIATE;
  if (f.res === RES_OP1) {
    if (stack) return KIND_ASSERT_STACK;
    return f.op1Source === OP1_OP0 ? KIND_ASSERT_DEREF : KIND_ASSERT_IMMEDIATE;
  }
  if (f.res === RES_ADD && operand) return KIND_ASSERT_ADD;
  if (f.res === RES_MUL && operand) return KIND_ASSERT_MUL;
  return KIND_ANY;
}
