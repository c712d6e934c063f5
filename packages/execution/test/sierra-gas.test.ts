import { selector } from '@stackctl/crypto';
import { type CasmClassJson, type L1HandlerTransaction, shortString } from '@stackctl/types';
import { describe, expect, it } from 'vitest';
import {
  type CallRecord,
  type ClassProvider,
  createBlockExecutor,
  hashTransaction,
  type SierraVersion,
  sierraVersionOf,
} from '../src/index.ts';
import { messagesL1Gas } from '../src/rules/index.ts';
import {
  ARGUMENT,
  advance,
  classOf,
  copy,
  load,
  push,
  ret,
  returnCalldata,
  store,
} from './helpers/casm.ts';
import { blockContext, CHAIN_ID, genesisState } from './helpers/chain.ts';

const CALLER = { address: 0xa11n, classHash: 0xa1n };
const CALLEE = { address: 0xb22n, classHash: 0xb2n };
const RUN = selector('run');
const SYSTEM = { SystemCall: { system: { Deref: { register: 'FP', offset: ARGUMENT.syscalls } } } };
const [OLD, NEW]: readonly SierraVersion[] = [
  [1, 6, 9],
  [1, 7, 0],
];

/** Calls the callee; returns the gas that the response left. */
function caller(): CasmClassJson {
  const ask = [
    ...[shortString('CallContract'), CALLEE.address, RUN].flatMap((cell) => push(cell)),
    store(ARGUMENT.syscalls, 0, 0),
    store(ARGUMENT.syscalls, 1, ARGUMENT.gas),
    store(ARGUMENT.syscalls, 2, 1),
    store(ARGUMENT.syscalls, 3, 2),
    store(ARGUMENT.syscalls, 4, ARGUMENT.calldata),
    store(ARGUMENT.syscalls, 5, ARGUMENT.calldataEnd),
  ];
  const answer = [
    load(ARGUMENT.syscalls, 6),
    ...advance(ARGUMENT.syscalls, 10n),
    ...push(0n),
    copy(ARGUMENT.calldata),
    copy(ARGUMENT.calldataEnd),
    ret,
  ];
  return classOf([...ask, ...answer], [RUN], {
    hints: [[ask.length, [SYSTEM]]],
    type: 'L1_HANDLER',
  });
}

function run(callerVersion: SierraVersion | undefined, calleeVersion: SierraVersion | undefined) {
  const state = genesisState();
  for (const { address, classHash } of [CALLER, CALLEE]) {
    state.setClassHash(address, classHash);
    state.setCompiledClassHash(classHash, 1n);
  }
  const classes: ClassProvider = {
    casm: (hash) => (hash === CALLER.classHash ? caller() : classOf(returnCalldata, [RUN])),
    sierraVersion: (hash) => (hash === CALLER.classHash ? callerVersion : calleeVersion),
  };
  const calls: CallRecord[] = [];
  const block = createBlockExecutor({
    context: blockContext(),
    state,
    classes,
    blockHash: () => undefined,
    onCall: (call) => calls.push(call),
  });
  const transaction: L1HandlerTransaction = {
    type: 'L1_HANDLER',
    version: 0n,
    nonce: 0n,
    contractAddress: CALLER.address,
    entryPointSelector: RUN,
    calldata: [],
  };
  const outcome = block.execute({ hash: hashTransaction(transaction, CHAIN_ID), transaction });
  if ('rejected' in outcome) throw new Error(outcome.rejected.message);
  expect(outcome.receipt.status).toBe('SUCCEEDED');
  const [outer, inner] = calls as [CallRecord, CallRecord];
  const { receipt } = outcome;
  return { outer, inner, used: outer.initialGas - outer.gasLeft, receipt };
}

/** call_contract behind its base, and the entry of each call. */
const CALL_GAS = 91_560n - 10_000n;
const ENTRY_GAS = 10_000n;

describe('Sierra gas', () => {
  it('is shared by gas-counting calls, entry included', () => {
    const { outer, inner, used } = run(NEW, NEW);
    // os_constants.l1_handler_max_amount_bounds
    expect(outer.initialGas).toBe(100_000_000n);
    expect(inner.initialGas).toBe(outer.initialGas - ENTRY_GAS - CALL_GAS);
    expect(used).toBe(ENTRY_GAS + CALL_GAS + ENTRY_GAS);
  });

  it('is not taken by a step-counted callee, which has its own', () => {
    const { inner, used } = run(NEW, OLD);
    expect(inner.initialGas).toBe(10_000_000_000n);
    expect(used).toBe(ENTRY_GAS + CALL_GAS);
  });

  it.each([
    ['of an old version', OLD],
    ['of unknown version', undefined],
  ])('does not limit a caller %s, nor what it calls', (_name, version) => {
    const { outer, inner } = run(version, NEW);
    expect(outer.initialGas).toBe(10_000_000_000n);
    expect(inner.initialGas).toBe(10_000_000_000n);
  });
});

describe('the receipt of a handler', () => {
  // The operating system's 1,315 steps for a handler without payload, and 21 for no state published.
  const OVERHEAD = 1_315 + 21;
  const units = (steps: number) => BigInt(Math.ceil(steps / 400)) * 40_000n;

  it.each([
    ['both by gas', NEW, NEW, true, true],
    ['the callee by steps', NEW, OLD, true, false],
    ['both by steps', OLD, OLD, false, false],
    ['everything under a step-counted caller by steps', OLD, NEW, false, false],
  ])('counts %s', (_name, callerVersion, calleeVersion, outerByGas, innerByGas) => {
    const { outer, inner, receipt } = run(callerVersion, calleeVersion);
    let steps = OVERHEAD;
    // What the caller used includes what a gas-counted callee did; call_contract is 903 steps.
    if (!outerByGas) steps += outer.steps + 903;
    if (!innerByGas) steps += inner.steps;
    const gas = outerByGas ? outer.initialGas - outer.gasLeft : 0n;
    expect(receipt.gas).toEqual({
      l1Gas: messagesL1Gas([], 0),
      l1DataGas: 0n,
      l2Gas: gas + units(steps),
    });
  });
});

describe('sierraVersionOf', () => {
  const version = (...felts: string[]) =>
    sierraVersionOf({
      sierra_program: felts,
      contract_class_version: '0.1.0',
      entry_points_by_type: { EXTERNAL: [], L1_HANDLER: [], CONSTRUCTOR: [] },
      abi: [],
    });

  it('reads the first three felts', () => {
    expect(version('0x1', '0x7', '0x0', '0x2')).toEqual([1, 7, 0]);
    expect(version('0x1', '0x7')).toBeUndefined();
    expect(version('0x1', 'x', '0x0')).toBeUndefined();
    expect(version(`0x${'f'.repeat(60)}`, '0x7', '0x0')).toBeUndefined();
  });
});
