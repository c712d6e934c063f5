import { computeHashOnElements, selector } from '@stackctl/crypto';
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

const CALLER = { address: 0xa11n, classHash: 0xa1n };
const ACCOUNT = { address: 0xb22n, classHash: 0xb2n };
const EXECUTE = selector('__execute__');
const SYSTEM = { SystemCall: { system: { Deref: { register: 'FP', offset: ARGUMENT.syscalls } } } };

/** Asks `syscall` for the account's entry point with its own calldata (and, for a meta
 * transaction, that again as the signature), and returns what that answered. */
function caller(syscall: string, entry: bigint): CasmClassJson {
  const meta = syscall === 'MetaTxV0';
  const cells = [shortString(syscall), ACCOUNT.address, entry];
  const ask = [
    ...cells.flatMap((cell) => push(cell)),
    store(ARGUMENT.syscalls, 0, 0),
    store(ARGUMENT.syscalls, 1, ARGUMENT.gas),
    store(ARGUMENT.syscalls, 2, 1),
    store(ARGUMENT.syscalls, 3, 2),
    ...[4, ...(meta ? [6] : [])].flatMap((at) => [
      store(ARGUMENT.syscalls, at, ARGUMENT.calldata),
      store(ARGUMENT.syscalls, at + 1, ARGUMENT.calldataEnd),
    ]),
  ];
  const end = meta ? 8 : 6;
  const answer = [
    load(ARGUMENT.syscalls, end),
    ...advance(ARGUMENT.syscalls, BigInt(end + 4)),
    ...push(0n),
    load(ARGUMENT.syscalls, end + 2),
    load(ARGUMENT.syscalls, end + 3),
    ret,
  ];
  const hints: CasmClassJson['hints'] = [[ask.length, [SYSTEM]]];
  return classOf([...ask, ...answer], [selector('run')], { hints, type: 'L1_HANDLER' });
}

/** An "account" whose `__execute__` asks for the execution info and returns its calldata. */
function account(): CasmClassJson {
  const ask = [
    ...push(shortString('GetExecutionInfo')),
    store(ARGUMENT.syscalls, 0, 0),
    store(ARGUMENT.syscalls, 1, ARGUMENT.gas),
  ];
  const answer = [
    load(ARGUMENT.syscalls, 2),
    ...advance(ARGUMENT.syscalls, 5n),
    ...push(0n),
    copy(ARGUMENT.calldata),
    copy(ARGUMENT.calldataEnd),
    ret,
  ];
  const hints: CasmClassJson['hints'] = [[ask.length, [SYSTEM]]];
  return classOf([...ask, ...answer], [EXECUTE], { hints });
}

function run(syscall: string, entry = EXECUTE) {
  const state = genesisState();
  for (const { address, classHash } of [CALLER, ACCOUNT]) {
    state.setClassHash(address, classHash);
    state.setCompiledClassHash(classHash, 1n);
  }
  const classes: ClassProvider = {
    casm: (hash) => (hash === CALLER.classHash ? caller(syscall, entry) : account()),
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
    nonce: 9n,
    contractAddress: CALLER.address,
    entryPointSelector: selector('run'),
    calldata: [1n, 2n],
  };
  const outcome = block.execute({ hash: hashTransaction(transaction, CHAIN_ID), transaction });
  if ('rejected' in outcome) throw new Error(outcome.rejected.message);
  return { receipt: outcome.receipt, result: outcome.trace.execute?.result, calls };
}

describe('__execute__ from a contract', () => {
  it('is refused through call_contract', () => {
    const { result, calls } = run('CallContract');
    expect(result).toEqual([shortString('Invalid argument')]);
    expect(calls.length).toBe(1);
  });

  it('runs through meta_tx_v0, for the account as sender of a version 0 transaction', () => {
    const { receipt, result, calls } = run('MetaTxV0');
    expect(receipt.revertReason).toBeUndefined();
    expect(result).toEqual([1n, 2n]);
    expect(calls[1]?.callerAddress).toBe(0n);
    const [info] = calls[1]?.syscalls[0]?.response ?? [];
    const transaction = info?.kind === 'struct' ? info.cells[1] : undefined;
    const fields = transaction?.kind === 'struct' ? transaction.cells : [];
    const calldata = computeHashOnElements([1n, 2n]);
    const prefix = shortString('invoke');
    const hash = computeHashOnElements([
      prefix,
      0n,
      ACCOUNT.address,
      EXECUTE,
      calldata,
      0n,
      CHAIN_ID,
    ]);
    expect(fields.slice(0, 7)).toEqual([
      { kind: 'felt', value: 0n },
      { kind: 'felt', value: ACCOUNT.address },
      { kind: 'felt', value: 0n },
      { kind: 'range', values: [1n, 2n] },
      { kind: 'felt', value: hash },
      { kind: 'felt', value: CHAIN_ID },
      { kind: 'felt', value: 0n },
    ]);
  });

  it('is the only function that meta_tx_v0 runs', () => {
    expect(run('MetaTxV0', selector('transfer')).result).toEqual([shortString('Invalid argument')]);
  });
});
