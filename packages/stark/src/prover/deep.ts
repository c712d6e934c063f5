// Step 5: out-of-domain samples, and the quotient that shows them right.
import { FELT, VECTOR } from './memory.ts';
import type { Session } from './session.ts';
import { writeCell } from './table.ts';

/** 5. The columns at z (and w z), the composition's at z^4; then the coefficient of the quotients. */
export function sendSamples({ machine, sizes: s, regions: r, transcript }: Session): void {
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
export function buildQuotient({ machine, sizes: s, regions: r }: Session): void {
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

/** The DEEP quotient on the evaluation domain, by position. */
export interface QuotientValues {
  readonly length: number;
  readonly set: (position: number, value: bigint) => void;
}

export function quotientValues({ machine, sizes: s, regions: r }: Session): QuotientValues {
  const values = r.layers[0]?.values as number;
  return {
    length: s.domain,
    set: (position, value) =>
      writeCell(machine, values + VECTOR * (position >> 2), 0, position & 3, value, r.message),
  };
}
