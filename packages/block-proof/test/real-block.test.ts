import { classes } from '@stackctl/contracts-l2';
import { describe, expect, it } from 'vitest';
import { callAt, type TracedCall } from '../src/block-facts.ts';
import { type ClassFacts, checkPublicInputs } from '../src/check-inputs.ts';
import { prepareBlock } from '../src/prepare.ts';
import { coverageOf } from '../src/public-inputs.ts';
import { findViolation } from './support/check-trace.ts';
import { createChain, mixedSample } from './support/real-block.ts';
import { logStepsOf } from './support/sample-block.ts';

const chain = createChain();
const block = chain.next(mixedSample(chain.genesis.addresses));
const prepared = prepareBlock(block.calls, chain.lookup, { maxSteps: 2 ** 18, logStepsOf });

const known: ClassFacts = {
  casm: (hash) => Object.values(classes).find(({ classHash }) => classHash === hash)?.casm,
  compiledClassHash: (hash) =>
    block.body.witness.compiledClassHashes.find(({ classHash }) => classHash === hash)
      ?.compiledClassHash,
};

describe('a block of signed transactions', () => {
  it('becomes a valid trace', () => {
    expect(findViolation(prepared.trace)).toBeUndefined();
  });

  it('covers what uses range checks only: executes, fibonacci and factorial', () => {
    const covered = prepared.inputs.calls.map(({ transaction, phase, path }) =>
      `${transaction} ${phase} ${path.join('.')}`.trim(),
    );
    expect(covered).toEqual(
      [
        ['0 execute', '0 execute 0'],
        ['1 execute', '1 execute 0'],
        ['2 execute'], // the transfer itself hashes with Pedersen
        ['4 execute', '4 execute 0', '4 execute 1'],
      ].flat(),
    );
    const coverage = coverageOf(prepared.inputs);
    expect(coverage).toBeGreaterThan(0.2);
    expect(coverage).toBeLessThan(1);
  });

  it('passes the verifier’s checks', () => {
    const { statement } = checkPublicInputs(prepared.publicInputs, block.calls.facts, known);
    expect(statement).toEqual(prepared.statement);
  });

  it('counts the steps of reverted calls as executed', () => {
    const shown = block.body.receipts.reduce((sum, receipt) => sum + receipt.steps, 0);
    expect(prepared.inputs.executedSteps).toBe(shown);
    expect(block.body.receipts[3]?.status).toBe('REVERTED');
  });

  it('does not pass for the next block, even with the same transactions', () => {
    const next = chain.next(mixedSample(chain.genesis.addresses));
    expect(() => checkPublicInputs(prepared.publicInputs, next.calls.facts, known)).toThrow();
  });

  it('does not pass when the transaction asked for something else, whatever the trace says', () => {
    const { facts } = block.calls;
    const transactions = facts.transactions.map(({ transaction }) => ({
      transaction: transaction.type === 'INVOKE' ? { ...transaction, calldata: [0n] } : transaction,
    }));
    const other = { ...facts, transactions };
    expect(() => checkPublicInputs(prepared.publicInputs, other, known)).toThrow(
      /transaction does not ask/,
    );
  });

  it('does not pass when a nested call of the trace had another result', () => {
    const { facts } = block.calls;
    const traces = structuredClone(facts.traces) as typeof facts.traces;
    const nested = callAt({ ...facts, traces }, { transaction: 0, phase: 'execute', path: [0] });
    (nested as { result: readonly bigint[] }).result = [1n];
    expect(() => checkPublicInputs(prepared.publicInputs, { ...facts, traces }, known)).toThrow(
      /result|response/,
    );
  });

  /** The facts with the transfer that transaction 2's covered call makes, itself not covered, changed. */
  function withTransfer(change: (transfer: TracedCall) => readonly TracedCall[]) {
    const { facts } = block.calls;
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
    ['of another contract', (transfer) => [{ ...transfer, contractAddress: 1n }]],
    ['of another entry point', (transfer) => [{ ...transfer, selector: 1n }]],
    ['as a library call', (transfer) => [{ ...transfer, callType: 'DELEGATE' }]],
    ['by another caller', (transfer) => [{ ...transfer, callerAddress: 1n }]],
    ['as failed', (transfer) => [{ ...transfer, failed: true }]],
    ['not at all', () => []],
    ['twice', (transfer) => [transfer, transfer]],
  ])('does not pass when the trace shows a nested call %s', (_name, change) => {
    const facts = withTransfer(change);
    expect(() => checkPublicInputs(prepared.publicInputs, facts, known)).toThrow(/call 4/);
  });

  it.each([
    ['time', { timestamp: 5 }],
    ['sequencer', { sequencerAddress: 5n }],
  ])('does not pass when contracts were told another %s', (name, change) => {
    const { facts } = block.calls;
    const header = { ...facts.header, ...change };
    expect(() => checkPublicInputs(prepared.publicInputs, { ...facts, header }, known)).toThrow(
      `told another ${name}`,
    );
  });

  it('covers the constructor of a deployed account and the calls that deploy contracts', () => {
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
      { account: 2, calls: [deploy(classes.fibonacci.classHash, [])] },
      { account: 3, calls: [deploy(classes.account.classHash, [0x77n])] },
    ]);
    const made = prepareBlock(deployed.calls, chain.lookup, { maxSteps: 2 ** 18, logStepsOf });
    expect(findViolation(made.trace)).toBeUndefined();
    const covered = made.inputs.calls.map(
      ({ transaction: index, entryPointType, path }) =>
        `${index} ${entryPointType} ${path.join('.')}`,
    );
    expect(covered).toEqual([
      '0 EXTERNAL ',
      '1 CONSTRUCTOR ',
      '2 EXTERNAL ',
      '3 EXTERNAL ',
      '3 CONSTRUCTOR 0.0', // the account that the deployer constructs, below a call not covered
    ]);
    expect(() => checkPublicInputs(made.publicInputs, deployed.calls.facts, known)).not.toThrow();
  });

  it('proves an empty block with the driver alone', () => {
    const empty = chain.next([]);
    const { inputs, trace, publicInputs } = prepareBlock(empty.calls, chain.lookup, {
      maxSteps: 2 ** 18,
      logStepsOf,
    });
    expect(inputs.calls).toEqual([]);
    expect(trace.steps).toBe(2);
    expect(coverageOf(inputs)).toBe(1);
    expect(() => checkPublicInputs(publicInputs, empty.calls.facts, known)).not.toThrow();
  });
});
