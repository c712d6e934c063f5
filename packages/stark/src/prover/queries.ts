// Steps 8 and 9: what is opened at the queries.
import { LIMBS28, VECTOR } from './memory.ts';
import { appendNodes, drawPositions } from './openings.ts';
import { LOG_FOLD } from './plan.ts';
import type { Session } from './session.ts';

/** 8. The rows of the three tables at the queries. 9. The FRI leaves below them. */
export function openQueries({
  machine,
  sizes: s,
  regions: r,
  transcript,
  security,
}: Session): void {
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
