// Steps 2 to 4: the three tables.
import { StackError } from '@stackctl/types';
import { reasonOf } from '../reasons.ts';
import type { Session } from './session.ts';
import { TraceTable } from './table.ts';

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
export function commitTrace(session: Session): void {
  const { sizes: s, regions: r, transcript } = session;
  extendBlocks(session, 0, s.mainBlocks);
  commitRows(session, r.mainTree, 0, s.mainColumns);
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
  tamper?.(new TraceTable(machine, r, s));
  extendBlocks(session, s.mainBlocks, s.lookupBlocks);
  commitRows(session, r.lookupTree, s.mainBlocks, s.lookupColumns);
  transcript.draw(r.challenge);
}

/** 4. The composition; then the out-of-domain point z. */
export function commitComposition(session: Session): void {
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
