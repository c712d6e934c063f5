import type { SegmentName } from '@stackctl/types';
import type { CairoMachine } from './machine.ts';
import { EXECUTION_SEGMENT } from './memory.ts';
import type { Program } from './program.ts';
import { type Relocation, relocate } from './relocate.ts';
import { PROOF_MODE_FRAME } from './run-program.ts';
import { Relocatable } from './values.ts';

export type LayoutBuiltin = Exclude<SegmentName, 'program' | 'execution'>;

/**
 * A program that can be proven by itself: it starts with `ap += builtins; call main; jmp rel 0`, where
 * `main` takes pointers to its builtins and returns them advanced.
 */
export interface ProofModeProgram {
  readonly program: Program;
  readonly builtins: readonly LayoutBuiltin[];
  /** Offset of the first instruction. */
  readonly start: number;
  /** Offset of the `jmp rel 0` where the run ends. */
  readonly end: number;
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
    builtins: program.builtins,
    publicRanges: [
      { start: cell(0), length: PROOF_MODE_FRAME + count },
      ...(count > 0 ? [{ start: cell(machine.ap - count), length: count }] : []),
      ...(outputs > 0 ? [{ start: output, length: outputs }] : []),
    ],
  });
}
