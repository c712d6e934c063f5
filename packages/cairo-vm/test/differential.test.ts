import { isStackError, PRIME } from '@stackctl/types';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CairoMachine, createProofMachine, Program, Relocatable } from '../src/index.ts';
import { END, type Form, word } from './assembler.ts';

const register = fc.constantFrom('ap' as const, 'fp' as const);
const near = fc.integer({ min: -3, max: 4 });
const cell = fc.tuple(register, near);

/** Valid instructions with operands near the registers, so that many of them succeed. */
const form: fc.Arbitrary<Form> = fc
  .record({
    dst: cell,
    op0: cell,
    op1: fc.tuple(fc.constantFrom('imm', 'ap', 'fp', 'op0'), near),
    res: fc.constantFrom('op1', 'add', 'mul'),
    pc: fc.constantFrom('next', 'next', 'next', 'rel', 'jnz', 'jmp'),
    ap: fc.constantFrom('same', '+1', '+1', 'res'),
    opcode: fc.constantFrom('assert', 'assert', 'assert', 'none', 'call', 'ret'),
  } as const)
  .map((raw) => {
    const op1 = raw.op1[0] === 'imm' ? (['imm', 1] as const) : raw.op1;
    if (raw.pc === 'jnz') {
      return { ...raw, op1, res: 'none', opcode: 'none', ap: raw.ap === 'res' ? '+1' : raw.ap };
    }
    return { ...raw, op1, ap: raw.opcode === 'call' ? '+2' : raw.ap };
  });

const felt = fc.oneof(
  fc.bigInt({ min: 0n, max: 9n }),
  fc.bigInt({ min: PRIME - 6n, max: PRIME - 1n }),
);
const pointer = fc
  .tuple(fc.constantFrom(0, 1, 20), fc.nat(9))
  .map(([segment, offset]) => new Relocatable(segment, offset));
const code = fc.array(fc.tuple(form, felt), { minLength: 1, maxLength: 16, size: 'max' });
const values = fc.array(fc.option(fc.oneof(felt, pointer), { nil: undefined }), { maxLength: 12 });

type Values = ReadonlyArray<bigint | Relocatable | undefined>;

/** Runs at most `stepLimit` steps. Anything but a VM error is a bug. */
function runFor(
  words: readonly bigint[],
  initial: Values,
  stepLimit: number,
  shortcuts: boolean,
): { readonly vm: CairoMachine; readonly failed: boolean } {
  const program = new Program(words, new Map(), { shortcuts });
  const vm = createProofMachine(program, { stepLimit });
  while (vm.memory.segments.length < 21) vm.memory.allocate();
  for (const [index, value] of initial.entries()) {
    if (value !== undefined) vm.memory.writeAt(1, 2 + index, value);
  }
  try {
    vm.run();
    return { vm, failed: false };
  } catch (error) {
    if (!isStackError(error, 'VM')) throw error;
    return { vm, failed: true };
  }
}

/** Where a run ended, and everything it had done by then. A step that fails may be half done. */
function storyOf(words: readonly bigint[], initial: Values, shortcuts: boolean) {
  const { vm, failed } = runFor(words, initial, 200, shortcuts);
  const { pc, steps } = vm;
  const before = failed ? runFor(words, initial, steps - 1, shortcuts).vm : vm;
  return { failed, pc, steps, ap: before.ap, fp: before.fp, memory: before.memory.segments };
}

describe('the run loop and the transition function of the whitepaper', () => {
  it('agree on random programs: same end, same registers, same memory', () => {
    let steps = 0;
    fc.assert(
      fc.property(code, values, (instructions, initial) => {
        const body = instructions.flatMap(([fields, immediate]) =>
          fields.op1?.[0] === 'imm' ? [word(fields), immediate] : [word(fields)],
        );
        const words = [...body, ...END];
        const fast = storyOf(words, initial, true);
        steps += fast.steps;
        expect(fast).toEqual(storyOf(words, initial, false));
      }),
      { numRuns: 3_000 },
    );
    // Programs that all stop at once would agree for nothing.
    expect(steps).toBeGreaterThan(4_000);
  });

  it('nothing but a VM error comes out of random words', () => {
    const anyWord = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
    fc.assert(
      fc.property(fc.array(anyWord, { minLength: 1, maxLength: 30 }), values, (words, initial) => {
        runFor(words, initial, 100, true);
      }),
      { numRuns: 2_000 },
    );
  });
});
