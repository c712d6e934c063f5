// Machine code for tests, field by field.
import {
  AP_ADD_1,
  AP_ADD_2,
  AP_ADD_RES,
  AP_SAME,
  encodeInstruction,
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
  RES_UNCONSTRAINED,
} from '../src/index.ts';

export type Register = 'ap' | 'fp';
export type Cell = readonly [Register, number];

export interface Form {
  readonly dst?: Cell;
  readonly op0?: Cell;
  readonly op1?: readonly ['imm' | 'ap' | 'fp' | 'op0', number];
  readonly res?: 'op1' | 'add' | 'mul' | 'none';
  readonly pc?: 'next' | 'jmp' | 'rel' | 'jnz';
  readonly ap?: 'same' | 'res' | '+1' | '+2';
  readonly opcode?: 'none' | 'call' | 'ret' | 'assert';
}

const SOURCE = { imm: OP1_IMMEDIATE, ap: OP1_AP, fp: OP1_FP, op0: OP1_OP0 };
const RES = { op1: RES_OP1, add: RES_ADD, mul: RES_MUL, none: RES_UNCONSTRAINED };
const PC = { next: PC_NEXT, jmp: PC_JUMP, rel: PC_JUMP_RELATIVE, jnz: PC_JUMP_NONZERO };
const AP = { same: AP_SAME, res: AP_ADD_RES, '+1': AP_ADD_1, '+2': AP_ADD_2 };
const OPCODE = {
  none: OPCODE_NONE,
  call: OPCODE_CALL,
  ret: OPCODE_RET,
  assert: OPCODE_ASSERT_EQUAL,
};

/** One instruction word; unused operands name [fp - 1], as the compiler writes them. */
export function word(form: Form): bigint {
  const dst: Cell = form.dst ?? ['fp', -1];
  const op0: Cell = form.op0 ?? ['fp', -1];
  const op1: NonNullable<Form['op1']> = form.op1 ?? ['imm', 1];
  return encodeInstruction({
    dstFp: dst[0] === 'fp',
    dstOffset: dst[1],
    op0Fp: op0[0] === 'fp',
    op0Offset: op0[1],
    op1Source: SOURCE[op1[0]],
    op1Offset: op1[1],
    res: RES[form.res ?? 'op1'],
    pcUpdate: PC[form.pc ?? 'next'],
    apUpdate: AP[form.ap ?? 'same'],
    opcode: OPCODE[form.opcode ?? 'none'],
  });
}

/** [dst] = value; ap++ */
export function push(value: bigint): bigint[] {
  return [word({ dst: ['ap', 0], ap: '+1', opcode: 'assert' }), value];
}

export const RET: bigint = word({
  dst: ['fp', -2],
  op1: ['fp', -1],
  pc: 'jmp',
  opcode: 'ret',
});

export function jump(distance: bigint): bigint[] {
  return [word({ pc: 'rel' }), distance];
}

export function callRelative(distance: bigint): bigint[] {
  return [word({ dst: ['ap', 0], op0: ['ap', 1], pc: 'rel', ap: '+2', opcode: 'call' }), distance];
}

/** jmp rel 0: the end of a proof-mode program. */
export const END: bigint[] = jump(0n);
