import type { SegmentName } from '@stackctl/types';
import { CairoMachine, type SyscallHandler } from './machine.ts';
import { builtinSegment, EXECUTION_SEGMENT } from './memory.ts';
import type { Program } from './program.ts';
import { type MemoryValue, Relocatable } from './values.ts';

/** Where ap and fp start in proof mode: behind the two cells that make the outermost frame safe. */
export const PROOF_MODE_FRAME = 2;

export interface ProofMachineOptions {
  readonly stepLimit: number;
  readonly stackLimit?: number;
  readonly syscalls?: SyscallHandler;
}

/**
 * A machine that records for a proof, with [fp - 2] = fp and [fp - 1] = 0 on its stack, registers
 * pc = 0 and ap = fp = 2. Segments that the program's words point to may be allocated on
 * `machine.memory` before `machine.run()`; the run ends at `jmp rel 0`.
 */
export function createProofMachine(program: Program, options: ProofMachineOptions): CairoMachine {
  const machine = new CairoMachine(program, { ...options, record: true });
  const frame = new Relocatable(EXECUTION_SEGMENT, PROOF_MODE_FRAME);
  machine.memory.writeAt(EXECUTION_SEGMENT, 0, frame);
  machine.memory.writeAt(EXECUTION_SEGMENT, 1, 0n);
  machine.ap = PROOF_MODE_FRAME;
  machine.fp = PROOF_MODE_FRAME;
  return machine;
}

export interface RunProgramOptions extends ProofMachineOptions {
  readonly program: Program;
  /** Offset of the first instruction. Default 0. */
  readonly entry?: number;
  /** Values from [fp] on, which the program's start label steps over. */
  readonly initialStack?: readonly MemoryValue[];
}

/** Runs a program in proof mode to its `jmp rel 0`. Throws VM. */
export function runProgram(options: RunProgramOptions): CairoMachine {
  const machine = createProofMachine(options.program, options);
  machine.pc = options.entry ?? 0;
  for (const [index, value] of (options.initialStack ?? []).entries()) {
    machine.memory.writeAt(EXECUTION_SEGMENT, PROOF_MODE_FRAME + index, value);
  }
  machine.run();
  return machine;
}

/** Base pointers of builtins, as the `main` of a Cairo 0 program takes them. */
export function builtinBases(
  names: ReadonlyArray<Exclude<SegmentName, 'program' | 'execution'>>,
): Relocatable[] {
  return names.map((name) => new Relocatable(builtinSegment(name), 0));
}
