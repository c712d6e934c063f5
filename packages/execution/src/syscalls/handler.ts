import {
  type CairoMachine,
  describe,
  Fault,
  type Relocatable,
  type SyscallHandler,
} from '@stackctl/cairo-vm';
import type { Felt } from '@stackctl/types';
import { ERRORS } from '../constants.ts';
import { type SyscallName, syscallGas } from '../rules/index.ts';
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

  /** Charges and executes. Budgets are lent to the protocol: a nested call spends them too. */
  #run(
    vm: CairoMachine,
    syscall: Syscall,
    call: SyscallContext,
    request: readonly CellValue[],
  ): SyscallOutcome {
    const { context, countsGas } = this.#frame;
    const { constants, meter } = context;
    const { name } = syscall;
    const length = syscall.length?.(request) ?? 0;
    // Keccak is counted when it was done, the others when they are asked for.
    if (name !== 'Keccak') this.#count(name, length);
    const cost = syscallGas(constants, name, length) - constants.syscallBaseGas;
    if (call.gas < cost) return { failure: [ERRORS.outOfGas] };
    call.gas -= cost;
    if (countsGas) meter.gasSeen = call.gas;
    const worked = vm.steps + vm.memory.extraSteps;
    meter.workLeft = vm.stepLimit - worked;
    if (!countsGas) meter.stepsLeft = vm.ownStepLimit - vm.steps;
    try {
      const { constant, each } = constants.syscalls[name];
      meter.work(constant.steps + length * (each?.steps ?? 0) + feltsIn(request));
      const outcome = syscall.run(call, request);
      if (name === 'Keccak' && !('failure' in outcome)) this.#count(name, length);
      return outcome;
    } finally {
      vm.stepLimit = worked + meter.workLeft;
      if (!countsGas) vm.ownStepLimit = vm.steps + meter.stepsLeft;
    }
  }

  #count(name: SyscallName, length: number): void {
    const { uses } = this.#frame;
    const { calls, length: before } = uses.get(name) ?? { calls: 0, length: 0 };
    uses.set(name, { calls: calls + 1, length: before + length });
  }
}

/** Felts that a request points to: copying them is work. */
function feltsIn(request: readonly CellValue[]): number {
  return request.reduce(
    (felts, cell) => felts + (cell.kind === 'range' ? cell.values.length : 0),
    0,
  );
}
