// The proving side: the machine and the prover, which a verifier need not load.
import { loadCairo0Program, relocateCairo0, runCairo0 } from '@stackctl/cairo-vm';
import {
  type Phase,
  PRESETS,
  type Proof,
  type ProveOptions,
  type Prover,
  prove,
  statementOf,
} from '@stackctl/stark';
import { type SecurityParameters, StackError } from '@stackctl/types';
import { contextOf, type ProgramIdentity, programHash } from './identity.ts';
import type { ProgramProof } from './program-proof.ts';

export const LAYOUT_CHOICES = ['auto', 'lite', 'full'] as const;
export type LayoutChoice = (typeof LAYOUT_CHOICES)[number];

export interface ProveProgramOptions {
  /** `auto`: the cheapest that has the program's builtins. */
  readonly layout?: LayoutChoice;
  readonly security?: SecurityParameters;
  /** As each phase begins, with the part of all work that is thought to be done. */
  readonly onProgress?: (phase: 'load' | 'run' | Phase, done: number) => void;
}

/** More steps than any layout can hold. */
const STEP_LIMIT = 2 ** 20;
/** Loading and running are a small part of all work. */
const BEFORE_PROVING = 0.02;

/**
 * Loads a compiled program. Cairo 0 in proof mode without hints; everything else is refused with what
 * is missing.
 *
 * @throws StackError CLASS_MALFORMED
 */
export function loadProgram(json: unknown): ReturnType<typeof loadCairo0Program> {
  if (isObject(json)) {
    const refuse = (reason: string): never => {
      throw new StackError('CLASS_MALFORMED', { reason });
    };
    const isExecutable = 'entrypoints' in json && isObject(json.program);
    if (isExecutable)
      refuse(
        'an executable of Cairo 2 takes its arguments through hints (WriteRunParam) that this machine does not have; supported: programs of Cairo 0 compiled with --proof_mode, without hints',
      );
    if ('sierra_program' in json)
      refuse('a Sierra class is proven as part of a block, not by itself');
    if (isObject(json.identifiers) && !('__main__.__start__' in json.identifiers))
      refuse('it has no start label: compile it with --proof_mode');
    if ('bytecode' in json && 'entry_points_by_type' in json)
      refuse('a contract class is proven as part of a block, not by itself');
  }
  return loadCairo0Program(json);
}

/** What names a compiled program. Throws CLASS_MALFORMED. */
export function programHashOf(json: unknown): string {
  return programHash(identityOf(loadProgram(json)));
}

/** Loads and runs a program; `finish` makes the proof's record of it. */
function prepareProgram(json: unknown, options: ProveProgramOptions) {
  const { layout = 'auto', security = PRESETS.conjectured, onProgress } = options;
  const timings: Array<[string, number]> = [];
  const timed = <T>(phase: 'load' | 'run', work: () => T): T => {
    onProgress?.(phase, 0);
    const started = performance.now();
    const result = work();
    timings.push([phase, performance.now() - started]);
    return result;
  };
  const loaded = timed('load', () => loadProgram(json));
  const identity = identityOf(loaded);
  const context = contextOf(identity);
  const trace = timed('run', () => {
    const machine = runCairo0(loaded, STEP_LIMIT);
    machine.memory.verify();
    return relocateCairo0(loaded, machine).trace;
  });
  const chosen = statementOf(trace, context).layout;
  if (layout !== 'auto' && layout !== chosen)
    throw new StackError('USAGE', {
      reason: `this program runs in layout ${chosen}, not ${layout}`,
    });
  const proveOptions: ProveOptions = {
    context,
    security,
    onProgress: (phase, done) => onProgress?.(phase, BEFORE_PROVING + (1 - BEFORE_PROVING) * done),
  };
  const { builtins, start, end } = identity;
  const finish = (proof: Proof): ProgramProof => ({
    shape: { builtins, start, end },
    statement: proof.statement,
    proof: proof.bytes,
    notes: { steps: trace.steps, timings: [...timings, ...Object.entries(proof.timings)] },
  });
  return { trace, proveOptions, finish };
}

/**
 * Proves a compiled program. Synchronous.
 *
 * @throws StackError CLASS_MALFORMED (what the loader refuses), VM (the run fails), PROVER (no layout has
 * its builtins, or it is too long), USAGE (it needs another layout than the one asked for)
 */
export function proveProgram(json: unknown, options: ProveProgramOptions = {}): ProgramProof {
  const { trace, proveOptions, finish } = prepareProgram(json, options);
  return finish(prove(trace, proveOptions));
}

/** The same on the threads of a prover (createProver of packages/stark). */
export async function proveProgramOn(
  prover: Prover,
  json: unknown,
  options: ProveProgramOptions = {},
): Promise<ProgramProof> {
  const { trace, proveOptions, finish } = prepareProgram(json, options);
  return finish(await prover.prove(trace, proveOptions));
}

function identityOf(loaded: ReturnType<typeof loadCairo0Program>): ProgramIdentity {
  const { program, builtins, start, end } = loaded;
  return { builtins, start, end, words: program.words as readonly bigint[] };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
