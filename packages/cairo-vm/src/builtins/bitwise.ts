import { Fault } from '../fault.ts';
import { type Builtin, inputFelt } from './builtin.ts';

/** Inputs have 251 bits. */
const BOUND = 1n << 251n;

/** An instance is [x, y, x & y, x ^ y, x | y]. */
export const bitwise: Builtin = {
  name: 'bitwise',
  cells: 5,
  steps: 10,
  isInput: (offset) => offset % 5 < 2,
  deduce(cells, offset) {
    const cell = offset % 5;
    if (cell < 2) return undefined;
    const x = inputFelt('bitwise', cells, offset - cell);
    const y = inputFelt('bitwise', cells, offset - cell + 1);
    if (x === undefined || y === undefined) return undefined;
    if (x >= BOUND || y >= BOUND) throw new Fault('bitwise: an input is not below 2^251');
    if (cell === 2) return x & y;
    return cell === 3 ? x ^ y : x | y;
  },
};
