import {
  type CairoMachine,
  loadCairo0Program,
  loadExecutable,
  type ProofModeProgram,
  runCairo0,
  runExecutable,
} from '@stackctl/cairo-vm';
import { type Felt, StackError } from '@stackctl/types';
import type { ProgramIdentity } from './identity.ts';

/** A compiled program, whatever its compiler, ready to run. */
export interface LoadedProgram {
  readonly shape: ProofModeProgram;
  readonly identity: ProgramIdentity;
  /** Runs it in proof mode. Throws VM; USAGE for arguments that nothing would read. */
  readonly run: (input: readonly Felt[] | undefined, stepLimit: number) => CairoMachine;
}

/**
 * Loads a compiled program: Cairo 0 in proof mode without hints, or an executable of Cairo 2; everything
 * else is refused with what is missing.
 *
 * @throws StackError CLASS_MALFORMED
 */
export function loadProgram(json: unknown): LoadedProgram {
  if (isObject(json)) {
    if ('entrypoints' in json) return executable(json);
    if ('sierra_program' in json)
      malformed('a Sierra class is proven as part of a block, not by itself');
    if (isObject(json.identifiers) && !('__main__.__start__' in json.identifiers))
      malformed('it has no start label: compile it with --proof_mode');
    if ('bytecode' in json && 'entry_points_by_type' in json)
      malformed('a contract class is proven as part of a block, not by itself');
  }
  const program = loadCairo0Program(json);
  return {
    shape: program,
    identity: identityOf(program),
    run: (input, stepLimit) => {
      if (input !== undefined)
        refuse('a program of Cairo 0 without hints reads no input (and its hints are Python)');
      return runCairo0(program, stepLimit);
    },
  };
}

function executable(json: unknown): LoadedProgram {
  const program = loadExecutable(json);
  return {
    shape: program,
    identity: identityOf(program),
    run: (input, stepLimit) => {
      if (input !== undefined && !program.takesArguments)
        refuse('this executable takes no arguments');
      return runExecutable(program, input ?? [], stepLimit);
    },
  };
}

function identityOf({ program, builtins, start, end }: ProofModeProgram): ProgramIdentity {
  return { builtins, start, end, words: program.words as readonly bigint[] };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function malformed(reason: string): never {
  throw new StackError('CLASS_MALFORMED', { reason });
}

function refuse(reason: string): never {
  throw new StackError('USAGE', { reason: `input: ${reason}` });
}
