// The prover. Its steps are numbered as the verifier's (assembly/verify.ts), so that the two can be read
// side by side.
import {
  type CairoStatement,
  type CairoTrace,
  type SecurityParameters,
  StackError,
} from '@stackctl/types';
import { proofHeader } from '../proof.ts';
import { reasonOf } from '../reasons.ts';
import { areParametersValid, PRESETS } from '../security.ts';
import { encodeStatement, statementOf } from '../statement.ts';
import { Arena, FELT, LIMBS28, type Machine, VECTOR, withMachine } from './memory.ts';
import { appendNodes, drawPositions } from './openings.ts';
import { LOG_FOLD, planRegions, type Regions, type Sizes, sizesOf } from './plan.ts';
import { TraceTable, writeCell } from './table.ts';
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

/** The DEEP quotient on the evaluation domain, by position. */
export interface QuotientValues {
  readonly length: number;
  readonly set: (position: number, value: bigint) => void;
}

/** Everything that the steps share. */
interface Session {
  readonly machine: Machine;
  readonly sizes: Sizes;
  readonly regions: Regions;
  readonly transcript: Transcript;
  readonly security: SecurityParameters;
}

/**
 * Proves a run.
 *
 * @throws StackError PROVER when layout `lite` cannot prove the run (see statementOf) or the run reads a
 * cell without a value, executes something that is no instruction, or range-checks a value of 2^128 or more.
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
    transcript.append(proofHeader(sizes.logRows, security));
    seed(session, encoded); // 1
    phase('commit', () => commitTrace(session)); // 2
    phase('lookup', () => commitLookup(session, tampering)); // 3
    phase('composition', () => commitComposition(session)); // 4
    phase('samples', () => sendSamples(session)); // 5
    phase('deep', () => buildQuotient(session));
    tampering.quotient?.(quotientValues(session));
    phase('fri', () => commitLayers(session, tampering.quotient !== undefined)); // 6
    phase('grinding', () => grind(session)); // 7
    phase('queries', () => openQueries(session)); // 8, 9
    return { bytes: transcript.proof(), statement, timings, memoryBytes: arena.used };
  });
}

/** Tables of powers, and the periodic columns on all domains. */
function buildTables({ machine, sizes: s, regions: r }: Session): void {
  const { exports } = machine;
  exports.buildTwiddles(r.twiddles, s.logRows, 0);
  exports.buildTwiddles(r.inverseTwiddles, s.logDomain, 1);
  for (let group = 0; group < s.blowup / 4; group++)
    exports.buildCosetPowers(r.cosetPowers + group * s.blockBytes, group, s.logRows, s.logBlowup);
  exports.buildPeriodic(r.periodic);
  exports.extendPeriodic(
    r.extendedPeriodic,
    r.periodic,
    s.logRows,
    s.logBlowup,
    r.twiddles,
    r.inverseTwiddles,
    r.workspace,
  );
}

function fillTrace({ machine, sizes: s, regions: r }: Session, trace: CairoTrace): void {
  const { exports, memory } = machine;
  const registers = r.workspace;
  const cells = registers + trace.registers.byteLength;
  const runs = cells + trace.memory.length;
  const defined = runs + 8 * trace.publicPages.length;
  const scratch = Math.ceil((defined + trace.defined.length) / 16) * 16;
  new Uint32Array(memory.buffer, registers, trace.registers.length).set(trace.registers);
  new Uint8Array(memory.buffer).set(trace.memory, cells);
  new Uint32Array(memory.buffer, runs, 2 * trace.publicPages.length).set(
    trace.publicPages.flatMap(({ address, length }) => [address, length]),
  );
  new Uint8Array(memory.buffer).set(trace.defined, defined);
  const rangeCheck = trace.segments.find(({ name }) => name === 'range_check');
  const code = exports.fill(
    r.trace,
    s.logRows,
    trace.steps,
    registers,
    cells,
    defined,
    trace.defined.length,
    runs,
    trace.publicPages.length,
    rangeCheck?.begin ?? 0,
    rangeCheck ? rangeCheck.stop - rangeCheck.begin : 0,
    scratch,
  );
  if (code === 0) return;
  const step = exports.faultStep.value as number;
  const place = step < 0 ? '' : ` (step ${step})`;
  const reason = `${reasonOf(code).text}: address ${exports.faultAddress.value as number}${place}`;
  throw new StackError('PROVER', { reason });
}

/** 1. Seed the transcript with the statement. */
function seed({ machine, regions: r, security }: Session, encoded: Uint8Array): void {
  const { exports, memory } = machine;
  new Uint8Array(memory.buffer).set(encoded, r.statement);
  const code = exports.parseStatement(r.statement, encoded.length);
  if (code !== 0) throw new StackError('PROVER', { reason: reasonOf(code).text });
  exports.seedTranscript(security.logBlowup, security.queries, security.grindingBits, r.workspace);
}

/** Interpolates, extends and commits `blocks` blocks of the trace from block `first` on. */
function extendBlocks(
  { machine, sizes: s, regions: r }: Session,
  first: number,
  blocks: number,
): void {
  const { exports } = machine;
  for (let block = first; block < first + blocks; block++) {
    const coefficients = r.coefficients + block * s.blockBytes;
    exports.interpolate(
      coefficients,
      r.trace + block * s.blockBytes,
      s.rows,
      r.inverseTwiddles,
      r.scratch,
    );
    extendBlock({ machine, sizes: s, regions: r }, block);
  }
}

function extendBlock(
  { machine, sizes: s, regions: r }: Pick<Session, 'machine' | 'sizes' | 'regions'>,
  block: number,
): void {
  machine.exports.extend(
    r.extended + block * s.extendedBytes,
    r.coefficients + block * s.blockBytes,
    s.rows,
    s.blowup,
    r.cosetPowers,
    r.twiddles,
    r.scratch,
  );
}

/** Commits the rows of `columns` columns from block `first` on, and sends the root. */
function commitRows(
  { machine, sizes: s, regions: r, transcript }: Session,
  tree: number,
  first: number,
  columns: number,
): void {
  const { exports } = machine;
  const table = r.extended + first * s.extendedBytes;
  exports.hashRows(tree, s.domain, table, s.extendedBytes, columns, 0, s.domain, r.scratch);
  exports.hashTree(tree, s.domain, r.scratch);
  transcript.send(tree + 32, 32);
}

/** 2. The trace; then the challenges of the lookup. */
function commitTrace(session: Session): void {
  const { sizes: s, regions: r, transcript } = session;
  extendBlocks(session, 0, s.mainBlocks);
  commitRows(session, r.mainTree, 0, s.mainColumns);
  // lookup_point and lookup_weight are the first two of the given uniforms.
  transcript.drawMany(r.given, 2);
}

/** 3. The lookup columns; then the coefficient of the constraints. */
function commitLookup(session: Session, tampering: Tampering): void {
  const { machine, sizes: s, regions: r, transcript } = session;
  const { exports } = machine;
  const code = exports.fillUniforms(r.given, r.workspace);
  if (code !== 0) throw new StackError('PROVER', { reason: reasonOf(code).text });
  exports.spreadUniformParts(r.uniforms, r.given);
  exports.spreadMean(r.mean, r.given);
  const groupBytes = exports.groupCount() * (s.blockBytes / 4);
  const numerators = r.workspace;
  const denominators = numerators + groupBytes;
  const prefixes = denominators + groupBytes;
  exports.computeFractions(
    numerators,
    denominators,
    0,
    s.rows,
    r.trace,
    s.logRows,
    r.periodic,
    s.periodicShift,
    r.uniforms,
    r.scratch,
  );
  exports.buildLookupBlocks(
    r.trace + s.mainBlocks * s.blockBytes,
    numerators,
    denominators,
    s.logRows,
    r.mean,
    prefixes,
    r.scratch,
  );
  tampering.lookup?.(new TraceTable(machine, r, s));
  extendBlocks(session, s.mainBlocks, s.lookupBlocks);
  commitRows(session, r.lookupTree, s.mainBlocks, s.lookupColumns);
  transcript.draw(r.challenge);
}

/** 4. The composition; then the out-of-domain point z. */
function commitComposition(session: Session): void {
  const { machine, sizes: s, regions: r, transcript } = session;
  const { exports } = machine;
  exports.spreadCoefficients(r.coefficientPowers, r.challenge);
  const inverses = r.workspace;
  const prefixes = inverses + s.blockBytes / 4;
  const block = s.mainBlocks + s.lookupBlocks;
  const composition = r.coefficients + block * s.blockBytes;
  for (let coset = 0; coset < 4; coset++) {
    exports.prepareCoset(coset, s.logRows, s.logBlowup, r.twiddles, inverses, prefixes, r.scratch);
    exports.evaluateCoset(
      composition + coset * (s.blockBytes / 4),
      0,
      s.rows,
      s.logRows,
      r.extended + coset * s.blockBytes,
      s.extendedBytes,
      r.extendedPeriodic + coset * exports.periodicBytes(),
      s.periodicShift,
      r.uniforms,
      r.coefficientPowers,
      r.twiddles,
      inverses,
      r.scratch,
    );
  }
  exports.splitComposition(composition, s.logRows, r.inverseTwiddles, r.workspace, r.scratch);
  extendBlock(session, block);
  commitRows(session, r.compositionTree, block, s.compositionColumns);
  transcript.draw(r.points);
}

/** 5. The columns at z (and w z), the composition's at z^4; then the coefficient of the quotients. */
function sendSamples({ machine, sizes: s, regions: r, transcript }: Session): void {
  const { exports } = machine;
  const [z, zNext, zComposition] = [0, 1, 2].map((i) => r.points + FELT * i) as [
    number,
    number,
    number,
  ];
  exports.rootOfUnity(zNext, s.logRows);
  exports.mulFelt(zNext, zNext, z);
  exports.squareFelt(zComposition, z);
  exports.squareFelt(zComposition, zComposition);
  const powers = r.workspace;
  const evaluate = (block: number): void =>
    exports.evaluateBlock(
      r.message,
      r.coefficients + block * s.blockBytes,
      powers,
      s.rows,
      r.scratch,
    );
  const send = (lane: number): void => transcript.send(r.message + 32 * lane, 32);
  const sendColumns = (first: number, columns: number): void => {
    for (let column = 0; column < columns; column++) {
      if (column % 4 === 0) evaluate(first + column / 4);
      send(column % 4);
    }
  };

  exports.buildPointPowers(powers, s.logRows, z);
  sendColumns(0, s.mainColumns);
  sendColumns(s.mainBlocks, s.lookupColumns);
  exports.buildPointPowers(powers, s.logRows, zNext);
  for (let i = 0, evaluated = -1; i < s.nextColumns; i++) {
    const position = exports.nextPosition(i);
    if (position >> 2 !== evaluated) evaluate(position >> 2);
    evaluated = position >> 2;
    send(position & 3);
  }
  exports.buildPointPowers(powers, s.logRows, zComposition);
  sendColumns(s.mainBlocks + s.lookupBlocks, s.compositionColumns);
  transcript.draw(r.challenge);
}

/** The DEEP quotient on the evaluation domain: the first FRI layer. */
function buildQuotient({ machine, sizes: s, regions: r }: Session): void {
  const { exports } = machine;
  const rows = r.workspace;
  const quotient = rows + 2 * s.blockBytes;
  exports.buildWeights(r.weights, r.challenge, s.logRows);
  exports.combineColumns(rows, r.coefficients, s.blockBytes, 0, s.rows, r.weights, r.scratch);
  exports.divide(quotient, rows, s.rows, r.points, r.scratch);
  const [first] = r.layers;
  for (let group = 0; group < s.blowup / 4; group++)
    exports.extendQuotient(
      first?.values as number,
      group,
      quotient,
      s.logRows,
      r.cosetPowers + group * s.blockBytes,
      r.twiddles,
      rows,
      r.scratch,
    );
}

function quotientValues({ machine, sizes: s, regions: r }: Session): QuotientValues {
  const values = r.layers[0]?.values as number;
  return {
    length: s.domain,
    set: (position, value) =>
      writeCell(machine, values + VECTOR * (position >> 2), 0, position & 3, value, r.message),
  };
}

/** 6. FRI: a root and a challenge per layer, then the last layer's coefficients. */
function commitLayers(
  { machine, sizes: s, regions: r, transcript }: Session,
  mayFail: boolean,
): void {
  const { exports } = machine;
  for (let i = 0; i < s.layers; i++) {
    const layer = r.layers[i] as Regions['layers'][number];
    const next = r.layers[i + 1] as Regions['layers'][number];
    const leaves = 2 ** next.bits;
    exports.hashCosets(layer.tree, leaves, layer.values, 0, leaves, r.scratch);
    exports.hashTree(layer.tree, leaves, r.scratch);
    transcript.send(layer.tree + 32, 32);
    transcript.draw(r.challenge);
    exports.foldLayer(
      next.values,
      layer.values,
      layer.bits,
      LOG_FOLD * i,
      r.challenge,
      r.inverseTwiddles,
      r.workspace,
    );
  }
  const last = r.layers[s.layers] as Regions['layers'][number];
  const isLow = exports.interpolateLast(
    r.message,
    s.lastCoefficients,
    last.values,
    last.bits,
    LOG_FOLD * s.layers,
    r.inverseTwiddles,
    r.workspace,
    r.scratch,
  );
  if (!isLow && !mayFail)
    throw new StackError('PROVER', { reason: 'the last FRI layer is not of low degree' });
  transcript.send(r.message, 32 * s.lastCoefficients);
}

/** Nonces tried between two looks at the result. */
const GRIND_BATCH = 1n << 20n;

/** 7. Proof of work. */
function grind({ machine, regions: r, transcript, security }: Session): void {
  const { exports, memory } = machine;
  let nonce = -1n;
  for (let from = 0n; nonce < 0n; from += GRIND_BATCH)
    nonce = exports.grind(security.grindingBits, from, GRIND_BATCH, r.scratch);
  new DataView(memory.buffer).setBigUint64(r.message, nonce);
  transcript.send(r.message, 8);
}

/** 8. The rows of the three tables at the queries. 9. The FRI leaves below them. */
function openQueries({ machine, sizes: s, regions: r, transcript, security }: Session): void {
  const { exports } = machine;
  let positions = drawPositions(machine, security.queries, s.logDomain);
  const tables = [
    [r.mainTree, 0, s.mainColumns],
    [r.lookupTree, s.mainBlocks, s.lookupColumns],
    [r.compositionTree, s.mainBlocks + s.lookupBlocks, s.compositionColumns],
  ] as const;
  for (const [tree, first, columns] of tables) {
    for (const position of positions) {
      const table = r.extended + first * s.extendedBytes;
      exports.serialiseRow(r.message, table, s.extendedBytes, Math.ceil(columns / 4), position);
      transcript.append(transcript.read(r.message, 32 * columns));
    }
    appendNodes(transcript, tree, s.domain, positions);
  }
  const fold = 2 ** LOG_FOLD;
  for (const layer of r.layers.slice(0, s.layers)) {
    const leaves = [...new Set(positions.map((position) => position >> LOG_FOLD))];
    const known = new Set(positions);
    for (const leaf of leaves) {
      // Eight values are two vectors of four; what the verifier knows is left out.
      const at = layer.values + leaf * fold * LIMBS28;
      exports.serialiseRow(r.message, at, VECTOR, 2, 0);
      for (let j = 0; j < fold; j++)
        if (!known.has(leaf * fold + j)) transcript.append(transcript.read(r.message + 32 * j, 32));
    }
    appendNodes(transcript, layer.tree, 2 ** (layer.bits - LOG_FOLD), leaves);
    positions = leaves;
  }
}
