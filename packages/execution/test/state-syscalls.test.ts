import { classes as compiled } from '@stackctl/contracts-l2';
import { shortString } from '@stackctl/types';
import { describe, expect, it } from 'vitest';
import { ExecutionAbort } from '../src/abort.ts';
import type { ExecutionContext } from '../src/context.ts';
import { NO_RESOURCES } from '../src/rules/index.ts';
import type { CallFrame } from '../src/run-call.ts';
import { type CellValue, felt, range } from '../src/syscalls/cells.ts';
import type { SyscallOutcome } from '../src/syscalls/syscall.ts';
import { SYSCALLS } from '../src/syscalls/table.ts';
import { createContext } from '../src/transactions/environment.ts';
import { NO_TRANSACTION } from '../src/transactions/info.ts';
import { blockContext, genesis, genesisState, registry } from './helpers/chain.ts';

const SELF = genesis.addresses.strk;

/** A call of the STRK token in block 150, in the middle of its syscalls. */
function session(phase: ExecutionContext['phase'] = 'execute') {
  const state = genesisState();
  const block = blockContext({ number: 150, timestamp: 7_300 });
  const environment = { block, state, classes: registry, recorder: undefined };
  const context = createContext(environment, { ...NO_TRANSACTION, nonce: 4n }, phase);
  context.meter.workLeft = 1_000_000;
  context.meter.stepsLeft = 1_000_000;
  const frame = {
    context,
    request: { contractAddress: SELF, callerAddress: 0xca11e4n, selector: 0x5e1n },
    events: [],
    messages: [],
    calls: [],
    uses: new Map(),
    inner: NO_RESOURCES,
    countsGas: false,
    record: undefined,
  } as unknown as CallFrame;
  const ask = (name: string, ...request: CellValue[]): SyscallOutcome => {
    const syscall = SYSCALLS.get(shortString(name));
    if (syscall === undefined) throw new TypeError(name);
    return syscall.run({ frame, gas: 10n ** 9n, made: undefined }, request);
  };
  return { ask, frame, state };
}

const failure = (text: string) => ({ failure: [shortString(text)] });
const answer = (...values: bigint[]) => ({ cells: values.map(felt) });

describe('storage', () => {
  it('reads what it wrote, in the one domain there is', () => {
    const { ask } = session();
    expect(ask('StorageWrite', felt(0n), felt(5n), felt(6n))).toEqual(answer());
    expect(ask('StorageRead', felt(0n), felt(5n))).toEqual(answer(6n));
    expect(() => ask('StorageRead', felt(1n), felt(5n))).toThrow(ExecutionAbort);
    expect(() => ask('StorageWrite', felt(1n), felt(5n), felt(6n))).toThrow(ExecutionAbort);
  });
});

describe('get_block_hash', () => {
  it('knows hashes from ten blocks back; validation may not ask for later ones', () => {
    const { ask, state } = session();
    state.setStorage(1n, 140n, 0xabcn);
    expect(ask('GetBlockHash', felt(140n))).toEqual(answer(0xabcn));
    expect(ask('GetBlockHash', felt(141n))).toEqual(failure('Block number out of range'));
    const validating = session('validate');
    validating.state.setStorage(1n, 140n, 0xdefn);
    expect(validating.ask('GetBlockHash', felt(140n))).toEqual(answer(0xdefn));
    expect(() => validating.ask('GetBlockHash', felt(141n))).toThrow(ExecutionAbort);
  });
});

describe('classes', () => {
  it('get_class_hash_at and replace_class', () => {
    const { ask, state } = session();
    expect(ask('GetClassHashAt', felt(SELF))).toEqual(answer(compiled.erc20.classHash));
    expect(ask('GetClassHashAt', felt(0x77n))).toEqual(answer(0n));
    expect(ask('ReplaceClass', felt(compiled.udc.classHash))).toEqual(answer());
    expect(state.classHashAt(SELF)).toBe(compiled.udc.classHash);
    expect(() => ask('ReplaceClass', felt(0x77n))).toThrow(ExecutionAbort);
  });
});

describe('events and messages', () => {
  it('are kept in order, within limits', () => {
    const { ask, frame } = session();
    const many = (length: number) => range(Array.from({ length }, () => 1n));
    ask('EmitEvent', range([1n]), range([2n, 3n]));
    ask('EmitEvent', many(50), many(300));
    expect(frame.events.map(({ order, fromAddress }) => [order, fromAddress])).toEqual([
      [0, SELF],
      [1, SELF],
    ]);
    expect(() => ask('EmitEvent', many(51), many(1))).toThrow(ExecutionAbort);
    expect(() => ask('EmitEvent', many(1), many(301))).toThrow(ExecutionAbort);
    for (let i = 2; i < 1_000; i++) ask('EmitEvent', many(1), many(0));
    expect(() => ask('EmitEvent', many(1), many(0))).toThrow(/events/);
    ask('SendMessageToL1', felt(2n ** 160n - 1n), range([7n]));
    expect(frame.messages).toEqual([
      { fromAddress: SELF, toAddress: 2n ** 160n - 1n, payload: [7n], order: 0 },
    ]);
    expect(() => ask('SendMessageToL1', felt(2n ** 160n), range([]))).toThrow(ExecutionAbort);
  });
});

describe('get_execution_info', () => {
  const blockOf = (outcome: SyscallOutcome) => {
    const [info] = 'cells' in outcome ? outcome.cells : [];
    const [block] = info?.kind === 'struct' ? info.cells : [];
    return block?.kind === 'struct' ? block.cells : [];
  };

  it('tells the block; to validation a rounded one without sequencer', () => {
    const { sequencerAddress } = blockContext();
    const exact = blockOf(session().ask('GetExecutionInfo'));
    expect(exact).toEqual([150n, 7_300n, sequencerAddress].map(felt));
    const rounded = blockOf(session('validate').ask('GetExecutionInfo'));
    // An account that deploys itself is constructed as part of its validation.
    expect(blockOf(session('constructor').ask('GetExecutionInfo'))).toEqual(rounded);
    expect(rounded).toEqual([100n, 7_200n, 0n].map(felt));
  });

  it('tells caller, contract and selector behind the transaction', () => {
    const outcome = session().ask('GetExecutionInfo');
    const [info] = 'cells' in outcome ? outcome.cells : [];
    const cells = info?.kind === 'struct' ? info.cells : [];
    expect(cells.slice(2)).toEqual([0xca11e4n, SELF, 0x5e1n].map(felt));
    expect(cells[1]?.kind === 'struct' && cells[1].cells.length).toBe(14);
  });
});

describe('validation', () => {
  it.each<[string, CellValue[]]>([
    ['GetClassHashAt', [felt(SELF)]],
    ['CallContract', [felt(0x77n), felt(1n), range([])]],
    ['Deploy', [felt(1n), felt(1n), range([]), felt(0n)]],
    ['MetaTxV0', [felt(1n), felt(1n), range([]), range([])]],
  ])('may not use %s', (name, request) => {
    expect(() => session('validate').ask(name, ...request)).toThrow(/Unauthorized/);
    expect(() => session('constructor').ask(name, ...request)).toThrow(/Unauthorized/);
  });
});
