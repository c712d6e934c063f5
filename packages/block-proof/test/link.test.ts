import { describe, expect, it } from 'vitest';
import { driverSteps } from '../src/driver.ts';
import { runLinked } from '../src/link.ts';
import { prepareBlock } from '../src/prepare.ts';
import { callsOfParts } from '../src/public-inputs.ts';
import { findViolation } from './support/check-trace.ts';
import { createChain, mixedSample, shapeOf } from './support/real-block.ts';

const chain = createChain();
const block = chain.next(mixedSample(chain.genesis.addresses));
const { calls } = block.calls;
const options = { maxSteps: 2 ** 18, shapeOf };

describe('runLinked', () => {
  it('runs the calls of a block as one valid trace', () => {
    const linked = runLinked(calls, chain.lookup);
    expect(findViolation(linked.trace)).toBeUndefined();
    for (const [index, call] of linked.calls.entries())
      expect(linked.cells.range(call.calldata, call.calldataEnd)).toEqual(calls[index]?.calldata);
  });

  it('hands every builtin pointer from call to call, up to the end of its segment', () => {
    const linked = runLinked(calls, chain.lookup);
    const ends = new Map<string, number[]>();
    for (const call of linked.calls) {
      const casm = chain.lookup(call.classHash);
      const names = casm?.entryPoints[call.entryPointType].get(call.selector)?.builtins ?? [];
      for (const [at, name] of names.entries())
        ends.set(name, [...(ends.get(name) ?? []), call.result.builtins[at] as number]);
    }
    expect([...ends.keys()]).toEqual(expect.arrayContaining(['pedersen', 'range_check', 'ec_op']));
    for (const { name, begin, stop } of linked.run.builtins) {
      const own = ends.get(name) ?? [];
      expect(own.toSorted((left, right) => left - right)).toEqual(own);
      expect(own.at(-1)).toBe(stop);
      expect(own[0]).toBeGreaterThanOrEqual(begin);
    }
  });

  it('takes the steps of the calls and of the driver, no more', () => {
    const { trace, calls: linked } = runLinked(calls, chain.lookup);
    const shapes = linked.map(({ result }) => ({
      builtins: result.builtins.map(() => 'range_check' as const),
    }));
    const steps = calls.reduce((sum, call) => sum + call.steps, 0);
    expect(trace.steps).toBe(steps + driverSteps(shapes));
  });

  it('runs the driver alone for an empty block', () => {
    const { trace, calls: none } = runLinked([], chain.lookup);
    expect(findViolation(trace)).toBeUndefined();
    expect(none).toEqual([]);
    expect(trace.steps).toBe(2);
  });

  it('refuses records that do not fit the code', () => {
    const [first, ...rest] = calls;
    if (first === undefined) throw new Error('no calls');
    const shorter = { ...first, steps: first.steps - 1 };
    expect(() => runLinked([shorter, ...rest], chain.lookup)).toThrow();
    expect(() => runLinked([{ ...first, calldata: [3n] }, ...rest], chain.lookup)).toThrow();
  });
});

describe('prepareBlock', () => {
  it('gives a trace and a statement that agree on every public cell', () => {
    const [part] = prepareBlock(block.calls, chain.lookup, options).parts;
    if (part === undefined) throw new Error('no part');
    const { trace, statement } = part;
    const view = new DataView(trace.memory.buffer);
    for (const { address, values } of statement.publicMemory)
      for (const [index, value] of values.entries()) {
        const low = view.getBigUint64((address + index) * 32, true);
        expect(low).toBe(value & 0xffff_ffff_ffff_ffffn);
      }
    const last = trace.registers.length - 3;
    const [pc, ap, fp] = trace.registers;
    expect(statement.initial).toEqual({ pc, ap, fp });
    const [endPc, endAp, endFp] = trace.registers.subarray(last);
    expect(statement.final).toEqual({ pc: endPc, ap: endAp, fp: endFp });
    expect(statement.segments).toEqual(trace.segments);
  });

  it('cuts a block that is too large into parts that hold all calls in order', () => {
    const { inputs, parts } = prepareBlock(block.calls, chain.lookup, {
      ...options,
      maxSteps: 2 ** 10,
    });
    expect(parts.length).toBeGreaterThan(2);
    for (const { trace } of parts) expect(findViolation(trace)).toBeUndefined();
    const identities = callsOfParts(inputs).map(({ transaction, phase, selector, parent }) => ({
      transaction,
      phase,
      selector,
      parent,
    }));
    expect(identities).toEqual(
      calls.map(({ transaction, phase, selector, parent }) => ({
        transaction,
        phase,
        selector,
        parent,
      })),
    );
    for (const { calls: own, run } of inputs.parts)
      if (own.length > 1) expect(2 ** run.logSteps).toBeLessThanOrEqual(2 ** 10);
  });

  it('cuts when memory or builtins take more rows than the steps, and refuses one call that never fits', () => {
    const greedy = prepareBlock(block.calls, chain.lookup, {
      maxSteps: 2 ** 14,
      shapeOf: ({ steps }) => ({ layout: 'full', logSteps: Math.ceil(Math.log2(steps * 4)) }),
    });
    expect(greedy.parts.length).toBeGreaterThan(1);
    const never = () => {
      throw new RangeError('too large');
    };
    expect(() => prepareBlock(block.calls, chain.lookup, { maxSteps: 16, shapeOf: never })).toThrow(
      'too large',
    );
  });
});
