// The prover. Its steps are numbered as the verifier's (assembly/verifier/verify.ts), so that the two can be read
// side by side.
import {
  type CairoStatement,
  type CairoTrace,
  type SecurityParameters,
  StackError,
} from '@stackctl/types';
import { layoutOf } from '../air/layouts.ts';
import { proofHeader } from '../proof.ts';
import { reasonOf } from '../reasons.ts';
import { areParametersValid, PRESETS } from '../security.ts';
import { encodeStatement, statementOf } from '../statement.ts';
import { commitComposition, commitLookup, commitTrace } from './commit.ts';
import { buildQuotient, type QuotientValues, quotientValues, sendSamples } from './deep.ts';
import { buildTables, fillTrace } from './fill.ts';
import { commitLayers, grind } from './fri.ts';
import { Arena, withMachine } from './memory.ts';
import { planRegions, sizesOf } from './plan.ts';
import { openQueries } from './queries.ts';
import type { Session } from './session.ts';
import { TraceTable } from './table.ts';
import { Transcript } from './transcript.ts';

/** The phases of proving, in order. */
export const PHASES = [
  'trace',
  'commit',
  'lookup',
  'composition',
  'samples',
  'deep',
  'fri',
  'grinding',
  'queries',
] as const;
export type Phase = (typeof PHASES)[number];

export interface ProveOptions {
  /** 32 bytes that bind the proof to what it is about. */
  readonly context: Uint8Array;
  /** PRESETS.conjectured by default. */
  readonly security?: SecurityParameters;
  /** Called as each phase begins, with the part of all phases done before it. */
  readonly onProgress?: (phase: Phase, done: number) => void;
}

export interface Proof {
  readonly bytes: Uint8Array;
  readonly statement: CairoStatement;
  readonly timings: Readonly<Record<Phase, number>>;
  /** Bytes of memory that the proof took. */
  readonly memoryBytes: number;
}

/**
 * What tests do to a proof in the making. The prover never checks that a trace satisfies the
 * constraints: a bad one gives a proof that does not verify.
 */
export interface Tampering {
  readonly statement?: (statement: CairoStatement) => CairoStatement;
  readonly trace?: (table: TraceTable) => void;
  readonly lookup?: (table: TraceTable) => void;
  /** Replaces values of the DEEP quotient; FRI then goes on as if they were right. */
  readonly quotient?: (values: QuotientValues) => void;
}

/**
 * Proves a run.
 *
 * @throws StackError PROVER when no layout can prove the run (see statementOf) or the run reads a
 * cell without a value, executes something that is no instruction, or has a builtin input out of range.
 */
export function prove(trace: CairoTrace, options: ProveOptions): Proof {
  return proveTampered(trace, options, {});
}

/** `prove` with a hand on the trace: for tests of soundness only. */
export function proveTampered(
  trace: CairoTrace,
  options: ProveOptions,
  tampering: Tampering,
): Proof {
  const security = options.security ?? PRESETS.conjectured;
  if (!areParametersValid(security))
    throw new StackError('PROVER', { reason: 'security parameters out of bounds' });
  const honest = statementOf(trace, options.context);
  const statement = tampering.statement?.(honest) ?? honest;
  const layout = layoutOf(statement.layout);
  if (layout === undefined)
    throw new StackError('PROVER', { reason: `no layout ${statement.layout}` });
  const timings = Object.fromEntries(PHASES.map((phase) => [phase, 0])) as Record<Phase, number>;
  return withMachine((machine) => {
    const arena = new Arena(machine);
    const encoded = encodeStatement(statement);
    const publicCells = statement.publicMemory.reduce((sum, page) => sum + page.values.length, 0);
    const sizes = sizesOf(machine, statement.logSteps, security);
    const regions = planRegions(machine, arena, sizes, {
      statementBytes: encoded.length,
      publicCells,
      trace,
    });
    const transcript = new Transcript(machine, regions.scratch);
    const session: Session = { machine, sizes, regions, transcript, security };
    const phase = <T>(name: Phase, work: () => T): T => {
      options.onProgress?.(name, PHASES.indexOf(name) / PHASES.length);
      const started = performance.now();
      const result = work();
      timings[name] = performance.now() - started;
      return result;
    };

    phase('trace', () => {
      buildTables(session);
      fillTrace(session, trace);
      tampering.trace?.(new TraceTable(machine, regions, sizes));
    });
    transcript.append(proofHeader(layout, sizes.logRows, security));
    seed(session, encoded); // 1
    phase('commit', () => commitTrace(session)); // 2
    phase('lookup', () => commitLookup(session, tampering.lookup)); // 3
    phase('composition', () => commitComposition(session)); // 4
    phase('samples', () => sendSamples(session)); // 5
    phase('deep', () => buildQuotient(session));
    tampering.quotient?.(quotientValues(session));
    phase('fri', () => commitLayers(session, tampering.quotient !== undefined)); // 6
    phase('grinding', () => grind(session)); // 7
    phase('queries', () => openQueries(session)); // 8, 9
    return { bytes: transcript.proof(), statement, timings, memoryBytes: arena.used };
  }, layout.name);
}

/** 1. Seed the transcript with the statement. */
function seed({ machine, regions: r, security }: Session, encoded: Uint8Array): void {
  const { exports, memory } = machine;
  new Uint8Array(memory.buffer).set(encoded, r.statement);
  const code = exports.parseStatement(r.statement, encoded.length);
  if (code !== 0) throw new StackError('PROVER', { reason: reasonOf(code).text });
  exports.seedTranscript(security.logBlowup, security.queries, security.grindingBits, r.workspace);
}
