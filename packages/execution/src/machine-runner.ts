import { CairoMachine, finishEntryPoint, startEntryPoint } from '@stackctl/cairo-vm';
import type { RunnableClass } from './classes.ts';
import type { CodeResult, CodeRunner } from './code-runner.ts';
import { usesOf } from './resources.ts';
import type { CallFrame } from './run-call.ts';
import { CallSyscalls } from './syscalls/handler.ts';

/** Runs code on the Cairo machine. */
export const onMachine: CodeRunner = { run: runMachine };

/** Counts what the run used even when it fails. */
function runMachine(frame: CallFrame, runnable: RunnableClass, gas: bigint): CodeResult {
  const { context, request, record, countsGas } = frame;
  const { meter } = context;
  const entryPoint = runnable.casm.entryPoints[request.entryPointType].get(request.selector);
  if (entryPoint === undefined) throw new TypeError('the entry point was looked up before');
  const syscalls = new CallSyscalls(frame);
  const vm = new CairoMachine(runnable.casm.program, {
    stepLimit: meter.workLeft,
    ...(countsGas ? {} : { ownStepLimit: meter.stepsLeft }),
    syscalls,
  });
  const start = startEntryPoint(vm, entryPoint, request.calldata, gas);
  syscalls.begin(start.syscalls);
  try {
    vm.run();
    return { ...finishEntryPoint(vm, start), steps: vm.steps, builtinUses: usesOf(vm.memory) };
  } finally {
    meter.steps += vm.steps;
    meter.workLeft = Math.max(0, vm.stepLimit - vm.steps - vm.memory.extraSteps);
    if (!countsGas) meter.stepsLeft = vm.ownStepLimit - vm.steps;
    if (record !== undefined)
      Object.assign(record, { steps: vm.steps, builtinUses: usesOf(vm.memory) });
  }
}
