import {
  type CairoMachine,
  Fault,
  type Relocatable,
  type SyscallHandler,
} from '@stackctl/cairo-vm';
import type { Felt } from '@stackctl/types';
import type { SyscallRecord } from './observer.ts';
import { type CellShape, type CellValue, felt, readCells, writeCells } from './syscalls/cells.ts';
import { SYSCALLS } from './syscalls/table.ts';

/** Shapes of a syscall's request behind selector and gas; undefined for an unknown selector. */
export function requestShape(selector: Felt): readonly CellShape[] | undefined {
  return SYSCALLS.get(selector)?.request;
}

/**
 * Answers the syscalls of one call from its record: each request must be the recorded one, each
 * response is the recorded one. Throws a Fault (so the run a VM error) when they differ.
 */
export class ReplaySyscalls implements SyscallHandler {
  readonly #records: readonly SyscallRecord[];
  #next = 0;

  constructor(records: readonly SyscallRecord[]) {
    this.#records = records;
  }

  /** Whether every recorded syscall was made. */
  get done(): boolean {
    return this.#next === this.#records.length;
  }

  handle(vm: CairoMachine, selector: Felt, pointer: Relocatable): void {
    const record = this.#records[this.#next];
    const shape = requestShape(selector);
    if (record === undefined || shape === undefined || record.selector !== selector) {
      throw new Fault(`syscall ${this.#next} is not the recorded one`);
    }
    const { cells, end } = readCells(vm.memory, pointer, 2, shape);
    if (vm.memory.readFelt(pointer, 1) !== record.gas || !sameCells(cells, record.request)) {
      throw new Fault(`request of syscall ${this.#next} is not the recorded one`);
    }
    const flag = felt(record.failed ? 1n : 0n);
    writeCells(vm, pointer, end, [felt(record.gasLeft), flag, ...record.response]);
    this.#next += 1;
  }
}

function sameCells(left: readonly CellValue[], right: readonly CellValue[]): boolean {
  return (
    left.length === right.length &&
    left.every((cell, index) => sameCell(cell, right[index] as CellValue))
  );
}

function sameCell(left: CellValue, right: CellValue): boolean {
  if (left.kind === 'felt') return right.kind === 'felt' && left.value === right.value;
  if (left.kind === 'struct') return right.kind === 'struct' && sameCells(left.cells, right.cells);
  return (
    right.kind === left.kind &&
    left.values.length === right.values.length &&
    left.values.every((value, index) => value === right.values[index])
  );
}
