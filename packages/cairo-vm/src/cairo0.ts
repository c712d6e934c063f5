import { BUILTIN_ORDER, PRIME, StackError } from '@stackctl/types';
import type { CairoMachine } from './machine.ts';
import { Program } from './program.ts';
import {
  initialStackOf,
  type LayoutBuiltin,
  type ProofModeProgram,
  relocateProofMode,
} from './proof-mode.ts';
import type { Relocation } from './relocate.ts';
import { runProgram } from './run-program.ts';

const KNOWN_BUILTINS: readonly string[] = ['output', ...BUILTIN_ORDER];

/**
 * A program of the Cairo 0 compiler in proof mode (`cairo-compile --proof_mode`): starts at `__start__`,
 * ends at `__end__`.
 */
export type Cairo0Program = ProofModeProgram;

/**
 * Loads the JSON of a program without hints (theirs are Python, which nothing here runs). Throws
 * CLASS_MALFORMED.
 */
export function loadCairo0Program(json: unknown): Cairo0Program {
  const { prime, data, builtins, hints, identifiers } = asObject(json, 'program');
  if (prime !== undefined && prime !== `0x${PRIME.toString(16)}`) malformed('another prime');
  if (!Array.isArray(data)) malformed('data is not a list');
  const words = data.map((word: unknown, index) => {
    const value = typeof word === 'string' && /^0x[0-9a-fA-F]+$/.test(word) ? BigInt(word) : PRIME;
    if (value >= PRIME) malformed(`word ${index} is not a felt`);
    return value;
  });
  if (!Array.isArray(builtins)) malformed('builtins is not a list');
  for (const name of builtins as unknown[]) {
    const known = typeof name === 'string' && KNOWN_BUILTINS.includes(name);
    if (!known || name === 'segment_arena')
      malformed(`builtin ${String(name)} has no segment here`);
  }
  if (Object.keys(asObject(hints ?? {}, 'hints')).length > 0) {
    malformed('the program has Python hints');
  }
  const names = asObject(identifiers, 'identifiers');
  return {
    program: new Program(words),
    builtins: builtins as LayoutBuiltin[],
    start: label(names, '__main__.__start__', words.length),
    end: label(names, '__main__.__end__', words.length),
  };
}

/** Runs a Cairo 0 program in proof mode. Throws VM. */
export function runCairo0(program: Cairo0Program, stepLimit: number): CairoMachine {
  const machine = runProgram({
    program: program.program,
    entry: program.start,
    initialStack: initialStackOf(program),
    stepLimit,
    stackLimit: 2 ** 26,
  });
  if (machine.pc !== program.end) malformed('the run did not end at __end__');
  return machine;
}

/** Relocates a Cairo 0 run; see `relocateProofMode`. */
export function relocateCairo0(program: Cairo0Program, machine: CairoMachine): Relocation {
  return relocateProofMode(program, machine);
}

function label(identifiers: Record<string, unknown>, name: string, length: number): number {
  const { pc } = asObject(identifiers[name], name);
  if (typeof pc !== 'number' || !Number.isInteger(pc) || pc < 0 || pc >= length) {
    malformed(`${name} is not a label: was it compiled with --proof_mode?`);
  }
  return pc;
}

function asObject(json: unknown, what: string): Record<string, unknown> {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    malformed(`${what} is not an object`);
  }
  return json as Record<string, unknown>;
}

function malformed(reason: string): never {
  throw new StackError('CLASS_MALFORMED', { reason });
}
