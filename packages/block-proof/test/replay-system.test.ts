import { selector } from '@stackctl/crypto';
import { shortString } from '@stackctl/types';
import { describe, expect, it } from 'vitest';
import { replayBlock } from '../src/replay/replay-block.ts';
import { encodeStorageWitness } from '../src/replay/witness-codec.ts';
import type { VerifiedCalls } from '../src/verified-call.ts';
import { fixtures } from './support/fixtures.ts';
import { createChain, known } from './support/real-block.ts';
import { type Replayable, replayableBlock } from './support/replayed-block.ts';

// Blocks with what the default contracts never do: declared classes, messages from and to L1, library
// calls, replaced classes, hashes and curves of the system, values that are removed, step-counted code.
const chain = createChain();
const { udc, strk } = chain.genesis.addresses;
const L1 = 0xe70n;

/** Deploys a class through the UDC (at a place that its salt alone gives) and says where it is. */
function deployed(classHash: bigint, salt: bigint, calldata: readonly bigint[] = []): bigint {
  const args = [classHash, salt, 0n, BigInt(calldata.length), ...calldata];
  const call = { to: udc, entry: 'deployContract', calldata: args };
  const { body } = chain.next([{ account: 1, calls: [call] }]);
  const contract = body.stateDiff.deployedContracts.at(-1);
  if (contract === undefined) throw new Error(`not deployed: ${body.receipts[0]?.revertReason}`);
  return contract.address;
}

const use = (account: number, to: bigint, entry: string, calldata: readonly bigint[] = []) => ({
  account,
  calls: [{ to, entry, calldata }],
});

chain.next([chain.declare(0, fixtures.courier), chain.declare(1, fixtures.messenger)]);
chain.next([chain.declare(2, fixtures.bookshop)]);
const courier = deployed(fixtures.courier.classHash, 1n);
const messenger = deployed(fixtures.messenger.classHash, 2n);
const shop = deployed(fixtures.bookshop.classHash, 3n, [0n, 0n, 0n, 0x0ffn]);
const blockNumbers = {
  declares: 1,
  shop: chain.blocks.length - 1,
  messages: chain.next([
    chain.fromL1(courier, 'receive', [L1, 77n], 0n),
    chain.fromL1(courier, 'receive', [L1, 0n], 1n), // refused: reverts
    chain.fromL1(messenger, 'deposit', [L1, 5n], 2n),
    chain.fromL1(courier, 'no_such_handler', [L1], 3n),
    use(0, messenger, 'send', [0xe71n, 2n, 8n, 9n]),
    use(1, courier, 'forward', [0xe71n, 0n]),
  ]).header.number,
  system: chain.next([
    use(0, courier, 'keccak', [1n, 5n, 6n]),
    use(1, courier, 'sha256', [3n, 1n, 2n, 3n]),
    use(2, courier, 'curves', [7n, 0n]),
    // Another class's code on the courier's storage, and a class that is not declared.
    use(3, courier, 'borrow', [fixtures.messenger.classHash, selector('received'), 0n]),
    use(0, courier, 'borrow', [0x123n, selector('received'), 0n]),
  ]).header.number,
  removed: chain.next([
    // Values that are set, removed and set again, with others beside them.
    use(0, strk, 'approve', [0x51n, 9n, 0n]),
    use(0, strk, 'approve', [0x52n, 9n, 0n]),
    use(0, strk, 'approve', [0x53n, 9n, 0n]),
  ]).header.number,
  removing: chain.next([
    use(0, strk, 'approve', [0x51n, 0n, 0n]),
    use(0, strk, 'approve', [0x52n, 0n, 0n]),
    use(1, shop, 'refuse', [5n]), // charged by steps
  ]).header.number,
  replaced: chain.next([
    use(2, courier, 'become', [fixtures.messenger.classHash]),
    use(3, courier, 'received'), // the new class
    use(3, courier, 'last'), // no longer there: reverts
  ]).header.number,
};

const blocks = chain.blocks.slice(1).map((block) => replayableBlock(chain, block));
const at = (name: keyof typeof blockNumbers) => blocks[blockNumbers[name] - 1] as Replayable;

function replay({ block, transcript, bytes }: Replayable, other: VerifiedCalls = transcript) {
  return replayBlock(other, block, known, bytes);
}

describe('blocks that use the system', () => {
  it.each(blocks.map((block, index) => [index + 1, block] as const))(
    'block %i follows',
    (_, block) => {
      expect(replay(block)).toMatchObject({ ok: true, unvalidated: [] });
    },
  );

  it('hold what they are made for', () => {
    const receipts = chain.blocks.flatMap(({ body }) => body.receipts);
    expect(receipts.flatMap(({ messages }) => messages)).toHaveLength(2);
    const reverted = (name: keyof typeof blockNumbers) =>
      chain.blocks[blockNumbers[name]]?.body.receipts.map(({ status }) => status === 'REVERTED');
    expect(reverted('messages')).toEqual([false, true, false, true, false, false]);
    expect(reverted('system')).toEqual([false, false, false, false, true]);
    expect(reverted('replaced')).toEqual([false, false, true]);
    const asked = new Set(
      blocks.flatMap(({ transcript }) =>
        transcript.calls.flatMap(({ syscalls }) => syscalls.map(({ selector: name }) => name)),
      ),
    );
    for (const name of [
      'LibraryCall',
      'ReplaceClass',
      'SendMessageToL1',
      'Keccak',
      'Sha256ProcessBlock',
      'Secp256k1Mul',
      'Secp256r1Mul',
      'Deploy',
    ])
      expect(asked.has(shortString(name)), name).toBe(true);
    const { stateDiff } = chain.blocks[blockNumbers.removing]?.body ?? {};
    const removed = stateDiff?.storage.flatMap(({ entries }) => entries) ?? [];
    expect(removed.filter(({ value }) => value === 0n).length).toBeGreaterThanOrEqual(2);
  });

  it('say which transactions are charged by stated steps', () => {
    expect(replay(at('removing'))).toMatchObject({ stepCounted: [2] });
    expect(replay(at('shop'))).toMatchObject({ stepCounted: [0] });
    expect(replay(at('messages'))).toMatchObject({ stepCounted: [2, 4] });
  });
});

describe('what is refused in them', () => {
  it('a declared class that compiles to something else, or was declared before', () => {
    const sample = at('declares');
    const [first, ...rest] = sample.block.transactions as [never, never];
    const { transaction, hash } = first as (typeof sample.block.transactions)[number];
    const other = { hash, transaction: { ...transaction, compiledClassHash: 5n } };
    const block = { ...sample.block, transactions: [other as never, ...rest] };
    expect(replay({ ...sample, block }).ok).toBe(false);
    const twice = { ...sample.block, transactions: [first, first] };
    expect(replay({ ...sample, block: twice }).ok).toBe(false);
  });

  it('any response of a system call that is another, and messages to L1 that are others', () => {
    for (const sample of [at('messages'), at('system'), at('replaced')]) {
      const { calls, stopped } = sample.transcript;
      const isReverted = (transaction: number) =>
        chain.blocks[sample.block.header.number]?.body.receipts[transaction]?.status === 'REVERTED';
      for (const [index, call] of calls.entries())
        for (const [which, syscall] of call.syscalls.entries()) {
          const change = (name: 'response' | 'request') => {
            const cell = syscall[name].findLast(({ kind }) => kind === 'felt');
            if (cell?.kind !== 'felt') return;
            const bent = { ...cell, value: cell.value ^ 1n };
            const cells = syscall[name].map((each) => (each === cell ? bent : each));
            const syscalls = call.syscalls.with(which, { ...syscall, [name]: cells });
            const changed = { calls: calls.with(index, { ...call, syscalls }), stopped };
            const what = `${name} of syscall ${which} of call ${index}`;
            expect(replay(sample, changed).ok, what).toBe(false);
          };
          change('response');
          if (syscall.selector === shortString('SendMessageToL1') && !isReverted(call.transaction))
            change('request');
        }
    }
  });

  it('messages from L1 that are left out, changed or handled by somebody else', () => {
    const sample = at('messages');
    const { calls, stopped } = sample.transcript;
    const handler = calls.findIndex(({ phase }) => phase === 'l1_handler');
    const call = calls[handler] as (typeof calls)[number];
    for (const changed of [
      calls.toSpliced(handler, 1),
      calls.with(handler, { ...call, entryPointType: 'EXTERNAL' as const }),
      calls.with(handler, { ...call, contractAddress: messenger }),
      calls.with(handler, { ...call, calldata: [L1, 78n] }),
      calls.with(handler, { ...call, failed: true }),
    ])
      expect(replay(sample, { calls: changed, stopped }).ok).toBe(false);
  });

  it('steps of step-counted code that give another fee', () => {
    const sample = at('removing');
    const { calls, stopped } = sample.transcript;
    const index = calls.findIndex(({ classHash }) => classHash === fixtures.bookshop.classHash);
    const call = calls[index] as (typeof calls)[number];
    const more = calls.with(index, { ...call, steps: call.steps + 100_000 });
    expect(replay(sample, { calls: more, stopped }).ok).toBe(false);
  });

  it('a witness without what stands beside a removed value', () => {
    const { witness, ...sample } = at('removing');
    const { contractNodes } = witness.state;
    for (const [index] of contractNodes.entries()) {
      const state = { ...witness.state, contractNodes: contractNodes.toSpliced(index, 1) };
      const bytes = encodeStorageWitness({ ...witness, state });
      expect(replay({ ...sample, witness, bytes }).ok, `node ${index}`).toBe(false);
    }
  });
});
