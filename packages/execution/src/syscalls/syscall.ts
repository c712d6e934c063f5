import type { Felt } from '@stackctl/types';
import type { SyscallName } from '../rules/index.ts';
import type { CallFrame } from '../run-call.ts';
import type { CellShape, CellValue } from './cells.ts';

/** One syscall as it is answered. */
export interface SyscallContext {
  readonly frame: CallFrame;
  /** Gas left after the syscall's own cost; a nested call takes its part. */
  gas: bigint;
  /** Set by a syscall that made a call: the call's number. */
  made: number | undefined;
}

export type SyscallOutcome =
  | { readonly cells: readonly CellValue[] }
  | { readonly failure: readonly Felt[] };

/** A syscall as data: what it takes and does. What it costs is in the rules, by its name. */
export interface Syscall {
  readonly name: SyscallName;
  readonly request: readonly CellShape[];
  /** What its cost grows with: felts of calldata, or rounds. Default 0. */
  length?(request: readonly CellValue[]): number;
  run(call: SyscallContext, request: readonly CellValue[]): SyscallOutcome;
}

/** Felt at a position of a request whose shape says so. */
export function feltAt(request: readonly CellValue[], index: number): Felt {
  const cell = request[index];
  if (cell?.kind !== 'felt') throw new TypeError(`request cell ${index} is not a felt`);
  return cell.value;
}

/** Felts of a range or array at a position of a request. */
export function feltsAt(request: readonly CellValue[], index: number): readonly Felt[] {
  const cell = request[index];
  if (cell?.kind !== 'range' && cell?.kind !== 'array') {
    throw new TypeError(`request cell ${index} is not a list`);
  }
  return cell.values;
}
