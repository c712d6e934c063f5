import { Fault } from './fault.ts';

/**
 * Encoding of an instruction (Cairo whitepaper, section 4.4): three 16-bit offsets biased by 2^15,
 * then 15 flag bits from bit 48; bit 63 is zero. From bit 63 on, Stwo's dialect of Cairo counts opcode
 * extensions (1 and 2 BLAKE2s, 3 QM31), which Sierra 1.8 classes may use for BLAKE2s and this machine does
 * not have: a call that reaches one fails.
 */
export const OP1_OP0 = 0;
export const OP1_IMMEDIATE = 1;
export const OP1_FP = 2;
export const OP1_AP = 4;

export const RES_OP1 = 0;
export const RES_ADD = 1;
export const RES_MUL = 2;
/** With a conditional jump nothing is computed. */
export const RES_UNCONSTRAINED = 3;

export const PC_NEXT = 0;
export const PC_JUMP = 1;
export const PC_JUMP_RELATIVE = 2;
export const PC_JUMP_NONZERO = 4;

export const AP_SAME = 0;
export const AP_ADD_RES = 1;
export const AP_ADD_1 = 2;
/** Implied by a call. */
export const AP_ADD_2 = 3;

export const OPCODE_NONE = 0;
export const OPCODE_CALL = 1;
export const OPCODE_RET = 2;
export const OPCODE_ASSERT_EQUAL = 4;

/** The fields of an instruction, by the whitepaper's names. Offsets are unbiased. */
export interface InstructionFields {
  readonly dstOffset: number;
  readonly op0Offset: number;
  readonly op1Offset: number;
  /** true: relative to fp; false: to ap. */
  readonly dstFp: boolean;
  readonly op0Fp: boolean;
  readonly op1Source: number;
  readonly res: number;
  readonly pcUpdate: number;
  readonly apUpdate: number;
  readonly opcode: number;
}

const BIAS = 2 ** 15;

/**
 * Decodes one word. Every encoding for which the whitepaper's transition function (section 4.5)
 * says "undefined behaviour" is refused with a Fault.
 */
export function decodeInstruction(word: bigint): InstructionFields {
  if (word < 0n || word >> 63n !== 0n) {
    const extended = word >> 63n < 4n;
    invalid(word, extended ? 'opcode extensions are not run here' : 'it does not fit 63 bits');
  }
  const flags = Number(word >> 48n);
  const op1Source = (flags >> 2) & 7;
  const resLogic = (flags >> 5) & 3;
  const pcUpdate = (flags >> 7) & 7;
  const apFlags = (flags >> 10) & 3;
  const opcode = (flags >> 12) & 7;

  if (!oneHot(op1Source)) invalid(word, 'op1 has two sources');
  if (!oneHot(resLogic)) invalid(word, 'res is both a sum and a product');
  if (!oneHot(pcUpdate)) invalid(word, 'pc has two updates');
  if (!oneHot(apFlags)) invalid(word, 'ap has two updates');
  if (!oneHot(opcode)) invalid(word, 'it has two opcodes');
  if (pcUpdate === PC_JUMP_NONZERO) {
    if (resLogic !== 0) invalid(word, 'a conditional jump computes no res');
    if (opcode !== OPCODE_NONE) invalid(word, 'a conditional jump has no opcode');
    if (apFlags === AP_ADD_RES) invalid(word, 'a conditional jump cannot add res to ap');
  }
  if (opcode === OPCODE_CALL && apFlags !== AP_SAME) invalid(word, 'a call updates ap itself');

  return {
    dstOffset: Number(word & 0xffffn) - BIAS,
    op0Offset: Number((word >> 16n) & 0xffffn) - BIAS,
    op1Offset: Number((word >> 32n) & 0xffffn) - BIAS,
    dstFp: (flags & 1) !== 0,
    op0Fp: (flags & 2) !== 0,
    op1Source,
    res: pcUpdate === PC_JUMP_NONZERO ? RES_UNCONSTRAINED : resLogic,
    pcUpdate,
    apUpdate: opcode === OPCODE_CALL ? AP_ADD_2 : apFlags,
    opcode,
  };
}

/** The inverse of `decodeInstruction`, for drivers and tests that write machine code. */
export function encodeInstruction(fields: InstructionFields): bigint {
  const apFlags = fields.apUpdate === AP_ADD_2 ? AP_SAME : fields.apUpdate;
  const resLogic = fields.res === RES_UNCONSTRAINED ? RES_OP1 : fields.res;
  const flags =
    (fields.dstFp ? 1 : 0) |
    (fields.op0Fp ? 2 : 0) |
    (fields.op1Source << 2) |
    (resLogic << 5) |
    (fields.pcUpdate << 7) |
    (apFlags << 10) |
    (fields.opcode << 12);
  return (
    BigInt(fields.dstOffset + BIAS) |
    (BigInt(fields.op0Offset + BIAS) << 16n) |
    (BigInt(fields.op1Offset + BIAS) << 32n) |
    (BigInt(flags) << 48n)
  );
}

/** Words that an instruction takes: two when it carries an immediate. */
export function instructionSize(fields: InstructionFields): 1 | 2 {
  return fields.op1Source === OP1_IMMEDIATE ? 2 : 1;
}

function oneHot(bits: number): boolean {
  return (bits & (bits - 1)) === 0;
}

function invalid(word: bigint, why: string): never {
  throw new Fault(`invalid instruction 0x${word.toString(16)}: ${why}`);
}
