// Steps 8 and 9: what is opened at the queries.
import { cosetOf } from './commit.ts';
import { LIMBS28, VECTOR } from './machine.ts';
import { appendNodes, drawPositions } from './openings.ts';
import { LOG_FOLD } from './plan.ts';
import type { Session } from './session.ts';

/** 8. The rows of the three tables at the queries. 9. The FRI leaves below them. */
export function openQueries(session: Session): void {
  const { machine, sizes: s, regions: r, transcript, security } = session;
  const { exports } = machine;
  let positions = drawPositions(machine, security.queries, s.logDomain);
  for (const table of [r.main, r.lookup, r.composition]) {
    // Positions ascend, and with them the cosets.
    let [coset, values] = [-1, 0];
    for (const position of positions) {
      if (position >> s.logRows !== coset) {
        coset = position >> s.logRows;
        values = cosetOf(session, table, coset);
      }
      const row = position - coset * s.rows;
      exports.serialiseRow(r.message, values, s.blockBytes, table.blocks, row);
      transcript.append(transcript.read(r.message, 32 * table.columns));
    }
    appendNodes(transcript, table.tree, s.domain, positions);
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
