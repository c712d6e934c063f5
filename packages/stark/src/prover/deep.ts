// Step 5: out-of-domain samples, and the quotient that shows them right.
import { FELT, VECTOR } from './machine.ts';
import type { Session } from './session.ts';
import { writeCell } from './table.ts';
import { partOf } from './tasks.ts';

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
  /** Evaluates blocks at the point whose powers stand there; lane l of block b goes to 4 b + l. */
  const evaluate = (first: number, blocks: number): void =>
    machine.run('evaluateBlock', blocks, [
      r.message,
      r.coefficients + first * s.blockBytes,
      s.blockBytes,
      powers,
      s.rows,
    ]);
  const send = (position: number): void => transcript.send(r.message + 32 * position, 32);

  exports.buildPointPowers(powers, s.logRows, z);
  evaluate(0, s.mainBlocks + s.lookupBlocks);
  for (let column = 0; column < s.mainColumns; column++) send(column);
  for (let column = 0; column < s.lookupColumns; column++) send(4 * s.mainBlocks + column);
  exports.buildPointPowers(powers, s.logRows, zNext);
  evaluate(0, s.mainBlocks + s.lookupBlocks);
  for (let i = 0; i < s.nextColumns; i++) send(exports.nextPosition(i));
  exports.buildPointPowers(powers, s.logRows, zComposition);
  evaluate(s.mainBlocks + s.lookupBlocks, 1);
  for (let column = 0; column < s.compositionColumns; column++) send(column);
  transcript.draw(r.challenge);
}

/** The DEEP quotient on the evaluation domain: the first FRI layer. */
export function buildQuotient({ machine, sizes: s, regions: r }: Session): void {
  const { exports } = machine;
  const rows = r.workspace;
  const quotient = rows + 2 * s.blockBytes;
  exports.buildWeights(r.weights, r.challenge, s.logRows);
  const size = partOf(s.rows);
  machine.run('combineColumns', s.rows / size, [
    rows,
    r.coefficients,
    s.blockBytes,
    size,
    r.weights,
  ]);
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
