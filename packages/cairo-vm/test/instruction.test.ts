import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeInstruction, encodeInstruction, Fault, instructionSize } from '../src/index.ts';
import { END, RET, word } from './assembler.ts';

/** Values of a group of flags: none of them, or exactly one. */
const group = (bits: number) =>
  fc.constantFrom(0, ...Array.from({ length: bits }, (_, i) => 1 << i));
const offset = fc.integer({ min: -32768, max: 32767 });

function rawWord(offsets: readonly [number, number, number], flags: number): bigint {
  const [dst, op0, op1] = offsets.map((value) => BigInt(value + 32768)) as [bigint, bigint, bigint];
  return dst | (op0 << 16n) | (op1 << 32n) | (BigInt(flags) << 48n);
}

describe('decodeInstruction', () => {
  it('reads what the compiler writes', () => {
    expect(RET).toBe(0x208b7fff7fff7ffen);
    expect(END).toEqual([0x10780017fff7fffn, 0n]);
    // call rel imm; [ap] = imm, ap++; [ap] = [fp - 4] + [fp - 5], ap++
    expect(word({ dst: ['ap', 0], op0: ['ap', 1], pc: 'rel', ap: '+2', opcode: 'call' })).toBe(
      0x1104800180018000n,
    );
    expect(word({ dst: ['ap', 0], ap: '+1', opcode: 'assert' })).toBe(0x480680017fff8000n);
  });

  it('inverts encodeInstruction for every valid combination of flags', () => {
    fc.assert(
      fc.property(
        fc.tuple(offset, offset, offset),
        fc.tuple(fc.boolean(), fc.boolean()),
        fc.tuple(group(3), group(2), group(3), group(2), group(3)),
        (offsets, [dstFp, op0Fp], [op1, res, pc, ap, opcode]) => {
          const flags =
            Number(dstFp) |
            (Number(op0Fp) << 1) |
            (op1 << 2) |
            (res << 5) |
            (pc << 7) |
            (ap << 10) |
            (opcode << 12);
          const raw = rawWord(offsets, flags);
          const undefinedBehaviour =
            (pc === 4 && (res !== 0 || opcode !== 0 || ap === 1)) || (opcode === 1 && ap !== 0);
          if (undefinedBehaviour) {
            expect(() => decodeInstruction(raw)).toThrow(Fault);
            return;
          }
          const fields = decodeInstruction(raw);
          expect([fields.dstOffset, fields.op0Offset, fields.op1Offset]).toEqual(offsets);
          expect(instructionSize(fields)).toBe(op1 === 1 ? 2 : 1);
          expect(encodeInstruction(fields)).toBe(raw);
        },
      ),
    );
  });

  it.each([
    ['bit 63', 1n << 63n],
    ['more than 64 bits', 1n << 64n],
    ['a negative word', -1n],
    ['two sources of op1', rawWord([0, 0, 0], 0b110 << 2)],
    ['sum and product', rawWord([0, 0, 0], 0b11 << 5)],
    ['two jumps', rawWord([0, 0, 0], 0b011 << 7)],
    ['two updates of ap', rawWord([0, 0, 0], 0b11 << 10)],
    ['two opcodes', rawWord([0, 0, 0], 0b101 << 12)],
  ])('refuses %s', (_name, raw) => {
    expect(() => decodeInstruction(raw)).toThrow(Fault);
  });
});
