import type { CairoTrace, SecurityParameters } from '@stackctl/types';
import { type Arena, FELT, LIMBS28, type Machine, VECTOR } from './memory.ts';

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
  /** Bytes of one block on the trace domain, and on the evaluation domain. */
  readonly blockBytes: number;
  readonly extendedBytes: number;
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
    extendedBytes: domain * VECTOR,
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

/** Regions that live through the whole proof. */
export interface Regions {
  readonly scratch: number;
  readonly statement: number;
  readonly twiddles: number;
  readonly inverseTwiddles: number;
  readonly cosetPowers: number;
  readonly periodic: number;
  readonly extendedPeriodic: number;
  /** Main and lookup blocks on the trace domain. */
  readonly trace: number;
  /** Main, lookup and composition blocks: n times their coefficients. */
  readonly coefficients: number;
  /** The same on the evaluation domain. */
  readonly extended: number;
  readonly mainTree: number;
  readonly lookupTree: number;
  readonly compositionTree: number;
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
    3 * groups * (s.blockBytes / LANES) + 4 * VECTOR,
    // composition: 1 / (x - 1) and prefixes
    2 * (s.blockBytes / LANES) + 4 * VECTOR,
    // openings: powers of a point twice; DEEP: combined rows, quotient
    2 * s.blockBytes + 2 * LIMBS28 * s.rows,
    // FRI: half a layer; last layer's rows
    (LIMBS28 / 2) * s.domain + 8 * VECTOR,
    VECTOR * s.lastCoefficients * s.blowup,
  );
}

export function planRegions(
  machine: Machine,
  arena: Arena,
  s: Sizes,
  inputs: {
    readonly statementBytes: number;
    readonly publicCells: number;
    readonly trace: CairoTrace;
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
  const treeBytes = 2 * HASH * s.domain;
  const layers = Array.from({ length: s.layers + 1 }, (_, i) => {
    const bits = s.logDomain - LOG_FOLD * i;
    const committed = i < s.layers;
    return {
      bits,
      values: arena.take(LIMBS28 * 2 ** bits),
      tree: committed ? arena.take(2 * HASH * 2 ** (bits - LOG_FOLD)) : 0,
    };
  });
  return {
    layers,
    scratch: arena.take(exports.scratchBytes()),
    statement: arena.take(inputs.statementBytes),
    twiddles: arena.take((LIMBS28 * s.rows) / 2),
    inverseTwiddles: arena.take((LIMBS28 * s.domain) / 2),
    cosetPowers: arena.take((s.blowup / LANES) * s.blockBytes),
    periodic: arena.take(exports.periodicBytes()),
    extendedPeriodic: arena.take(LANES * exports.periodicBytes()),
    trace: arena.take((s.mainBlocks + s.lookupBlocks) * s.blockBytes),
    coefficients: arena.take((s.mainBlocks + s.lookupBlocks + 1) * s.blockBytes),
    extended: arena.take((s.mainBlocks + s.lookupBlocks + 1) * s.extendedBytes),
    mainTree: arena.take(treeBytes),
    lookupTree: arena.take(treeBytes),
    compositionTree: arena.take(treeBytes),
    given: arena.take(FELT * exports.uniformCount()),
    challenge: arena.take(FELT),
    points: arena.take(4 * FELT),
    uniforms: arena.take(VECTOR * exports.uniformParts()),
    coefficientPowers: arena.take(VECTOR * exports.constraintCount()),
    mean: arena.take(VECTOR),
    weights: arena.take(exports.weightBytes()),
    message: arena.take(HASH * 1024),
    workspace: arena.take(workspaceBytes(machine, s, inputs.publicCells, run)),
  };
}
