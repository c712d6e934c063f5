import { pedersen } from '@stackctl/crypto';
import { type Builtin, inputFelt } from './builtin.ts';

/** An instance is [x, y, pedersen(x, y)]. */
export const pedersenBuiltin: Builtin = {
  name: 'pedersen',
  cells: 3,
  steps: 50,
  isInput: (offset) => offset % 3 !== 2,
  deduce(cells, offset) {
    if (offset % 3 !== 2) return undefined;
    const x = inputFelt('pedersen', cells, offset - 2);
    const y = inputFelt('pedersen', cells, offset - 1);
    return x === undefined || y === undefined ? undefined : pedersen(x, y);
  },
};
