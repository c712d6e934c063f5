// What proving one call takes: a block is proven in parts, and no call is cut.
import type { CairoMachine } from '@stackctl/cairo-vm';
import { BUILTIN_ORDER } from '@stackctl/types';
import { ExecutionAbort } from './abort.ts';
import { BUILTIN_ROWS, MAX_CALL_ROWS } from './constants.ts';

/**
 * Rows of the trace that proves a run alone: its steps, its memory at two cells a row (each segment may
 * need a cell more), and the instances of each builtin stand beside each other, so the most counts.
 */
export function rowsOf(vm: Pick<CairoMachine, 'steps' | 'memory'>): number {
  let cells = 0;
  for (const { length } of vm.memory.segments) cells += length + 1;
  let rows = Math.max(vm.steps, Math.ceil(cells / 2));
  for (const name of BUILTIN_ORDER)
    rows = Math.max(rows, vm.memory.builtinInstances(name) * BUILTIN_ROWS[name]);
  return rows;
}

/**
 * Refuses a call that no part of a block's proof has room for. What it asked of the state is undone with its
 * transaction, as if its steps had run out.
 * @throws ExecutionAbort
 */
export function requireProvable(vm: Pick<CairoMachine, 'steps' | 'memory'>): void {
  const rows = rowsOf(vm);
  if (rows > MAX_CALL_ROWS)
    throw new ExecutionAbort(
      `The call is too large to be proven: it takes ${rows} rows, at most ${MAX_CALL_ROWS}.`,
    );
}
