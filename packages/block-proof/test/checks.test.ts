import { ENTRY_POINT_INITIAL_BUDGET } from '@stackctl/cairo-vm';
import { classes } from '@stackctl/contracts-l2';
import { type Felt, isStackError } from '@stackctl/types';
import { describe, expect, it } from 'vitest';
import type { BlockFacts } from '../src/block-facts.ts';
import { type ClassFacts, checkPublicInputs } from '../src/check-inputs.ts';
import { prepareBlock } from '../src/prepare.ts';
import { type CoveredCall, coveredSteps, type PublicInputs } from '../src/public-inputs.ts';
import { encodePublicInputs } from '../src/public-inputs-codec.ts';
import { executeSample, logStepsOf, lookup, SAMPLE, tracedCall } from './support/sample-block.ts';

const block = executeSample(SAMPLE);
const { inputs, publicInputs } = prepareBlock(block, lookup, { maxSteps: 2 ** 18, logStepsOf });
const contracts = [classes.fibonacci, classes.factorial];
const known: ClassFacts = {
  casm: (classHash) => contracts.find((contract) => contract.classHash === classHash)?.casm,
  compiledClassHash: (classHash) =>
    contracts.find((contract) => contract.classHash === classHash)?.compiledClassHash,
};

/** The reason of the rejection; undefined when the inputs pass all checks besides the STARK. */
function rejection(
  changed: Partial<PublicInputs>,
  facts: BlockFacts = block.facts,
  classFacts: ClassFacts = known,
): string | undefined {
  try {
    checkPublicInputs(encodePublicInputs({ ...inputs, ...changed }), facts, classFacts);
    return undefined;
  } catch (error) {
    if (!isStackError(error)) throw error;
    return error.code === 'PROOF_REJECTED'
      ? (error.facts as { reason: string }).reason
      : error.message;
  }
}

function withCall(index: number, change: (call: CoveredCall) => CoveredCall) {
  return { calls: inputs.calls.map((call, at) => (at === index ? change(call) : call)) };
}

/** Public pages with one cell changed. */
function withCell(address: number, value: Felt) {
  return {
    pages: inputs.pages.map((page) => ({
      address: page.address,
      values: page.values.map((old, index) => (page.address + index === address ? value : old)),
    })),
  };
}

const first = inputs.calls[0] as CoveredCall;
const second = inputs.calls[1] as CoveredCall;

describe('checkPublicInputs', () => {
  it('accepts what the prover prepared', () => {
    expect(rejection({})).toBeUndefined();
    expect(() => checkPublicInputs(publicInputs, block.facts, known)).not.toThrow();
  });

  const { header } = block.facts;
  it.each<[string, Partial<BlockFacts>]>([
    ['number', { header: { ...header, number: 6 } }],
    ['hash', { header: { ...header, hash: 1n } }],
    ['parent', { header: { ...header, parentHash: 1n } }],
    ['chain', { chainId: 1n }],
    ['transactions', { transactionHashes: block.facts.transactionHashes.toReversed() }],
    ['transactions', { transactionHashes: block.facts.transactionHashes.slice(1) }],
    ['trace', { traces: block.facts.traces.slice(1) }],
  ])('refuses a block with another %s', (_name, change) => {
    expect(rejection({}, { ...block.facts, ...change })).toBeDefined();
  });

  it('refuses the proof of another block of the same chain', () => {
    const other = executeSample(SAMPLE, 8);
    expect(rejection({}, other.facts)).toMatch(/another block/);
  });

  it('refuses a skipped call that is still counted as covered', () => {
    const without = inputs.calls.slice(1);
    const executedSteps = without.reduce((sum, call) => sum + call.steps, 0);
    expect(rejection({ calls: without, executedSteps })).toMatch(/leaves out/);
  });

  it('refuses calls out of order or twice', () => {
    expect(rejection({ calls: inputs.calls.toReversed() })).toMatch(/order/);
    const small = { ...first, steps: 0 };
    expect(rejection({ calls: [small, ...inputs.calls], executedSteps: 10 ** 6 })).toMatch(
      /order|steps/,
    );
    expect(
      rejection({
        calls: [small, ...inputs.calls],
        run: { ...inputs.run, logSteps: 20 },
      }),
    ).toMatch(/order/);
  });

  it('refuses a call that the block does not have', () => {
    expect(rejection(withCall(0, (call) => ({ ...call, path: [3] })))).toMatch(/not in the block/);
    expect(rejection(withCall(4, (call) => ({ ...call, transaction: 9 })))).toMatch(
      /not in the block/,
    );
  });

  it.each<[string, (call: CoveredCall) => CoveredCall]>([
    ['class', (call) => ({ ...call, classHash: classes.factorial.classHash })],
    ['contract', (call) => ({ ...call, contractAddress: 5n })],
    ['selector', (call) => ({ ...call, selector: second.selector })],
    ['type', (call) => ({ ...call, entryPointType: 'L1_HANDLER' })],
    ['outcome', (call) => ({ ...call, result: { ...call.result, failed: true } })],
    ['calldata', (call) => ({ ...call, calldataEnd: call.calldata })],
    [
      'calldata of another call',
      (call) => ({ ...call, calldata: second.calldata, calldataEnd: second.calldataEnd }),
    ],
    [
      'result',
      (call) => ({ ...call, result: { ...call.result, retdataEnd: call.result.retdata } }),
    ],
    [
      'gas that grows',
      (call) => ({ ...call, gas: call.result.gas - ENTRY_POINT_INITIAL_BUDGET - 1n }),
    ],
    ['syscalls', (call) => ({ ...call, result: { ...call.result, syscallsEnd: call.syscalls } })],
    [
      'syscalls that end in the middle',
      (call) => ({ ...call, result: { ...call.result, syscallsEnd: call.result.syscallsEnd - 1 } }),
    ],
  ])('refuses a call with another %s', (_name, change) => {
    expect(rejection(withCall(0, change))).toBeDefined();
  });

  it('refuses a builtin that the entry point does not have', () => {
    const without = withCall(0, (call) => {
      const { rangeCheckEnd: _end, ...result } = call.result;
      return { ...call, result };
    });
    expect(rejection(without)).toBeDefined();
  });

  it('refuses a range-check pointer that moves back or leaves its segment', () => {
    const moved = (rangeCheckEnd: number) =>
      rejection(withCall(2, (call) => ({ ...call, result: { ...call.result, rangeCheckEnd } })));
    expect(moved(inputs.run.rangeCheck.begin)).toMatch(/moves back/);
    expect(
      rejection({
        run: {
          ...inputs.run,
          rangeCheck: { ...inputs.run.rangeCheck, stop: inputs.run.rangeCheck.stop - 1 },
        },
      }),
    ).toMatch(/leaves its segment/);
  });

  it('refuses another table of builtin costs', () => {
    expect(rejection(withCell(inputs.run.builtinCosts + 3, 0n))).toMatch(/costs/);
    expect(rejection({ run: { ...inputs.run, builtinCosts: 3 } })).toMatch(/costs/);
  });

  it('refuses changed calldata, results, events and syscall selectors', () => {
    expect(rejection(withCell(first.calldata, 21n))).toMatch(/calldata/);
    expect(rejection(withCell(first.result.retdata, 1n))).toMatch(/result/);
    expect(rejection(withCell(first.syscalls, 1n))).toMatch(/selector/);
    const event = tracedCall(block, 0).events[0];
    const copies = inputs.pages.flatMap((page) =>
      page.values.flatMap((value, index) =>
        value === event?.data[0] ? [page.address + index] : [],
      ),
    );
    // F(20): return data, event data, stored value, and what `last` reads and returns.
    expect(copies.length).toBeGreaterThan(3);
    const reasons = copies.map((address) => rejection(withCell(address, 99n)));
    expect(reasons).toContain("call 0: its result differs from the block's");
    expect(reasons).toContain("call 0: the data of an event differs from the block's");
  });

  it('refuses a block whose trace shows other events', () => {
    const traces = block.facts.traces.map((trace, index) =>
      index === 0 && trace.execute
        ? { execute: { ...trace.execute, calls: [{ ...tracedCall(block, 0), events: [] }] } }
        : trace,
    );
    expect(rejection({}, { ...block.facts, traces })).toMatch(/events/);
  });

  it('refuses missing, overlapping, empty and unordered pages', () => {
    const [page] = inputs.pages;
    if (page === undefined) throw new Error('no pages');
    const { address, values } = page;
    const halves = [
      { address, values: values.slice(0, 9) },
      { address: address + 9, values: values.slice(9) },
    ];
    expect(rejection({ pages: [] })).toMatch(/not public/);
    expect(rejection({ pages: halves })).toMatch(/touch/);
    expect(rejection({ pages: [page, { address: address - 9, values: [1n] }] })).toMatch(/order/);
    expect(rejection({ pages: [page, page] })).toMatch(/overlap/);
    expect(rejection({ pages: [{ address: 1, values: [1n] }, page] })).toMatch(/overlap/);
    const { begin } = inputs.run.execution;
    expect(rejection({ pages: [{ address: begin, values: [1n] }, page] })).toMatch(/frame/);
    expect(rejection({ pages: [{ address: address - 9, values: [] }, page] })).toMatch(/empty/);
  });

  it('refuses other bytecode under the same class hash', () => {
    const swapped = { ...known, casm: () => classes.factorial.casm };
    expect(rejection({}, block.facts, swapped)).toMatch(/bytecode/);
    expect(rejection({}, block.facts, { ...known, casm: () => undefined })).toMatch(/not known/);
    expect(rejection({}, block.facts, { ...known, compiledClassHash: () => undefined })).toMatch(
      /not declared/,
    );
  });

  it('refuses steps that do not add up', () => {
    expect(rejection({ executedSteps: coveredSteps(inputs) - 1 })).toMatch(/steps/);
    expect(rejection({ run: { ...inputs.run, logSteps: 5 } })).toMatch(/steps/);
    expect(rejection({ run: { ...inputs.run, logSteps: 60 } })).toMatch(/too long/);
  });
});
