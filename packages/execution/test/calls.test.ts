import { selector } from '@stackctl/crypto';
import { type CasmClassJson, type L1HandlerTransaction, shortString } from '@stackctl/types';
import { describe, expect, it } from 'vitest';
import {
  type CallRecord,
  type ClassProvider,
  createBlockExecutor,
  hashTransaction,
} from '../src/index.ts';
import { ARGUMENT, advance, classOf, copy, load, push, ret, store } from './helpers/casm.ts';
import { blockContext, CHAIN_ID, genesisState } from './helpers/chain.ts';

// A caller that goes on after its callee failed. Hand-written: callers of the compiler panic.

const CALLER = { address: 0xa11n, classHash: 0xa1n };
const CALLEE = { address: 0xb22n, classHash: 0xb2n };
const RUN = selector('run');
const KEY = 0x5n;
const SYSTEM = { SystemCall: { system: { Deref: { register: 'FP', offset: ARGUMENT.syscalls } } } };

/** Locals from [fp] on hold `cells`; then the request [cells[0], gas, rest...] at the syscalls. */
function request(cells: readonly bigint[]): bigint[] {
  return [
    ...cells.flatMap((cell) => push(cell)),
    store(ARGUMENT.syscalls, 0, 0),
    store(ARGUMENT.syscalls, 1, ARGUMENT.gas),
    ...cells.slice(1).map((_, i) => store(ARGUMENT.syscalls, i + 2, i + 1)),
  ];
}

/** Writes 7 at KEY and returns its calldata with the given panic flag. */
function callee(panics: bigint): CasmClassJson {
  const ask = request([shortString('StorageWrite'), 0n, KEY, 7n]);
  const answer = [
    copy(ARGUMENT.gas),
    // Five cells of request, two of response.
    ...advance(ARGUMENT.syscalls, 7n),
    ...push(panics),
    copy(ARGUMENT.calldata),
    copy(ARGUMENT.calldataEnd),
    ret,
  ];
  return classOf([...ask, ...answer], [RUN], { hints: [[ask.length, [SYSTEM]]] });
}

/** Calls the callee (or its class) with its own calldata and returns, without panic, what that answered. */
function caller(syscall: string, target: bigint): CasmClassJson {
  const ask = [
    ...request([shortString(syscall), target, RUN]),
    store(ARGUMENT.syscalls, 4, ARGUMENT.calldata),
    store(ARGUMENT.syscalls, 5, ARGUMENT.calldataEnd),
  ];
  const answer = [
    load(ARGUMENT.syscalls, 6),
    // Six cells of request, four of response.
    ...advance(ARGUMENT.syscalls, 10n),
    ...push(0n),
    load(ARGUMENT.syscalls, 8),
    load(ARGUMENT.syscalls, 9),
    ret,
  ];
  const hints: CasmClassJson['hints'] = [[ask.length, [SYSTEM]]];
  return classOf([...ask, ...answer], [RUN], { hints, type: 'L1_HANDLER' });
}

function run(panics: bigint, syscall = 'CallContract', target = CALLEE.address) {
  const state = genesisState();
  for (const { address, classHash } of [CALLER, CALLEE]) {
    state.setClassHash(address, classHash);
    state.setCompiledClassHash(classHash, 1n);
  }
  const classes: ClassProvider = {
    casm: (hash) => (hash === CALLER.classHash ? caller(syscall, target) : callee(panics)),
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
    calldata: [1n, 2n],
  };
  const outcome = block.execute({ hash: hashTransaction(transaction, CHAIN_ID), transaction });
  if ('rejected' in outcome) throw new Error(outcome.rejected.message);
  expect(outcome.receipt.status).toBe('SUCCEEDED');
  const written = block.state.storageAt(CALLEE.address, KEY);
  const ownWrite = block.state.storageAt(CALLER.address, KEY);
  return { result: outcome.trace.execute?.result, calls, written, ownWrite };
}

describe('a caller that goes on', () => {
  it("gets the callee's data when it succeeds, and what it wrote stays", () => {
    const { result, calls, written } = run(0n);
    expect(result).toEqual([1n, 2n]);
    expect(written).toBe(7n);
    expect(calls.map(({ failed, parent }) => [failed, parent])).toEqual([
      [false, undefined],
      [false, 0],
    ]);
  });

  it('runs a library on its own storage and for its own caller', () => {
    const { result, calls, written, ownWrite } = run(0n, 'LibraryCall', CALLEE.classHash);
    expect([result, written, ownWrite]).toEqual([[1n, 2n], 0n, 7n]);
    expect(calls[1]).toMatchObject({
      callType: 'DELEGATE',
      contractAddress: CALLER.address,
      callerAddress: 0n,
      classHash: CALLEE.classHash,
    });
  });

  it('gets its panic and ENTRYPOINT_FAILED when it fails, and what it wrote is undone', () => {
    const { result, calls, written } = run(1n);
    expect(result).toEqual([1n, 2n, shortString('ENTRYPOINT_FAILED')]);
    expect(written).toBe(0n);
    expect(calls.map(({ failed }) => failed)).toEqual([false, true]);
    expect(calls[0]?.syscalls[0]).toMatchObject({ failed: true, call: 1 });
  });
});
