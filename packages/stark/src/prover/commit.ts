// Steps 2 to 4: the three tables.
import { StackError } from '@stackctl/types';
import { reasonOf } from '../reasons.ts';
import { VECTOR } from './machine.ts';
import { type CommittedTable, inversionPart } from './plan.ts';
import type { Session } from './session.ts';
import { TraceTable } from './table.ts';
import { partOf } from './tasks.ts';

/** Extends `count` cosets of a table from coset `first` on, one after the other at `values`. */
function extendCosets(
  { machine, sizes: s, regions: r }: Session,
  table: CommittedTable,
  first: number,
  count: number,
): void {
  machine.run('extend', count * table.blocks, [
    table.values,
    r.coefficients + table.first * s.blockBytes,
    s.rows,
    s.blockBytes,
    table.blocks,
    first,
    r.cosetPowers,
    r.twiddles,
  ]);
}

/** Where a coset of a table stands; it is computed again where cosets are not kept. */
export function cosetOf(session: Session, table: CommittedTable, coset: number): number {
  if (table.kept) return table.values + coset * table.blocks * session.sizes.blockBytes;
  extendCosets(session, table, coset, 1);
  return table.values;
}

/** The inner nodes of a tree whose leaves stand. */
export function hashTree(
  { machine, regions: r }: Pick<Session, 'machine' | 'regions'>,
  tree: number,
  leaves: number,
): void {
  const parts = Math.min(64, leaves / 64);
  if (parts >= 2) machine.run('hashSubtree', parts, [tree, leaves, parts]);
  machine.exports.hashTree(tree, parts >= 2 ? 2 * parts : leaves, r.scratch);
}

/** Extends a table, commits to its rows, and sends the root. */
function commitTable(session: Session, table: CommittedTable): void {
  const { machine, sizes: s, transcript } = session;
  const size = partOf(s.rows);
  const atOnce = table.kept ? s.blowup : 1;
  for (let coset = 0; coset < s.blowup; coset += atOnce) {
    extendCosets(session, table, coset, atOnce);
    machine.run('hashRows', (atOnce * s.rows) / size, [
      table.tree,
      s.domain,
      table.values,
      s.blockBytes,
      table.blocks,
      table.columns,
      s.rows,
      size,
      coset * s.rows,
    ]);
  }
  hashTree(session, table.tree, s.domain);
  transcript.send(table.tree + 32, 32);
}

/** 2. The trace; then the challenges of the lookup. */
export function commitTrace(session: Session): void {
  const { machine, sizes: s, regions: r, transcript } = session;
  machine.run('interpolate', s.mainBlocks, [
    r.coefficients,
    r.trace,
    s.rows,
    s.blockBytes,
    r.inverseTwiddles,
  ]);
  commitTable(session, r.main);
  // lookup_point and lookup_weight are the first two of the given uniforms.
  transcript.drawMany(r.given, 2);
}

/** 3. The lookup columns; then the coefficient of the constraints. */
export function commitLookup(session: Session, tamper?: (table: TraceTable) => void): void {
  const { machine, sizes: s, regions: r, transcript } = session;
  const { exports } = machine;
  const code = exports.fillUniforms(r.given, r.workspace);
  if (code !== 0) throw new StackError('PROVER', { reason: reasonOf(code).text });
  exports.spreadUniformParts(r.uniforms, r.given);
  exports.spreadMean(r.mean, r.given);
  const blocks = r.coefficients + s.mainBlocks * s.blockBytes;
  fillLookup(session, blocks);
  tamper?.(new TraceTable(machine, r, s));
  // In place.
  machine.run('interpolate', s.lookupBlocks, [
    blocks,
    blocks,
    s.rows,
    s.blockBytes,
    r.inverseTwiddles,
  ]);
  commitTable(session, r.lookup);
  transcript.draw(r.challenge);
}

/** The lookup blocks on the trace domain, at `blocks`. */
function fillLookup({ machine, sizes: s, regions: r }: Session, blocks: number): void {
  const { exports } = machine;
  const groups = exports.groupCount();
  const groupBytes = groups * (s.blockBytes / 4);
  const n = r.workspace;
  const d = n + groupBytes;
  const total = d + groupBytes;
  const prefixes = total + VECTOR;
  const size = partOf(s.rows);
  machine.run('computeFractions', s.rows / size, [
    n,
    d,
    size,
    r.trace,
    s.logRows,
    r.periodic,
    s.periodicShift,
    r.uniforms,
  ]);
  const inverted = inversionPart(s.rows);
  const prefixBytes = VECTOR * ((inverted / 4) * groups + 2);
  machine.run('divideFractions', s.rows / inverted, [n, d, inverted, prefixes, prefixBytes]);
  exports.sumFractions(n, d, s.logRows, r.mean, total, r.scratch);
  machine.run('fillLookup', s.rows / size, [blocks, n, d, size, s.logRows, total]);
}

/** 4. The composition; then the out-of-domain point z. */
export function commitComposition(session: Session): void {
  const { machine, sizes: s, regions: r, transcript } = session;
  const { exports } = machine;
  exports.spreadCoefficients(r.coefficientPowers, r.challenge);
  const inverses = r.workspace;
  const prefixes = inverses + s.blockBytes / 4;
  const composition = r.coefficients + r.composition.first * s.blockBytes;
  const size = partOf(s.rows);
  const inverted = inversionPart(s.rows);
  const prefixBytes = VECTOR * (inverted / 4 + 2);
  for (let coset = 0; coset < 4; coset++) {
    const main = cosetOf(session, r.main, coset);
    const lookup = cosetOf(session, r.lookup, coset);
    exports.prepareCoset(r.coset, coset, s.logRows, s.logBlowup);
    machine.run('invertPoints', s.rows / inverted, [
      inverses,
      inverted,
      r.twiddles,
      r.coset,
      prefixes,
      prefixBytes,
    ]);
    machine.run('evaluateCoset', s.rows / size, [
      composition + coset * (s.blockBytes / 4),
      size,
      s.logRows,
      main,
      lookup,
      r.extendedPeriodic + coset * exports.periodicBytes(),
      s.periodicShift,
      r.uniforms,
      r.coefficientPowers,
      r.twiddles,
      inverses,
      r.coset,
    ]);
  }
  exports.splitComposition(composition, s.logRows, r.inverseTwiddles, r.workspace, r.scratch);
  commitTable(session, r.composition);
  transcript.draw(r.points);
}
