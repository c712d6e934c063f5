import type { BuiltinName } from '@stackctl/types';
import { Fault } from '../fault.ts';
import { describe, type MemoryValue } from '../values.ts';

type Cells = Array<MemoryValue | undefined>;

/** The rule that a builtin puts on its memory segment, which is a row of equal instances. */
export interface Builtin {
  readonly name: BuiltinName;
  /** Memory cells an instance. */
  readonly cells: number;
  /**
   * Steps that a deduction counts for against the step limit: about the steps that could run in its
   * time, so that a run of few steps cannot ask for minutes of curve arithmetic. Part of consensus:
   * a transaction that reaches its limit reverts. Default 0.
   */
  readonly steps?: number;
  /** Whether the cell at this offset is an input, which nothing can deduce. */
  isInput(offset: number): boolean;
  /** Refuses (with a Fault) a value that may never stand at `offset`. */
  check?(offset: number, value: MemoryValue): void;
  /** The value that an undefined cell must have; undefined while its inputs are not all known. */
  deduce?(cells: Cells, offset: number): MemoryValue | undefined;
}

/** The felt of an input cell; undefined while unknown. Throws a Fault for a pointer. */
export function inputFelt(name: string, cells: Cells, offset: number): bigint | undefined {
  const value = cells[offset];
  if (typeof value === 'object') {
    throw new Fault(`${name}: expected a felt, got ${describe(value)}`);
  }
  return value;
}
