import { StackError } from '@stackctl/types';

/**
 * A rule of the machine was broken somewhere that does not know the program counter (memory,
 * builtins, hints, pointer arithmetic). The run loop turns it into `StackError('VM')` with the pc.
 */
export class Fault extends Error {
  override readonly name = 'Fault';
}

/** A run failed because its step limit is spent: callers tell this apart by `reason`. */
export const OUT_OF_STEPS = 'out of steps';

/** The machine's failure at `pc` (an offset in the program segment, segment 0). */
export function vmError(pc: number, reason: string): StackError<'VM'> {
  return new StackError('VM', { pc: `0:${pc}`, reason });
}
