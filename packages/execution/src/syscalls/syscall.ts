import type { Felt } from '@stackctl/types';
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

/** A syscall as data: what it takes, what it costs, what it does. */
export interface Syscall {
  readonly name: string;
  readonly request: readonly CellShape[];
  /** L2 gas, the base that the compiled code charges included. */
  readonly gas: bigint;
  /** Gas that depends on the request. */
  extraGas?(request: readonly CellValue[]): bigint;
  /** Steps of the operating system, for step-counted calls and the step limit. */
  readonly steps: number;
  extraSteps?(request: readonly CellValue[]): number;
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
