import {
  type CairoMachine,
  describe,
  Fault,
  type Relocatable,
  type SyscallHandler,
} from '@stackctl/cairo-vm';
import type { Felt } from '@stackctl/types';
import type { CallFrame } from '../run-call.ts';
import { type Answer, answerSyscall } from './answer.ts';
import { type CellValue, felt, readCells, widthOf, writeCells } from './cells.ts';
import type { Syscall } from './syscall.ts';
import { SYSCALLS } from './table.ts';

/** Answers the syscalls of one call by executing them. */
export class CallSyscalls implements SyscallHandler {
  readonly #frame: CallFrame;
  /** Where the next request must stand. */
  #next: Relocatable | undefined;

  constructor(frame: CallFrame) {
    this.#frame = frame;
  }

  /** Tells where the call's first request must stand. */
  begin(pointer: Relocatable): void {
    this.#next = pointer;
  }

  /** [selector, gas, request...] -> [gas, 0, response...] or [gas, 1, error start, error end] */
  handle(vm: CairoMachine, selector: Felt, pointer: Relocatable): void {
    const { memory } = vm;
    if (this.#next?.segment !== pointer.segment || this.#next.offset !== pointer.offset) {
      throw new Fault(`syscall at ${describe(pointer)}, expected at ${describe(this.#next)}`);
    }
    const syscall = SYSCALLS.get(selector);
    if (syscall === undefined) throw new Fault(`unknown syscall 0x${selector.toString(16)}`);
    const gas = memory.readFelt(pointer, 1);
    const { cells: request, end } = readCells(memory, pointer, 2, syscall.request);
    const { gasLeft, failed, response, call } = this.#answer(vm, syscall, gas, request);
    writeCells(vm, pointer, end, [felt(gasLeft), felt(failed ? 1n : 0n), ...response]);
    const width = response.reduce((cells, value) => cells + widthOf(value), 2);
    this.#next = pointer.plus(end + width);
    const record = { selector, gas, request, failed, response, gasLeft, call };
    this.#frame.record?.syscalls.push(record);
  }

  /** Answers on budgets that are lent to the protocol: a nested call spends them too. */
  #answer(vm: CairoMachine, syscall: Syscall, gas: bigint, request: readonly CellValue[]): Answer {
    const { context, countsGas } = this.#frame;
    const { meter } = context;
    const worked = vm.steps + vm.memory.extraSteps;
    meter.workLeft = vm.stepLimit - worked;
    if (!countsGas) meter.stepsLeft = vm.ownStepLimit - vm.steps;
    try {
      return answerSyscall(this.#frame, syscall, gas, request);
    } finally {
      vm.stepLimit = worked + meter.workLeft;
      if (!countsGas) vm.ownStepLimit = vm.steps + meter.stepsLeft;
    }
  }
}
