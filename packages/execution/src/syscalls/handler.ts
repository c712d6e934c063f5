import {
  type CairoMachine,
  describe,
  Fault,
  type Relocatable,
  type SyscallHandler,
} from '@stackctl/cairo-vm';
import type { Felt } from '@stackctl/types';
import { ERRORS, SYSCALL_BASE_GAS } from '../constants.ts';
import type { CallFrame } from '../run-call.ts';
import { type CellValue, felt, range, readCells, widthOf, writeCells } from './cells.ts';
import type { Syscall, SyscallContext, SyscallOutcome } from './syscall.ts';
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
    const call: SyscallContext = { frame: this.#frame, gas, made: undefined };
    const outcome = this.#run(vm, syscall, call, request);

    const failed = 'failure' in outcome;
    const response = failed ? [range(outcome.failure)] : outcome.cells;
    writeCells(vm, pointer, end, [felt(call.gas), felt(failed ? 1n : 0n), ...response]);
    const width = response.reduce((cells, value) => cells + widthOf(value), 2);
    this.#next = pointer.plus(end + width);
    this.#frame.record?.syscalls.push({
      selector,
      gas,
      request,
      failed,
      response,
      gasLeft: call.gas,
      call: call.made,
    });
  }

  /** Charges and executes. The step budget is lent to the protocol: a nested call spends it too. */
  #run(
    vm: CairoMachine,
    syscall: Syscall,
    call: SyscallContext,
    request: readonly CellValue[],
  ): SyscallOutcome {
    const { context, countsGas } = this.#frame;
    const cost = syscall.gas - SYSCALL_BASE_GAS + (syscall.extraGas?.(request) ?? 0n);
    if (call.gas < cost) return { failure: [ERRORS.outOfGas] };
    call.gas -= cost;
    const spent = vm.steps + vm.memory.extraSteps;
    context.meter.budget = vm.stepLimit - spent;
    try {
      const steps = syscall.steps + (syscall.extraSteps?.(request) ?? 0);
      context.meter.spend(steps, !countsGas);
      context.meter.limit(feltsIn(request));
      return syscall.run(call, request);
    } finally {
      vm.stepLimit = spent + context.meter.budget;
    }
  }
}

/** Felts that a request points to: copying them is work. */
function feltsIn(request: readonly CellValue[]): number {
  return request.reduce(
    (felts, cell) => felts + (cell.kind === 'range' ? cell.values.length : 0),
    0,
  );
}
