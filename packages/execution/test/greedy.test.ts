import type { CasmClassJson } from '@stackctl/types';
import { describe, expect, it } from 'vitest';
import { type ClassProvider, call, createBlockExecutor } from '../src/index.ts';
import {
  blockContext,
  genesis,
  genesisState,
  invoke,
  registry,
  type TestAccount,
} from './helpers/chain.ts';
import { EC_OP_INPUTS, fillsBuiltin, greedyClasses, RUN } from './helpers/greedy.ts';

const ADDRESS = 0xbadn;
const CLASS = 0xc1a55n;

function run(json: CasmClassJson) {
  const state = genesisState();
  state.setClassHash(ADDRESS, CLASS);
  state.setCompiledClassHash(CLASS, 1n);
  const classes: ClassProvider = { casm: (hash) => (hash === CLASS ? json : undefined) };
  const at = { contractAddress: ADDRESS, selector: RUN, calldata: [] };
  return call({ block: blockContext(), state, classes, ...at });
}

const REASONS: Readonly<Record<string, RegExp>> = {
  'reserves all memory': /the stack is full/,
  'allocates segments': /too many memory segments/,
  'calls itself': /call depth/,
  'emits events': /event/i,
  'sends messages': /message/i,
  'compresses blocks': /opcode extensions are not run here/,
  'jumps anywhere': /./,
  'jumps before its code': /outside the program/,
};

describe('classes that do as much as they can', () => {
  it.each(greedyClasses(ADDRESS))('that %s, are stopped', (name, json) => {
    const outcome = run(json);
    expect(outcome).toMatchObject({ failure: 'CONTRACT_ERROR' });
    expect('message' in outcome && outcome.message).toMatch(REASONS[name] ?? /out of steps/);
  });

  it('may leave builtins for the end that they can pay for', () => {
    expect(run(fillsBuiltin('ec_op', 7, EC_OP_INPUTS, 2))).toMatchObject({ result: [] });
    expect(run(fillsBuiltin('poseidon', 6, [1n, 2n, 3n], 4))).toMatchObject({ result: [] });
  });
});

describe('a transaction that emits more than it may', () => {
  const emits = greedyClasses(ADDRESS).find(([name]) => name === 'emits events');

  it('is reverted and pays: the event of its fee is none of its own', () => {
    const state = genesisState();
    state.setClassHash(ADDRESS, CLASS);
    state.setCompiledClassHash(CLASS, 1n);
    const { provider } = registry;
    const executor = createBlockExecutor({
      context: blockContext(),
      state,
      classes: {
        casm: (hash) => (hash === CLASS ? emits?.[1] : provider.casm(hash)),
        sierraVersion: (hash) => provider.sierraVersion?.(hash),
      },
      blockHash: () => undefined,
    });
    const [account] = genesis.accounts as [TestAccount];
    const outcome = executor.execute(
      invoke(account, 0n, [{ to: ADDRESS, name: 'run', calldata: [] }]),
    );
    expect(outcome).toMatchObject({
      receipt: { status: 'REVERTED', revertReason: expect.stringMatching(/1000 events/) },
      trace: { feeTransfer: { events: [{ order: 0 }] } },
    });
  });
});
