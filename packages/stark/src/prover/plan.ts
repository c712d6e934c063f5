import type { CairoTrace, SecurityParameters } from '@stackctl/types';
import { type Arena, FELT, LIMBS28, type Machine, VECTOR } from './machine.ts';
import { partOf } from './tasks.ts';

/** FRI folds by 2^3 until the degree bound is at most 2^6 (assembly/parameters.ts). */
export const LOG_FOLD = 3;
const LOG_LAST_DEGREE = 6;
const COMPOSITION_COLUMNS = 4;
const LANES = 4;
const HASH = 32;

/** Sizes of one proof. */
export interface Sizes {
  readonly logRows: number;
  readonly rows: number;
  readonly logBlowup: number;
  readonly blowup: number;
  readonly logDomain: number;
  readonly domain: number;
  /** Bytes of one block on the trace domain, or on one coset. */
  readonly blockBytes: number;
  readonly mainBlocks: number;
  readonly lookupBlocks: number;
  readonly mainColumns: number;
  readonly lookupColumns: number;
  readonly compositionColumns: number;
  readonly nextColumns: number;
  /** Committed FRI layers, and coefficients of the last. */
  readonly layers: number;
  readonly lastCoefficients: number;
  /** Position of a row to its row in the table of periodic values: a shift. */
  readonly periodicShift: number;
}

export function sizesOf(
  { exports }: Machine,
  logRows: number,
  security: SecurityParameters,
): Sizes {
  const { logBlowup } = security;
  const rows = 2 ** logRows;
  const domain = rows * 2 ** logBlowup;
  const layers = Math.ceil((logRows - LOG_LAST_DEGREE) / LOG_FOLD);
  return {
    logRows,
    rows,
    logBlowup,
    blowup: 2 ** logBlowup,
    logDomain: logRows + logBlowup,
    domain,
    blockBytes: rows * VECTOR,
    mainBlocks: exports.mainBlocks(),
    lookupBlocks: exports.lookupBlocks(),
    mainColumns: exports.mainColumns(),
    lookupColumns: exports.lookupColumns(),
    compositionColumns: COMPOSITION_COLUMNS,
    nextColumns: exports.nextColumns(),
    layers,
    lastCoefficients: 2 ** (logRows - LOG_FOLD * layers),
    periodicShift: logRows - Math.log2(exports.longestPeriod()),
  };
}

/** A committed table: columns on the evaluation domain, and the tree over its rows. */
export interface CommittedTable {
  /** Its blocks among all, and its columns. */
  readonly first: number;
  readonly blocks: number;
  readonly columns: number;
  /** One coset after the other, or, where cosets are not kept, room for one. */
  readonly values: number;
  readonly kept: boolean;
  readonly tree: number;
}

/**
 * What to do with the extended tables, which are most of a proof's memory: keep them, or compute each
 * coset again when it is needed (to commit, to evaluate the constraints, to open rows), for a third more
 * time in all.
 */
export type Keeping = 'all' | 'coset';

/** Regions that live through the whole proof, unless it says otherwise. */
export interface Regions {
  readonly scratch: number;
  readonly statement: number;
  readonly twiddles: number;
  readonly inverseTwiddles: number;
  readonly cosetPowers: number;
  readonly periodic: number;
  readonly extendedPeriodic: number;
  /** Main blocks on the trace domain; until the lookup blocks are extended, whose place it has. */
  readonly trace: number;
  /** Main, lookup and composition blocks: n times their coefficients. */
  readonly coefficients: number;
  readonly main: CommittedTable;
  readonly lookup: CommittedTable;
  readonly composition: CommittedTable;
  readonly layers: ReadonlyArray<{
    readonly values: number;
    readonly tree: number;
    readonly bits: number;
  }>;
  /** Elements: given uniforms, one challenge, points, FRI challenges. */
  readonly given: number;
  readonly challenge: number;
  readonly points: number;
  readonly uniforms: number;
  readonly coefficientPowers: number;
  readonly mean: number;
  /** Constants of the coset that is being evaluated. */
  readonly coset: number;
  readonly weights: number;
  readonly message: number;
  /** Reused by the phases, each for its own intermediate values. */
  readonly workspace: number;
}

/** Bytes of workspace: the phase that needs most. */
function workspaceBytes(machine: Machine, s: Sizes, publicCells: number, run: number): number {
  const { exports } = machine;
  const groups = exports.groupCount();
  return Math.max(
    // trace: the run, counts and jumps
    run + exports.fillScratch(s.rows),
    // public lookups
    2 * FELT * (publicCells + 1),
    // periodic: coefficients, powers
    2 * exports.periodicBytes() + 4 * VECTOR,
    // lookup: numerators, denominators, prefixes, four rows to a vector
    3 * groups * (s.blockBytes / LANES) + prefixSpare(s),
    // composition: 1 / (x - 1) and prefixes; powers
    Math.max(2 * (s.blockBytes / LANES) + prefixSpare(s), s.blockBytes),
    // openings: powers of a point; DEEP: combined rows, quotient
    2 * s.blockBytes + 2 * LIMBS28 * s.rows,
    // FRI: half a layer; last layer's rows
    (LIMBS28 / 2) * s.domain + 8 * VECTOR,
    VECTOR * s.lastCoefficients * s.blowup,
  );
}

/** Rows that are inverted together: an inversion costs as much as a hundred rows. */
export const inversionPart = (rows: number): number => partOf(rows, 2048);
/** Each part's prefixes are two vectors longer than what it inverts; the running total stands behind. */
const prefixSpare = (s: Sizes): number => VECTOR * (2 * (s.rows / inversionPart(s.rows)) + 4);

export function planRegions(
  machine: Machine,
  arena: Arena,
  s: Sizes,
  inputs: {
    readonly statementBytes: number;
    readonly publicCells: number;
    readonly trace: CairoTrace;
    readonly keeping: Keeping;
  },
): Regions {
  const { exports } = machine;
  const { trace } = inputs;
  const run =
    trace.registers.byteLength +
    trace.memory.length +
    trace.defined.length +
    8 * trace.publicPages.length +
    // alignment, uses of builtins
    128;
  const layers = Array.from({ length: s.layers + 1 }, (_, i) => {
    const bits = s.logDomain - LOG_FOLD * i;
    const committed = i < s.layers;
    return {
      bits,
      values: arena.take(LIMBS28 * 2 ** bits),
      tree: committed ? arena.take(2 * HASH * 2 ** (bits - LOG_FOLD)) : 0,
    };
  });
  const treeBytes = 2 * HASH * s.domain;
  const keepAll = inputs.keeping === 'all';
  const valuesBytes = (blocks: number, kept: boolean) =>
    blocks * s.blockBytes * (kept ? s.blowup : 1);
  const table = (
    first: number,
    blocks: number,
    columns: number,
    values: number,
    kept: boolean,
  ) => ({
    first,
    blocks,
    columns,
    values,
    kept,
    tree: arena.take(treeBytes),
  });
  const mainValues = arena.take(valuesBytes(s.mainBlocks, keepAll));
  // The trace is done with before the lookup and the composition are extended.
  const lookupBytes = valuesBytes(s.lookupBlocks, keepAll);
  const late = arena.take(
    Math.max(lookupBytes + valuesBytes(1, true), s.mainBlocks * s.blockBytes),
  );
  const { mainBlocks, lookupBlocks } = s;
  return {
    layers,
    main: table(0, mainBlocks, s.mainColumns, mainValues, keepAll),
    lookup: table(mainBlocks, lookupBlocks, s.lookupColumns, late, keepAll),
    composition: table(
      mainBlocks + lookupBlocks,
      1,
      s.compositionColumns,
      late + lookupBytes,
      true,
    ),
    trace: late,
    scratch: arena.take(machine.threads * exports.scratchBytes()),
    statement: arena.take(inputs.statementBytes),
    twiddles: arena.take((LIMBS28 * s.rows) / 2),
    inverseTwiddles: arena.take((LIMBS28 * s.domain) / 2),
    cosetPowers: arena.take((s.blowup / LANES) * s.blockBytes),
    periodic: arena.take(exports.periodicBytes()),
    extendedPeriodic: arena.take(LANES * exports.periodicBytes()),
    coefficients: arena.take((s.mainBlocks + s.lookupBlocks + 1) * s.blockBytes),
    given: arena.take(FELT * exports.uniformCount()),
    challenge: arena.take(FELT),
    points: arena.take(4 * FELT),
    uniforms: arena.take(VECTOR * exports.uniformParts()),
    coefficientPowers: arena.take(VECTOR * exports.constraintCount()),
    mean: arena.take(VECTOR),
    coset: arena.take(exports.cosetConstantBytes()),
    weights: arena.take(exports.weightBytes()),
    message: arena.take(HASH * 1024),
    workspace: arena.take(workspaceBytes(machine, s, inputs.publicCells, run)),
  };
}
