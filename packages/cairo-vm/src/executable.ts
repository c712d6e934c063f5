import { BUILTIN_ORDER, isAbsentBuiltin, PRIME, StackError } from '@stackctl/types';
import { vmError } from './fault.ts';
import { EXECUTABLE_HINTS, parseHints } from './hints/parse.ts';
import type { Hint } from './hints/types.ts';
import type { CairoMachine } from './machine.ts';
import { EXECUTION_SEGMENT } from './memory.ts';
import { Program } from './program.ts';
import { initialStackOf, type ProgramBuiltin, type ProofModeProgram } from './proof-mode.ts';
import { createProofMachine, PROOF_MODE_FRAME } from './run-program.ts';

/** A function of Cairo 2 marked `#[executable]`, in the wrapper of its compiler. */
export interface Executable extends ProofModeProgram {
  readonly hints: ReadonlyMap<number, readonly Hint[]>;
  /** Whether it asks for arguments. */
  readonly takesArguments: boolean;
}

/** `ap += imm`, `call rel imm`, `jmp rel imm`: how a standalone entry point begins. */
const ADD_AP = 0x40780017fff7fffn;
const CALL = 0x1104800180018000n;
const JUMP = 0x10780017fff7fffn;
const BUILTINS: readonly string[] = ['output', ...BUILTIN_ORDER];
/** Bound on the words of a program. */
const MAX_BYTECODE = 2 ** 20;
const STACK_LIMIT = 2 ** 26;

/**
 * Loads the JSON that `scarb build` writes for an executable target (`*.executable.json`; format:
 * cairo-lang-executable): bytecode, hints, and its entry points, of which the standalone one is run. Throws
 * CLASS_MALFORMED, with the name of a hint or builtin that this machine does not have.
 */
export function loadExecutable(json: unknown): Executable {
  const { program, entrypoints } = asObject(json, 'the executable');
  const { bytecode, hints: hintList } = asObject(program, 'program');
  if (!Array.isArray(bytecode)) malformed('bytecode is not a list');
  if (bytecode.length > MAX_BYTECODE) malformed('the bytecode is too long');
  const words = bytecode.map(parseWord);
  if (!Array.isArray(hintList)) malformed('hints is not a list');
  const hints = parseHints(hintList, EXECUTABLE_HINTS);
  for (const pc of hints.keys())
    if (pc >= words.length) malformed(`hints at ${pc}, outside the bytecode`);
  const { start, builtins } = standalone(entrypoints);
  const count = BigInt(builtins.length);
  const head = [ADD_AP, count, CALL, 4n, JUMP, 0n];
  if (head.some((word, index) => words[start + index] !== word))
    malformed('its standalone entry point does not begin as one: ap += builtins; call; jmp rel 0');
  return {
    program: new Program(words, hints),
    hints,
    builtins,
    start,
    end: start + 4,
    takesArguments: [...hints.values()].flat().some(({ kind }) => kind === 'WriteRunParam'),
  };
}

/** Words are hexadecimal, those of immediates below zero with a leading minus. */
function parseWord(word: unknown, index: number): bigint {
  const [, minus, hex] = /^(-?)(0x[0-9a-fA-F]{1,64})$/.exec(String(word)) ?? [];
  const magnitude = typeof word === 'string' && hex !== undefined ? BigInt(hex) : PRIME;
  if (magnitude >= PRIME) malformed(`word ${index} is not a felt`);
  return minus === '-' && magnitude > 0n ? PRIME - magnitude : magnitude;
}

function standalone(json: unknown): { start: number; builtins: ProgramBuiltin[] } {
  if (!Array.isArray(json)) malformed('entrypoints is not a list');
  const entries = json.map((entry: unknown) => asObject(entry, 'an entry point'));
  const [entry, another] = entries.filter(({ kind }) => kind === 'Standalone');
  if (entry === undefined) malformed('it has no standalone entry point');
  if (another !== undefined) malformed('it has two standalone entry points');
  const { offset, builtins } = entry;
  if (typeof offset !== 'number' || !Number.isSafeInteger(offset) || offset < 0)
    malformed('its entry point has no offset');
  if (!Array.isArray(builtins)) malformed('builtins are not a list');
  for (const name of builtins as unknown[]) {
    const known = typeof name === 'string' && (BUILTINS.includes(name) || isAbsentBuiltin(name));
    if (!known || name === 'segment_arena')
      malformed(`builtin ${String(name)} has no segment here`);
  }
  if (new Set(builtins).size !== builtins.length) malformed('a builtin stands there twice');
  return { start: offset, builtins: builtins as ProgramBuiltin[] };
}

/**
 * Runs an executable in proof mode, on serialised arguments. Deterministic. Throws VM; a panic says its
 * data.
 */
export function runExecutable(
  executable: Executable,
  values: readonly bigint[],
  stepLimit: number,
): CairoMachine {
  const machine = createProofMachine(executable.program, { stepLimit, stackLimit: STACK_LIMIT });
  machine.hintState.runArguments = values;
  machine.pc = executable.start;
  for (const [index, value] of initialStackOf(executable).entries())
    machine.memory.writeAt(EXECUTION_SEGMENT, PROOF_MODE_FRAME + index, value);
  try {
    machine.run();
  } catch (error) {
    throw panicOf(executable, machine) ?? error;
  }
  if (machine.pc !== executable.end)
    throw vmError(machine.pc, 'the run did not end behind its entry point');
  return machine;
}

/** The error of a run that failed where its wrapper asserts that nothing panicked. */
function panicOf({ hints }: Executable, machine: CairoMachine): StackError | undefined {
  const { marker } = machine.hintState;
  const asserts = hints.get(machine.pc)?.some(({ kind }) => kind === 'AddMarker') ?? false;
  if (!asserts || marker === undefined) return undefined;
  try {
    const data = machine.memory.felts(...marker).map(panicText);
    return vmError(machine.pc, `the program panicked with [${data.join(', ')}]`);
  } catch {
    return undefined;
  }
}

/** A felt of a panic: hex, and as text if it is one. */
function panicText(value: bigint): string {
  const hex = value.toString(16);
  const bytes = hex.padStart(hex.length + (hex.length % 2), '0').match(/../g) ?? [];
  const text = String.fromCharCode(...bytes.map((byte) => Number.parseInt(byte, 16)));
  return /^[\x20-\x7e]{2,}$/.test(text) ? `0x${hex} ('${text}')` : `0x${hex}`;
}

function asObject(json: unknown, what: string): Record<string, unknown> {
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    malformed(`${what} is not an object`);
  return json as Record<string, unknown>;
}

function malformed(reason: string): never {
  throw new StackError('CLASS_MALFORMED', { reason });
}
