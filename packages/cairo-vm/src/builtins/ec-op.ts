import { ecOp, isOnCurve } from '@stackctl/crypto';
import { Fault } from '../fault.ts';
import { type Builtin, inputFelt } from './builtin.ts';

/** An instance is [p.x, p.y, q.x, q.y, m, r.x, r.y] with r = p + m * q on the Stark curve. */
export const ecOpBuiltin: Builtin = {
  name: 'ec_op',
  cells: 7,
  steps: 1000,
  isInput: (offset) => offset % 7 < 5,
  deduce(cells, offset) {
    const cell = offset % 7;
    if (cell < 5) return undefined;
    const start = offset - cell;
    const inputs: bigint[] = [];
    for (let i = 0; i < 5; i++) {
      const input = inputFelt('ec_op', cells, start + i);
      if (input === undefined) return undefined;
      inputs.push(input);
    }
    const [px, py, qx, qy, m] = inputs as [bigint, bigint, bigint, bigint, bigint];
    const [p, q] = [
      { x: px, y: py },
      { x: qx, y: qy },
    ];
    if (!isOnCurve(p) || !isOnCurve(q)) throw new Fault('ec_op: a point is not on the curve');
    const result = ecOp(p, q, m);
    // The builtin adds affine points: an intermediate sum of points with equal x has no result.
    if (result === undefined) throw new Fault('ec_op: the sum has no affine coordinates');
    cells[start + 5] ??= result.x;
    cells[start + 6] ??= result.y;
    return cell === 5 ? result.x : result.y;
  },
};
