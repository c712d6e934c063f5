// Proofs of tampered traces: what tests of soundness are made of.
import type { CairoTrace } from '@stackctl/types';
import type { Constraint } from '../src/air/air.ts';
import { verify } from '../src/index.ts';
import { proveTampered, type Tampering } from '../src/prover/prove.ts';
import type { TraceTable } from '../src/prover/table.ts';
import { cellsOf, rowsOf, valueIn } from './oracle.ts';

export const context = new Uint8Array(32).fill(9);
/** Enough queries to tell, no grinding: these tests are about the constraints. */
export const security = { logBlowup: 2, queries: 20, grindingBits: 0 };
const options = { minSecurityBits: 40 };
export const CONSTRAINTS_FAIL = 'the constraints do not hold at the out-of-domain point';

/** 'accepted', or why the proof of the tampered run is rejected. */
export function outcomeOf(proven: CairoTrace, tampering: Tampering = {}): string {
  const proof = proveTampered(proven, { context, security }, tampering);
  const result = verify(proof.bytes, proof.statement, options);
  return result.ok ? 'accepted' : result.reason;
}

/** Changes one cell so that a constraint does not vanish; says which, undefined if none does it. */
export function violate(
  constraint: Constraint,
  table: TraceTable,
  uniforms: Record<string, bigint>,
): string | undefined {
  const { from, to } = rowsOf(constraint, table.rows);
  const rows = [...Array(300).keys(), 511, 512, table.rows - 1].filter(
    (row) => row >= from && row < to,
  );
  for (const row of rows)
    for (const { column, next } of cellsOf(constraint)) {
      const at = next ? (row + 1) % table.rows : row;
      const before = table.get(column, at);
      table.set(column, at, before + 1n);
      if (valueIn(constraint, table, row, uniforms) !== 0n) return `${column} in row ${at}`;
      table.set(column, at, before);
    }
  return undefined;
}
