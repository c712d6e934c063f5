import { encodeInstruction, type InstructionFields } from '@stackctl/cairo-vm';
import type { BuiltinName, CasmClassJson } from '@stackctl/types';

/** Fields of `jmp rel imm`, from which other instructions are made. */
const JUMP: InstructionFields = {
  dstFp: true,
  dstOffset: -1,
  op0Fp: true,
  op0Offset: -1,
  op1Source: 1,
  op1Offset: 1,
  res: 0,
  pcUpdate: 2,
  apUpdate: 0,
  opcode: 0,
};

export const word = (fields: Partial<InstructionFields>): bigint =>
  encodeInstruction({ ...JUMP, ...fields });

export const jump = (distance: bigint): bigint[] => [word({}), distance];

const ASSERT = { opcode: 4, pcUpdate: 0 } as const;

/** [ap] = value; ap++ */
export const push = (value: bigint): bigint[] => [
  word({ ...ASSERT, dstFp: false, dstOffset: 0, apUpdate: 2 }),
  value,
];

/** [ap] = [fp + offset]; ap++ */
export const copy = (offset: number): bigint =>
  word({ ...ASSERT, dstFp: false, dstOffset: 0, apUpdate: 2, op1Source: 2, op1Offset: offset });

/** [[fp + pointer] + offset] = [fp + value] */
export const store = (pointer: number, offset: number, value: number): bigint =>
  word({ ...ASSERT, dstOffset: value, op0Offset: pointer, op1Source: 0, op1Offset: offset });

/** [ap] = [[fp + pointer] + offset]; ap++ */
export const load = (pointer: number, offset: number): bigint =>
  word({
    ...ASSERT,
    dstFp: false,
    dstOffset: 0,
    apUpdate: 2,
    op0Offset: pointer,
    op1Source: 0,
    op1Offset: offset,
  });

/** [ap] = [fp + pointer] + distance; ap++ */
export const advance = (pointer: number, distance: bigint): bigint[] => [
  word({ ...ASSERT, dstFp: false, dstOffset: 0, apUpdate: 2, op0Offset: pointer, res: 1 }),
  distance,
];

/** ap += distance */
export const reserve = (distance: bigint): bigint[] => [
  word({ pcUpdate: 0, apUpdate: 1 }),
  distance,
];

export const ret: bigint = word({
  dstOffset: -2,
  op1Source: 2,
  op1Offset: -1,
  pcUpdate: 1,
  opcode: 2,
});

/** Arguments of an entry point, by their distance to fp. */
export const ARGUMENT = { gas: -6, syscalls: -5, calldata: -4, calldataEnd: -3 } as const;

/** Returns without panic: gas and syscall pointer as given, the calldata as return data. */
export const returnCalldata: readonly bigint[] = [
  copy(ARGUMENT.gas),
  copy(ARGUMENT.syscalls),
  ...push(0n),
  copy(ARGUMENT.calldata),
  copy(ARGUMENT.calldataEnd),
  ret,
];

const PRIME = '0x800000000000011000000000000000000000000000000000000000000000001';

/** A class of hand-written code, with one entry point at offset 0 of every name's selector. */
export function classOf(
  bytecode: readonly bigint[],
  selectors: readonly bigint[],
  options: {
    hints?: CasmClassJson['hints'];
    builtins?: BuiltinName[];
    type?: 'EXTERNAL' | 'L1_HANDLER';
  } = {},
): CasmClassJson {
  const { hints = [], builtins = [], type = 'EXTERNAL' } = options;
  const entries = selectors.map((selector) => ({
    selector: `0x${selector.toString(16)}`,
    offset: 0,
    builtins,
  }));
  return {
    prime: PRIME,
    compiler_version: '2.8.2',
    bytecode: bytecode.map((value) => `0x${value.toString(16)}`),
    hints,
    entry_points_by_type: { EXTERNAL: [], L1_HANDLER: [], CONSTRUCTOR: [], [type]: entries },
  };
}
