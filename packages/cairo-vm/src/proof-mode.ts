import { type AbsentBuiltin, isAbsentBuiltin, type SegmentName } from '@stackctl/types';
import type { CairoMachine } from './machine.ts';
import { builtinSegment, EXECUTION_SEGMENT } from './memory.ts';
import type { Program } from './program.ts';
import { type Relocation, relocate } from './relocate.ts';
import { PROOF_MODE_FRAME } from './run-program.ts';
import { type MemoryValue, Relocatable } from './values.ts';

export type LayoutBuiltin = Exclude<SegmentName, 'program' | 'execution'>;

export type ProgramBuiltin = LayoutBuiltin | AbsentBuiltin;

/**
 * A program that can be proven by itself: it starts with `ap += builtins; call main; jmp rel 0`, where
 * `main` takes pointers to its builtins and returns them advanced.
 */
export interface ProofModeProgram {
  readonly program: Program;
  readonly builtins: readonly ProgramBuiltin[];
  /** Offset of the first instruction. */
  readonly start: number;
  /** Offset of the `jmp rel 0` where the run ends. */
  readonly end: number;
}

/** What `main` is given on its stack, in the order of the builtins. */
export function initialStackOf({ builtins }: ProofModeProgram): MemoryValue[] {
  return builtins.map((name) =>
    isAbsentBuiltin(name) ? 0n : new Relocatable(builtinSegment(name), 0),
  );
}

/**
 * Relocates such a run. Public, besides the program: the two cells of the outermost frame, the
 * builtin pointers given to main, the ones it returned, and the output.
 */
export function relocateProofMode(program: ProofModeProgram, machine: CairoMachine): Relocation {
  const count = program.builtins.length;
  const cell = (offset: number) => new Relocatable(EXECUTION_SEGMENT, offset);
  const output = machine.memory.builtinBase('output');
  const outputs = machine.memory.segments[output.segment]?.length ?? 0;
  return relocate(machine, {
    builtins: program.builtins.filter((name) => !isAbsentBuiltin(name)),
    publicRanges: [
      { start: cell(0), length: PROOF_MODE_FRAME + count },
      ...(count > 0 ? [{ start: cell(machine.ap - count), length: count }] : []),
      ...(outputs > 0 ? [{ start: output, length: outputs }] : []),
    ],
  });
}
