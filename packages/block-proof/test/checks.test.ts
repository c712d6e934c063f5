import { classes } from '@stackctl/contracts-l2';
import { type Felt, isStackError } from '@stackctl/types';
import { describe, expect, it } from 'vitest';
import type { BlockFacts, TracedCall } from '../src/block-facts.ts';
import { BUILTIN_CELLS } from '../src/builtins.ts';
import { type ClassFacts, checkPublicInputs } from '../src/check-inputs.ts';
import { prepareBlock } from '../src/prepare.ts';
import {
  callsOfParts,
  type LinkedRun,
  type Part,
  type ProvenCall,
  type PublicInputs,
} from '../src/public-inputs.ts';
import { encodePublicInputs } from '../src/public-inputs-codec.ts';
import { findViolation } from './support/check-trace.ts';
import { createChain, known, mixedSample, shapeOf } from './support/real-block.ts';

// Transactions: 0 fibonacci, 1 factorial, 2 transfer, 3 reverted by a panic, 4 multicall.
const chain = createChain();
const block = chain.next(mixedSample(chain.genesis.addresses));
const { facts } = block.calls;
const options = { maxSteps: 2 ** 18, shapeOf };
const prepared = prepareBlock(block.calls, chain.lookup, options);
const { inputs } = prepared;
const part = inputs.parts[0] as Part;
const { calls, run, pages } = part;

/** The reason of the rejection; undefined when the inputs pass all checks besides the STARK. */
function rejection(
  changed: Partial<PublicInputs>,
  facts: BlockFacts = block.calls.facts,
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

const withPart = (changed: Partial<Part>) => ({ parts: [{ ...part, ...changed }] });
const withRun = (changed: Partial<LinkedRun>) => withPart({ run: { ...run, ...changed } });

/** One call changed. */
function withCall(index: number, change: (call: ProvenCall) => ProvenCall) {
  return withPart({ calls: calls.map((call, at) => (at === index ? change(call) : call)) });
}

/** One public cell changed. */
function withCell(address: number, value: Felt) {
  return withPart({
    pages: pages.map((page) => ({
      address: page.address,
      values: page.values.map((old, index) => (page.address + index === address ? value : old)),
    })),
  });
}

/** Calls with one left out, and the places of the others moved up. */
function without(gone: number): ProvenCall[] {
  return calls
    .filter((_, index) => index !== gone)
    .map((call) =>
      call.parent !== undefined && call.parent > gone ? { ...call, parent: call.parent - 1 } : call,
    );
}

const indexOf = (test: (call: ProvenCall) => boolean) => calls.findIndex(test);
const fibonacci = classes.fibonacci.classHash;
const record = indexOf(({ classHash }) => classHash === fibonacci);
const revertedRoot = indexOf((call) => call.transaction === 3 && call.phase === 'execute');
const first = calls[record] as ProvenCall;

/** Builtins of a call's entry point. */
function builtinsOf(call: ProvenCall) {
  const casm = chain.lookup(call.classHash);
  return casm?.entryPoints[call.entryPointType].get(call.selector)?.builtins ?? [];
}

describe('a block of signed transactions', () => {
  it('becomes a valid trace of all its calls, those of the reverted main call too', () => {
    expect(findViolation(prepared.parts[0]?.trace as never)).toBeUndefined();
    const steps = block.body.receipts.reduce((sum, receipt) => sum + receipt.steps, 0);
    expect(calls.reduce((sum, call) => sum + call.steps, 0)).toBe(steps);
    expect(block.body.receipts[3]?.status).toBe('REVERTED');
    expect(facts.traces[3]?.execute).toBeUndefined();
    expect(calls[revertedRoot]?.result.failed).toBe(true);
    expect(calls.filter(({ phase }) => phase === 'validate')).toHaveLength(5);
    expect(calls.filter(({ phase }) => phase === 'fee_transfer')).toHaveLength(5);
  });

  it('passes, and reads what the calls did from public memory', () => {
    const checked = checkPublicInputs(prepared.publicInputs, facts, known);
    expect(checked.statements).toEqual(prepared.parts.map(({ statement }) => statement));
    expect(checked.calls.stopped).toEqual([]);
    const verified = checked.calls.calls;
    const names = ['index', 'transaction', 'classHash', 'callerAddress', 'parent'] as const;
    expect(verified.map((call) => names.map((name) => call[name]))).toHaveLength(calls.length);
    const call = verified[record];
    expect(call?.retdata).toEqual([832040n]); // F(30)
    expect(call?.syscalls.length).toBeGreaterThan(1);
    const caller = verified[call?.parent ?? -1];
    expect(caller?.syscalls[call?.parentSyscall ?? -1]?.call).toBe(record);
    expect(verified.some(({ builtinUses }) => (builtinUses.ec_op ?? 0) > 0)).toBe(true);
  });
});

describe('identity', () => {
  const { header } = facts;
  it.each<[string, Partial<BlockFacts>]>([
    ['another block number', { header: { ...header, number: 6 } }],
    ['another block', { header: { ...header, hash: 1n } }],
    ['another parent', { header: { ...header, parentHash: 1n } }],
    ['another chain', { chainId: 1n }],
    ['not those of the block', { transactionHashes: facts.transactionHashes.toReversed() }],
    ['not those of the block', { transactionHashes: facts.transactionHashes.slice(1) }],
    ['no trace', { traces: facts.traces.slice(1) }],
  ])('refuses the inputs for %s', (reason, change) => {
    expect(rejection({}, { ...facts, ...change })).toContain(reason);
  });

  it('refuses transactions that ask for something else, whatever the traces say', () => {
    const transactions = facts.transactions.map(({ transaction }) => ({
      transaction: transaction.type === 'INVOKE' ? { ...transaction, calldata: [0n] } : transaction,
    }));
    expect(rejection({}, { ...facts, transactions })).toMatch(/does not ask for its validate call/);
  });

  it.each([
    ['time', { timestamp: 5 }],
    ['sequencer', { sequencerAddress: 5n }],
  ])('refuses a block in which contracts were told another %s', (_name, change) => {
    const other = { ...facts, header: { ...header, ...change } };
    expect(rejection({}, other)).toMatch(/told another|fee_transfer/);
  });
});

describe('calls', () => {
  it('refuses a skipped call, nested, own or of a reverted main call', () => {
    expect(rejection(withPart({ calls: without(record) }))).toMatch(/left out|builtin|segment/);
    const nestedInReverted = indexOf(({ parent }) => parent === revertedRoot);
    expect(nestedInReverted).toBeGreaterThan(0);
    expect(rejection(withPart({ calls: without(nestedInReverted) }))).toMatch(/left out/);
    expect(rejection(withPart({ calls: calls.slice(0, -1) }))).toMatch(/left out/);
  });

  it('refuses calls out of order, twice, or below a call that did not make them', () => {
    const own = calls.filter(({ parent }) => parent === undefined);
    expect(rejection(withPart({ calls: own.toReversed() }))).toMatch(/order/);
    const [validate] = calls;
    if (validate === undefined) throw new Error('no calls');
    const shifted = calls.map((call) =>
      call.parent === undefined ? call : { ...call, parent: call.parent + 1 },
    );
    expect(rejection({ ...withPart({ calls: [validate, ...shifted] }) })).toBeDefined();
    expect(rejection(withCall(record, (call) => ({ ...call, parent: 0 })))).toMatch(/caller made/);
    expect(rejection(withCall(record, (call) => ({ ...call, parentSyscall: 90 })))).toBeDefined();
    expect(rejection(withCall(0, (call) => ({ ...call, phase: 'execute' })))).toMatch(
      /another block number/,
    );
    expect(rejection(withCall(calls.length - 1, (call) => ({ ...call, transaction: 9 })))).toMatch(
      /order/,
    );
  });

  it.each<[string, (call: ProvenCall) => ProvenCall, RegExp]>([
    ['class', (call) => ({ ...call, classHash: classes.factorial.classHash }), /./],
    ['contract', (call) => ({ ...call, contractAddress: 5n }), /another contractAddress/],
    ['caller', (call) => ({ ...call, callerAddress: 5n }), /another callerAddress/],
    ['call type', (call) => ({ ...call, callType: 'DELEGATE' }), /another callType/],
    ['type', (call) => ({ ...call, entryPointType: 'L1_HANDLER' }), /entry point/],
    ['outcome', (call) => ({ ...call, result: { ...call.result, failed: true } }), /another way/],
    ['calldata', (call) => ({ ...call, calldataEnd: call.calldata }), /another calldata/],
    [
      'result',
      (call) => ({ ...call, result: { ...call.result, retdataEnd: call.result.retdata } }),
      /another way/,
    ],
    ['gas that grows', (call) => ({ ...call, gas: 0n }), /more gas/],
    [
      'no syscalls',
      (call) => ({ ...call, result: { ...call.result, syscallsEnd: call.syscalls } }),
      /events|syscall/,
    ],
    [
      'syscalls that end in the middle',
      (call) => ({ ...call, result: { ...call.result, syscallsEnd: call.result.syscallsEnd - 1 } }),
      /past the end/,
    ],
  ])('refuses a call with another %s', (_name, change, reason) => {
    expect(rejection(withCall(record, change))).toMatch(reason);
  });

  it('refuses a transaction that is called stopped and was not', () => {
    const usage = { steps: 1, chargedSteps: 1, builtins: {}, sierraGas: 0n };
    const stopped = [{ transaction: 0, usage, reason: 'out of steps' }];
    expect(rejection({ stopped })).toMatch(/was not stopped/);
    const from = indexOf(({ transaction, phase }) => transaction === 0 && phase === 'execute');
    const to = indexOf(({ transaction, phase }) => transaction === 0 && phase === 'fee_transfer');
    const cut = calls
      .filter((_, index) => index < from || index >= to)
      .map((call) => ({
        ...call,
        parent:
          call.parent === undefined || call.parent < from ? call.parent : call.parent - (to - from),
      }));
    expect(rejection({ ...withPart({ calls: cut }), stopped })).toMatch(
      /traced and was not stopped/,
    );
  });
});

describe('memory', () => {
  it('refuses a builtin pointer that moves back, leaves its segment, or stops within an instance', () => {
    for (const name of ['pedersen', 'range_check', 'ec_op'] as const) {
      const { begin, stop } = run.builtins.find((segment) => segment.name === name) ?? {
        begin: 0,
        stop: 0,
      };
      const users = calls.flatMap((call, index) =>
        builtinsOf(call).includes(name) ? [index] : [],
      );
      const last = users.at(-1) as number;
      const moved = (pointer: number) =>
        rejection(
          withCall(last, (call) => {
            const builtins = call.result.builtins.map((old, at) =>
              builtinsOf(call)[at] === name ? pointer : old,
            );
            return { ...call, result: { ...call.result, builtins } };
          }),
        );
      expect(moved(begin)).toContain(`the ${name} pointer moves back`);
      expect(moved(stop + BUILTIN_CELLS[name])).toContain(`the ${name} pointer leaves its segment`);
      if (BUILTIN_CELLS[name] > 1)
        expect(
          rejection(
            withRun({
              builtins: run.builtins.map((segment) =>
                segment.name === name ? { ...segment, begin: segment.begin + 1 } : segment,
              ),
            }),
          ),
        ).toContain(`the ${name} pointer is within an instance`);
    }
  });

  it('refuses a builtin too few, and segments that are missing, twice or overlap', () => {
    const fewer = withCall(record, (call) => ({
      ...call,
      result: { ...call.result, builtins: call.result.builtins.slice(1) },
    }));
    expect(rejection(fewer)).toMatch(/not those of its entry point/);
    expect(rejection(withRun({ builtins: run.builtins.slice(1) }))).toMatch(/no segment for/);
    const [segment] = run.builtins;
    if (segment === undefined) throw new Error('no builtins');
    expect(rejection(withRun({ builtins: [segment, ...run.builtins] }))).toMatch(/overlap|two seg/);
    const { execution } = run;
    const overlapping = { ...execution, stop: segment.begin + 1 };
    expect(rejection(withRun({ execution: overlapping }))).toMatch(/segments overlap/);
    const other = calls[record + 1] as ProvenCall;
    expect(
      rejection(withCall(record, (call) => ({ ...call, syscalls: other.syscalls - 1 }))),
    ).toBeDefined();
    const shared = withCall(record, (call) => ({
      ...call,
      syscalls: other.syscalls,
      result: { ...call.result, syscallsEnd: other.result.syscallsEnd },
    }));
    expect(rejection(shared)).toMatch(/segments overlap/);
  });

  it('refuses another table of builtin costs', () => {
    expect(rejection(withCell(run.builtinCosts + 3, 0n))).toMatch(/costs/);
    expect(rejection(withRun({ builtinCosts: 3 }))).toMatch(/costs/);
  });

  it('refuses changed calldata, results, events, requests and selectors', () => {
    expect(rejection(withCell(first.calldata, 21n))).toMatch(/calldata/);
    expect(rejection(withCell(first.result.retdata, 1n))).toMatch(/another way/);
    expect(rejection(withCell(first.syscalls, 1n))).toMatch(/unknown selector/);
    const caller = calls[first.parent ?? -1] as ProvenCall;
    expect(rejection(withCell(caller.syscalls + 1, 0n))).toBeDefined();
  });

  it('refuses missing, overlapping, empty and unordered pages: one address has one value', () => {
    const [page] = pages;
    if (page === undefined) throw new Error('no pages');
    const { address, values } = page;
    const other = (...own: Part['pages']) => rejection(withPart({ pages: own }));
    expect(other()).toMatch(/not public/);
    expect(other(page, page)).toMatch(/overlap/);
    expect(other(page, { address, values: values.map((value) => value + 1n) })).toMatch(/overlap/);
    expect(other({ address: 1, values: [1n] }, page)).toMatch(/overlap/);
    expect(other({ address: run.execution.begin, values: [1n] }, page)).toMatch(/frame/);
    expect(other({ address: address - 9, values: [] }, page)).toMatch(/empty/);
  });

  it('refuses other bytecode under the same class hash', () => {
    const swapped = { ...known, casm: () => classes.factorial.casm };
    expect(rejection({}, facts, swapped)).toMatch(/bytecode/);
    expect(rejection({}, facts, { ...known, casm: () => undefined })).toMatch(/not known/);
    const undeclared = { ...known, compiledClassHash: () => undefined };
    expect(rejection({}, facts, undeclared)).toMatch(/not declared/);
  });

  it('refuses a run that is too short or too long', () => {
    expect(rejection(withRun({ logSteps: 5 }))).toMatch(/steps/);
    expect(rejection(withRun({ logSteps: 60 }))).toMatch(/too long/);
  });
});

describe('traces', () => {
  /** The facts with what transaction 2's main call shows as its nested calls changed. */
  function withTransfer(change: (transfer: TracedCall) => readonly TracedCall[]) {
    const traces = facts.traces.map((trace, index) => {
      const [transfer] = trace.execute?.calls ?? [];
      if (index !== 2 || trace.execute === undefined || transfer === undefined) return trace;
      return { ...trace, execute: { ...trace.execute, calls: change(transfer) } };
    });
    return { ...facts, traces };
  }

  it.each<[string, (transfer: TracedCall) => readonly TracedCall[]]>([
    ['with another result', (transfer) => [{ ...transfer, result: [0n] }]],
    ['with other calldata', (transfer) => [{ ...transfer, calldata: [1n, 2n, 0n] }]],
    ['with other events', (transfer) => [{ ...transfer, events: [] }]],
    ['of another class', (transfer) => [{ ...transfer, classHash: 1n }]],
    ['of another contract', (transfer) => [{ ...transfer, contractAddress: 1n }]],
    ['as failed', (transfer) => [{ ...transfer, failed: true }]],
    ['not at all', () => []],
    ['twice', (transfer) => [transfer, transfer]],
  ])('refuses a trace that shows a nested call %s', (_name, change) => {
    expect(rejection({}, withTransfer(change))).toMatch(/transaction 2: its trace/);
  });
});

describe('parts', () => {
  const cut = prepareBlock(block.calls, chain.lookup, { ...options, maxSteps: 2 ** 12 });
  const { parts } = cut.inputs;

  it('hold all calls, in order, none twice', () => {
    expect(parts.length).toBeGreaterThan(1);
    expect(rejection({ parts })).toBeUndefined();
    expect(callsOfParts(cut.inputs)).toHaveLength(calls.length);
    expect(rejection({ parts: parts.slice(1) })).toBeDefined();
    expect(rejection({ parts: parts.slice(0, -1) })).toMatch(/left out/);
    expect(rejection({ parts: parts.toReversed() })).toBeDefined();
    const [one] = parts;
    if (one === undefined) throw new Error('no parts');
    expect(rejection({ parts: [one, ...parts] })).toBeDefined();
    expect(rejection({ parts: [...parts, { ...one, calls: [] }] })).toMatch(/no calls/);
    expect(rejection({ parts: [] })).toMatch(/parts/);
  });
});

describe('other blocks', () => {
  it('takes deployments and their constructors, in order of start', () => {
    const { strk, udc } = chain.genesis.addresses;
    const { address, transaction } = chain.deployAccount(0x1234567n);
    const transfer = { to: strk, entry: 'transfer', calldata: [address, 10n ** 20n, 0n] };
    const deploy = (classHash: bigint, calldata: readonly bigint[]) => ({
      to: udc,
      entry: 'deployContract',
      calldata: [classHash, 5n, 0n, BigInt(calldata.length), ...calldata],
    });
    const deployed = chain.next([
      { account: 1, calls: [transfer] },
      transaction,
      { account: 2, calls: [deploy(fibonacci, [])] },
      { account: 3, calls: [deploy(classes.account.classHash, [0x77n])] },
    ]);
    const made = prepareBlock(deployed.calls, chain.lookup, options);
    expect(findViolation(made.parts[0]?.trace as never)).toBeUndefined();
    const own = callsOfParts(made.inputs).filter((call) => call.transaction === 1);
    expect(own.filter(({ parent }) => parent === undefined).map(({ phase }) => phase)).toEqual([
      'constructor',
      'validate',
      'fee_transfer',
    ]);
    expect(() => checkPublicInputs(made.publicInputs, deployed.calls.facts, known)).not.toThrow();
    expect(() => checkPublicInputs(made.publicInputs, facts, known)).toThrow(/another block/);
  });

  it('takes a main call that the machine stopped as what it is: reverted, and paying its fee', () => {
    const nobody = { to: 0xdeadn, entry: 'record', calldata: [] };
    const stopping = chain.next([{ account: 0, calls: [nobody] }]);
    const made = prepareBlock(stopping.calls, chain.lookup, options);
    const receipt = stopping.body.receipts[0];
    expect(receipt?.status).toBe('REVERTED');
    const [stopped] = made.inputs.stopped;
    expect(stopped).toMatchObject({ transaction: 0, reason: receipt?.revertReason });
    expect(stopped?.usage.steps).toBeGreaterThan(0);
    const own = callsOfParts(made.inputs).filter(({ parent }) => parent === undefined);
    expect(own.map(({ phase }) => phase)).toEqual(['validate', 'fee_transfer']);
    const checked = checkPublicInputs(made.publicInputs, stopping.calls.facts, known);
    expect(checked.calls.stopped).toEqual(made.inputs.stopped);
  });

  it('takes a block without transactions: the driver alone', () => {
    const empty = chain.next([]);
    const made = prepareBlock(empty.calls, chain.lookup, options);
    expect(callsOfParts(made.inputs)).toEqual([]);
    expect(made.parts[0]?.trace.steps).toBe(2);
    expect(() => checkPublicInputs(made.publicInputs, empty.calls.facts, known)).not.toThrow();
  });
});
