import { describe, expect, it } from 'vitest';
import { driverSteps } from '../src/driver.ts';
import { runLinked } from '../src/link.ts';
import { prepareBlock, selectCalls } from '../src/prepare.ts';
import { coverageOf, coveredSteps } from '../src/public-inputs.ts';
import { findViolation } from './support/check-trace.ts';
import { executeSample, logStepsOf, lookup, SAMPLE, tracedCall } from './support/sample-block.ts';

const options = { maxSteps: 2 ** 18, logStepsOf };

describe('runLinked', () => {
  it('runs the calls of a block as one valid trace with the results of the block', () => {
    const block = executeSample(SAMPLE);
    const { trace, cells, calls } = runLinked(block.calls, lookup);
    expect(findViolation(trace)).toBeUndefined();
    for (const [index, call] of calls.entries()) {
      const traced = tracedCall(block, index);
      expect(cells.range(call.calldata, call.calldataEnd)).toEqual(traced.calldata);
      expect(cells.range(call.result.retdata, call.result.retdataEnd)).toEqual(traced.result);
      expect(call.result.failed).toBe(traced.failed);
    }
    expect(calls.map((call) => call.result.failed)).toEqual([false, false, false, true, false]);
    expect(calls[2]?.result).toBeDefined();
  });

  it('takes the steps of the calls and of the driver, no more', () => {
    const block = executeSample(SAMPLE);
    const { trace } = runLinked(block.calls, lookup);
    const shapes = block.calls.map(() => ({ takesRangeCheck: true }));
    const steps = block.calls.reduce((sum, call) => sum + call.steps, 0);
    expect(trace.steps).toBe(steps + driverSteps(shapes));
  });

  it('hands the range-check pointer from call to call', () => {
    const { calls, run } = runLinked(executeSample(SAMPLE).calls, lookup);
    const ends = calls.map((call) => call.result.rangeCheckEnd as number);
    expect(ends.toSorted((left, right) => left - right)).toEqual(ends);
    expect(ends[0]).toBeGreaterThan(run.rangeCheck.begin);
    expect(ends.at(-1)).toBe(run.rangeCheck.stop);
  });

  it('runs the driver alone for an empty block', () => {
    const { trace, calls } = runLinked([], lookup);
    expect(findViolation(trace)).toBeUndefined();
    expect(calls).toEqual([]);
    expect(trace.steps).toBe(2);
  });

  it('refuses records that do not fit the code', () => {
    const [first, ...rest] = executeSample(SAMPLE).calls;
    if (first === undefined) throw new Error('no calls');
    const shorter = { ...first, steps: first.steps - 1 };
    expect(() => runLinked([shorter, ...rest], lookup)).toThrow();
    const fresh = executeSample(SAMPLE).calls.map((call) => ({ ...call, calldata: [3n] }));
    expect(() => runLinked(fresh, lookup)).toThrow();
  });
});

describe('prepareBlock', () => {
  it('gives a trace and a statement that agree on every public cell', () => {
    const { trace, statement } = prepareBlock(executeSample(SAMPLE), lookup, options);
    expect(findViolation(trace)).toBeUndefined();
    const view = new DataView(trace.memory.buffer);
    for (const { address, values } of statement.publicMemory)
      for (const [index, value] of values.entries()) {
        const low = view.getBigUint64((address + index) * 32, true);
        expect(low).toBe(value & 0xffff_ffff_ffff_ffffn);
      }
    expect(statement.initial).toEqual({
      pc: trace.registers[0],
      ap: trace.registers[1],
      fp: trace.registers[2],
    });
    const last = trace.registers.length - 3;
    expect(statement.final).toEqual({
      pc: trace.registers[last],
      ap: trace.registers[last + 1],
      fp: trace.registers[last + 2],
    });
    expect(statement.segments).toEqual(trace.segments);
  });

  it('covers all that it can, and says how much that is', () => {
    const { inputs } = prepareBlock(executeSample(SAMPLE), lookup, options);
    const steps = coveredSteps(inputs);
    expect(inputs.calls).toHaveLength(SAMPLE.length);
    expect(inputs.executedSteps).toBe(steps + SAMPLE.length * 100);
    expect(coverageOf(inputs)).toBe(steps / inputs.executedSteps);
  });

  it('covers what fits when a block is too large, and says so', () => {
    const block = executeSample(SAMPLE);
    const [first, second] = block.calls.map((call) => call.steps) as [number, number];
    const { inputs, trace } = prepareBlock(block, lookup, {
      ...options,
      maxSteps:
        first + second + driverSteps([{ takesRangeCheck: true }, { takesRangeCheck: true }]),
    });
    expect(inputs.calls.length).toBeLessThan(SAMPLE.length);
    expect(inputs.calls.length).toBeGreaterThan(0);
    expect(coverageOf(inputs)).toBeLessThan(1);
    expect(findViolation(trace)).toBeUndefined();
  });

  it('covers less when memory or range checks take more rows than the steps', () => {
    const block = executeSample(SAMPLE);
    const greedy = prepareBlock(block, lookup, {
      maxSteps: 2 ** 12,
      logStepsOf: ({ steps }) => Math.ceil(Math.log2(steps * 8)),
    });
    expect(greedy.inputs.run.logSteps).toBeLessThanOrEqual(12);
    expect(greedy.inputs.calls.length).toBeLessThan(SAMPLE.length);
    expect(greedy.inputs.calls.length).toBeGreaterThan(0);
  });

  it('leaves out calls that the traces do not show', () => {
    const block = executeSample(SAMPLE);
    const traces = block.facts.traces.map((trace, index) => (index === 1 ? {} : trace));
    const selected = selectCalls({ ...block, facts: { ...block.facts, traces } }, lookup, 2 ** 18);
    expect(selected.map((call) => call.transaction)).toEqual([0, 2, 3, 4]);
  });
});
