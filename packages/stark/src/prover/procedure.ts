// The prover's procedure, on any machine. Its steps are numbered as the verifier's.
// The prover. Its steps are numbered as the verifier's (assembly/verifier/verify.ts), so that the two can be read
// side by side.
import {
  type CairoStatement,
  type CairoTrace,
  type SecurityParameters,
  StackError,
} from '@stackctl/types';
import { type Layout, type LayoutName, layoutOf } from '../air/layouts.ts';
import { proofHeader } from '../proof.ts';
import { reasonOf } from '../reasons.ts';
import { areParametersValid, PRESETS } from '../security.ts';
import { encodeStatement, statementOf } from '../statement.ts';
import { commitComposition, commitLookup, commitTrace } from './commit.ts';
import { buildQuotient, type QuotientValues, quotientValues, sendSamples } from './deep.ts';
import { buildTables, fillTrace } from './fill.ts';
import { commitLayers, grind } from './fri.ts';
import { Arena, type Machine } from './machine.ts';
import { type Keeping, planRegions, sizesOf } from './plan.ts';
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
  /** Keeps less than it could: the proof is the same. */
  readonly keeping?: Keeping;
}

/** What there is to know before a machine is chosen. */
export interface Task {
  readonly trace: CairoTrace;
  readonly statement: CairoStatement;
  readonly layout: LayoutName;
  readonly security: SecurityParameters;
}

/** @throws StackError PROVER when no layout can prove the run or the parameters are out of bounds. */
export function planTask(
  trace: CairoTrace,
  { context, security = PRESETS.conjectured }: ProveOptions,
  tamper?: Tampering['statement'],
): Task {
  if (!areParametersValid(security))
    throw new StackError('PROVER', { reason: 'security parameters out of bounds' });
  const honest = statementOf(trace, context);
  const statement = tamper?.(honest) ?? honest;
  const layout = layoutOf(statement.layout)?.name;
  if (layout === undefined)
    throw new StackError('PROVER', { reason: `no layout ${statement.layout}` });
  return { trace, statement, layout, security };
}

/** Beyond this the extended tables are not kept. */
const KEEP_ALL_BYTES = 2 ** 31;

/** Proves on a machine of the task's layout. */
export function proveOn(
  machine: Machine,
  { trace, statement, security }: Task,
  onProgress?: ProveOptions['onProgress'],
  tampering: Tampering = {},
): Proof {
  const timings = Object.fromEntries(PHASES.map((phase) => [phase, 0])) as Record<Phase, number>;
  const encoded = encodeStatement(statement);
  const publicCells = statement.publicMemory.reduce((sum, page) => sum + page.values.length, 0);
  const sizes = sizesOf(machine, statement.logSteps, security);
  const plan = (keeping: Keeping) => {
    const arena = new Arena(machine);
    const inputs = { statementBytes: encoded.length, publicCells, trace, keeping };
    return { arena, regions: planRegions(machine, arena, sizes, inputs) };
  };
  const whole = plan('all');
  const { arena, regions } =
    tampering.keeping === 'coset' || whole.arena.used > KEEP_ALL_BYTES ? plan('coset') : whole;
  arena.reserve();
  machine.scratch = regions.scratch;
  const transcript = new Transcript(machine, regions.scratch);
  const session: Session = { machine, sizes, regions, transcript, security };
  const phase = <T>(name: Phase, work: () => T): T => {
    onProgress?.(name, PHASES.indexOf(name) / PHASES.length);
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
  transcript.append(proofHeader(layoutOf(machine.layout) as Layout, sizes.logRows, security));
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
}

/** 1. Seed the transcript with the statement. */
function seed({ machine, regions: r, security }: Session, encoded: Uint8Array): void {
  const { exports, memory } = machine;
  new Uint8Array(memory.buffer).set(encoded, r.statement);
  const code = exports.parseStatement(r.statement, encoded.length);
  if (code !== 0) throw new StackError('PROVER', { reason: reasonOf(code).text });
  exports.seedTranscript(security.logBlowup, security.queries, security.grindingBits, r.workspace);
}
