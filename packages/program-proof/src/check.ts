import type { CairoStatement, Felt, SegmentBounds, SegmentName } from '@stackctl/types';
import { isAbsentBuiltin, StackError } from '@stackctl/types';
import { contextOf, type ProgramShape } from './identity.ts';

/** `jmp rel 0`: an instruction and its immediate. */
const JUMP_TO_ITSELF: readonly Felt[] = [0x10780017fff7fffn, 0n];
/** [fp0 - 2] = fp0 and [fp0 - 1] = 0 make the outermost frame safe. */
const FRAME = 2;
/** Cells of one instance of a builtin. */
const CELLS: Partial<Record<SegmentName, number>> = {
  output: 1,
  range_check: 1,
  range_check96: 1,
  pedersen: 3,
  bitwise: 5,
  ec_op: 7,
  poseidon: 6,
  add_mod: 7,
  mul_mod: 7,
};

/** What a statement says about the run of a program, once it is checked. */
export interface CheckedRun {
  readonly words: readonly Felt[];
  readonly output: readonly Felt[];
}

function refuse(reason: string): never {
  throw new StackError('PROOF_REJECTED', { reason });
}

/**
 * Checks that a statement is that of a whole run of a program: from `__start__` in a safe frame to
 * `__end__`, with the builtin pointers that the run was given and those that it returned, and all of its
 * output public. (The STARK shows that the run, and a memory with these public cells, exist.)
 *
 * @throws StackError PROOF_REJECTED
 */
export function checkRun(statement: CairoStatement, shape: ProgramShape): CheckedRun {
  const { initial, final, segments } = statement;
  // 1. The transcript is bound to these labels and builtins.
  const context = contextOf(shape);
  if (statement.context.some((byte, index) => byte !== context[index]))
    refuse('the proof is bound to other labels or builtins');
  // 2. Every word of the program is public.
  const cells = new Map<number, Felt>();
  for (const { address, values } of statement.publicMemory)
    for (const [index, value] of values.entries()) cells.set(address + index, value);
  const range = (begin: number, stop: number, what: string): Felt[] => {
    if (stop < begin || stop - begin > cells.size) refuse(`${what} is not public as a whole`);
    return Array.from({ length: stop - begin }, (_, index) => {
      const value = cells.get(begin + index);
      if (value === undefined) refuse(`${what} is not public as a whole`);
      return value;
    });
  };
  const program = segmentOf(segments, 'program');
  const execution = segmentOf(segments, 'execution');
  const words = range(program.begin, program.stop, 'the program');
  // 3. From the start label, in a safe frame, to the end label, which is a `jmp rel 0`.
  const frame = execution.begin + FRAME;
  if (initial.pc !== program.begin + shape.start || shape.start >= words.length)
    refuse('the run does not begin at the start label');
  if (initial.ap !== frame || initial.fp !== frame) refuse('the run does not begin in its frame');
  const [outer, nothing] = range(execution.begin, frame, 'the outermost frame');
  if (outer !== BigInt(frame) || nothing !== 0n) refuse('the outermost frame is not safe');
  if (final.pc !== program.begin + shape.end) refuse('the run does not end at the end label');
  if (final.fp !== frame) refuse('the run does not end in its outermost frame');
  if (JUMP_TO_ITSELF.some((word, index) => words[shape.end + index] !== word))
    refuse('the end label is not a jump to itself');
  // 4. Builtins: pointers given are the segments' beginnings, pointers returned are inside, at an instance.
  const count = shape.builtins.length;
  const given = range(frame, frame + count, 'the builtin pointers given to main');
  if (final.ap < frame + count || final.ap > execution.stop) refuse('the final ap is out of place');
  const returned = range(final.ap - count, final.ap, 'the builtin pointers that main returned');
  let output: readonly Felt[] = [];
  for (const [index, name] of shape.builtins.entries()) {
    if (isAbsentBuiltin(name)) {
      if (given[index] !== 0n || returned[index] !== 0n)
        refuse(`the program has a pointer of ${name}, which no layout has`);
      continue;
    }
    const { begin, stop } = segmentOf(segments, name);
    const end = Number(returned[index] as Felt);
    if (given[index] !== BigInt(begin)) refuse(`main was given another pointer of ${name}`);
    if (end < begin || end > stop || (end - begin) % (CELLS[name] ?? 1) !== 0)
      refuse(`main returned a pointer of ${name} that is out of place`);
    if (name === 'output') output = range(begin, end, 'the output');
  }
  return { words, output };
}

function segmentOf(segments: readonly SegmentBounds[], name: SegmentName): SegmentBounds {
  return segments.find((segment) => segment.name === name) ?? refuse(`no segment ${name}`);
}
