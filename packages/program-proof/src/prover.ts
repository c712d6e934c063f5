// The proving side: the machine and the prover, which a verifier need not load.
import { type CairoMachine, Fault, relocateProofMode } from '@stackctl/cairo-vm';
import {
  layoutOf,
  type Phase,
  PRESETS,
  type Proof,
  type ProveOptions,
  type Prover,
  prove,
  statementOf,
} from '@stackctl/stark';
import { type CairoTrace, type Felt, type SecurityParameters, StackError } from '@stackctl/types';
import { contextOf, programHash } from './identity.ts';
import { loadProgram } from './load.ts';
import type { ProgramProof } from './program-proof.ts';

export { parseArguments } from './arguments.ts';

export const LAYOUT_CHOICES = ['auto', 'lite', 'full', 'mods'] as const;
export type LayoutChoice = (typeof LAYOUT_CHOICES)[number];

export interface ProveProgramOptions {
  /** Serialised arguments of an executable (see parseArguments); programs that read none refuse any. */
  readonly input?: readonly Felt[] | undefined;
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

/** What names a compiled program. Throws CLASS_MALFORMED. */
export function programHashOf(json: unknown): string {
  return programHash(loadProgram(json).identity);
}

/** Loads and runs a program; `finish` makes the proof's record of it. */
function prepareProgram(json: unknown, options: ProveProgramOptions) {
  const { input, layout = 'auto', security = PRESETS.conjectured, onProgress } = options;
  const timings: Array<[string, number]> = [];
  const timed = <T>(phase: 'load' | 'run', work: () => T): T => {
    onProgress?.(phase, 0);
    const started = performance.now();
    const result = work();
    timings.push([phase, performance.now() - started]);
    return result;
  };
  const loaded = timed('load', () => loadProgram(json));
  const context = contextOf(loaded.identity);
  const trace = timed('run', () => {
    const machine = loaded.run(input, STEP_LIMIT);
    verifyBuiltins(machine);
    return relocateProofMode(loaded.shape, machine).trace;
  });
  if (layout !== 'auto') checkLayout(layout, trace, context);
  const proveOptions: ProveOptions = {
    context,
    security,
    onProgress: (phase, done) => onProgress?.(phase, BEFORE_PROVING + (1 - BEFORE_PROVING) * done),
  };
  const { builtins, start, end } = loaded.identity;
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
 * its builtins, or it is too long), USAGE (it needs another layout than the one asked for, or reads no input and
 * is given one)
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

/** A layout that was asked for must be the one that the run is proven in: the cheapest that has its builtins. */
function checkLayout(asked: string, trace: CairoTrace, context: Uint8Array): void {
  const known: readonly string[] = layoutOf(asked)?.builtins.map(({ name }) => name) ?? [];
  const lacking = trace.segments.flatMap(({ name, begin, stop }) =>
    ['program', 'execution', 'output', ...known].includes(name) || begin === stop ? [] : [name],
  );
  if (lacking.length > 0)
    throw new StackError('USAGE', {
      reason: `layout ${asked} lacks ${lacking.join(', ')}, which this run uses`,
    });
  const chosen = statementOf(trace, context).layout;
  if (chosen !== asked)
    throw new StackError('USAGE', {
      reason: `this run is proven in layout ${chosen}, the cheapest that has its builtins, not ${asked}`,
    });
}

/** Cells that the program wrote into builtins itself must be right. Throws VM. */
function verifyBuiltins(machine: CairoMachine): void {
  try {
    machine.memory.verify();
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw new StackError('VM', { pc: `0:${machine.pc}`, reason: error.message }, { cause: error });
  }
}
