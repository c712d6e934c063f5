import { classes as compiled } from '@stackctl/contracts-l2';
import { selector } from '@stackctl/crypto';
import type { CellValue } from '@stackctl/execution';
import { PRIME, shortString } from '@stackctl/types';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { replayBlock } from '../src/replay/replay-block.ts';
import type { BlockTranscript, VerifiedCall } from '../src/replay/types.ts';
import { encodeStorageWitness } from '../src/replay/witness-codec.ts';
import { createChain, mixedSample } from './support/real-block.ts';
import { type Replayable, replayableBlock, replayClasses } from './support/replayed-block.ts';

const key = 0xabcden;

/** Eleven blocks: every kind of transaction that the default classes allow, and the first old block hash. */
function sampleBlocks(): Replayable[] {
  const chain = createChain();
  const { strk, udc, fibonacci } = chain.genesis.addresses;
  const deployment = chain.deployAccount(key);
  const [low, high] = [10n ** 19n, 0n];
  const fund = { to: strk, entry: 'transfer', calldata: [deployment.address, low, high] };
  const deploy = {
    to: udc,
    entry: 'deployContract',
    calldata: [compiled.account.classHash, 5n, 0n, 1n, 77n],
  };
  const twice = [fund, { to: fibonacci, entry: 'record', calldata: [2n ** 40n] }];
  const samples = [
    mixedSample(chain.genesis.addresses),
    [{ account: 1, calls: [fund] }],
    [deployment.transaction, { account: 2, calls: [deploy] }, { account: 0, calls: twice }],
    [{ account: 3, calls: [{ to: 0x1234567n, entry: 'nothing', calldata: [] }] }],
    ...Array.from({ length: 6 }, () => []),
    [{ account: 2, calls: [fund] }],
  ];
  for (const sample of samples) chain.next(sample);
  return chain.blocks.slice(1).map((block) => replayableBlock(chain, block));
}

const blocks = sampleBlocks();

function replay(sample: Replayable, transcript = sample.transcript, bytes = sample.bytes) {
  return replayBlock(transcript, sample.block, replayClasses, bytes);
}

function sampleAt(index: number): Replayable {
  return blocks[index] as Replayable;
}

/** The transcript with one call changed. */
function withCall(
  { calls, stopped }: BlockTranscript,
  at: number,
  change: (call: VerifiedCall) => VerifiedCall,
): BlockTranscript {
  return { calls: calls.map((call, index) => (index === at ? change(call) : call)), stopped };
}

describe('replaying honest blocks', () => {
  it.each(blocks.map((block, index) => [index + 1, block] as const))(
    'block %i follows from its parent',
    (_number, block) => {
      expect(replay(block)).toEqual({ ok: true, unvalidated: [] });
    },
  );

  it('sees reverted, deployed and stopped calls', () => {
    expect(sampleAt(0).transcript.calls.some(({ failed }) => failed)).toBe(true);
    expect(sampleAt(2).transcript.calls.map(({ phase }) => phase)).toContain('constructor');
    expect(sampleAt(3).transcript.stopped).toHaveLength(1);
  });
});

/** A wrong transcript, with what is wrong in it. */
type Mutant = readonly [what: string, transcript: BlockTranscript];

/** Replays mutants, a seeded choice when there are many (MUTANTS=all: every one). None may be accepted. */
function expectRejected(sample: Replayable, mutants: readonly Mutant[], choose = 30): void {
  const seed = 20_251_120;
  const chosen =
    process.env.MUTANTS === 'all' || mutants.length <= choose
      ? mutants
      : fc.sample(fc.constantFrom(...mutants), { numRuns: choose, seed });
  const accepted = chosen.filter(([, transcript]) => replay(sample, transcript).ok);
  expect(accepted.map(([what]) => what)).toEqual([]);
}

describe('what another transcript, state or header gives', () => {
  const mixed = sampleAt(0);
  const { calls } = mixed.transcript;

  it('a stopped call is stated with its reason and its price', () => {
    const stopped = sampleAt(3);
    const [only] = stopped.transcript.stopped as [BlockTranscript['stopped'][number]];
    const withStopped = (change: object): BlockTranscript => ({
      ...stopped.transcript,
      stopped: [{ ...only, ...change }],
    });
    expect(replay(stopped, withStopped({ reason: 'another' })).ok).toBe(false);
    const usage = { ...only.usage, chargedSteps: only.usage.chargedSteps + 100_000 };
    expect(replay(stopped, withStopped({ usage })).ok).toBe(false);
    expect(replay(stopped, withStopped({ transaction: 7 })).ok).toBe(false);
    expect(replay(stopped, { ...stopped.transcript, stopped: [] }).ok).toBe(false);
  });

  it('leaving out, repeating or swapping calls', () => {
    const mutants = [...calls.entries()].flatMap(([at, call]): Mutant[] => {
      const next = calls[at + 1];
      const swapped = next === undefined ? [] : calls.with(at, next).with(at + 1, call);
      return [
        [`without ${at}`, { calls: calls.toSpliced(at, 1), stopped: [] }],
        [`twice ${at}`, { calls: calls.toSpliced(at, 0, call), stopped: [] }],
        [`swapped ${at}`, { calls: swapped, stopped: [] }],
      ];
    });
    expectRejected(mixed, mutants);
  });

  it('every field that says what a call is', () => {
    const changes: Array<(call: VerifiedCall) => Partial<VerifiedCall>> = [
      (call) => ({ transaction: call.transaction + 1 }),
      (call) => ({ parent: (call.parent ?? 7) + 1 }),
      (call) => ({ phase: call.phase === 'execute' ? 'validate' : 'execute' }),
      (call) => ({ classHash: call.classHash + 1n }),
      (call) => ({ contractAddress: call.contractAddress + 1n }),
      (call) => ({ callerAddress: call.callerAddress + 1n }),
      () => ({ entryPointType: 'L1_HANDLER' }),
      (call) => ({ callType: call.callType === 'CALL' ? 'DELEGATE' : 'CALL' }),
      () => ({ selector: selector('other') }),
      (call) => ({ calldata: [...call.calldata, 0n] }),
      (call) => ({ initialGas: call.initialGas + 1n }),
      (call) => ({ gasLeft: call.initialGas + 1n }),
      (call) => ({ failed: !call.failed }),
      () => ({ steps: -1 }),
      () => ({ builtinUses: { pedersen: 0.5 } }),
    ];
    const mutants = changes.flatMap((change, which) =>
      [...calls.keys()].map(
        (at): Mutant => [
          `change ${which} of call ${at}`,
          withCall(mixed.transcript, at, (call) => ({ ...call, ...change(call) })),
        ],
      ),
    );
    expectRejected(mixed, mutants, 60);
  });

  it('syscalls asked or answered otherwise, and results of nested calls', () => {
    const mutants = [...calls.entries()].flatMap(([at, call]): Mutant[] => {
      const mutant = (what: string, change: Partial<VerifiedCall>): Mutant => [
        `${what} of call ${at}`,
        withCall(mixed.transcript, at, (each) => ({ ...each, ...change })),
      ];
      const results =
        call.parent === undefined ? [] : [mutant('result', { retdata: [...call.retdata, 1n] })];
      const asked = call.syscalls.flatMap((syscall, index) =>
        [
          { gasLeft: syscall.gasLeft - 1n },
          { gas: syscall.gas + 1n },
          { failed: !syscall.failed },
          { selector: syscall.selector + 1n },
          { call: (syscall.call ?? 100) + 1 },
          { request: [...syscall.request, cell(0n)] },
          { response: [...syscall.response, cell(0n)] },
          ...syscall.response.map((value, which) => ({
            response: syscall.response.with(which, bent(value)),
          })),
        ].map((change) =>
          mutant(`syscall ${index}, ${Object.keys(change)[0]}`, {
            syscalls: call.syscalls.with(index, { ...syscall, ...change }),
          }),
        ),
      );
      return [...results, ...asked];
    });
    expectRejected(mixed, mutants, 100);
  });

  it('events and writes changed, added or dropped', () => {
    const mutants = [...calls.entries()].flatMap(([at, call]): Mutant[] => {
      // What a failed call did is dropped: changing it has no effect to be found.
      const isDropped = call.failed || (call.transaction === 3 && call.phase === 'execute');
      return call.syscalls.flatMap((syscall, index): Mutant[] => {
        const isEvent = syscall.selector === shortString('EmitEvent');
        const isWrite = syscall.selector === shortString('StorageWrite');
        if (isDropped || !(isEvent || isWrite)) return [];
        const last = syscall.request.at(-1) as CellValue;
        const request = syscall.request.with(-1, bent(last));
        // A zero over a zero may go unwritten.
        const isIdle = last.kind === 'felt' && last.value === 0n;
        return [
          call.syscalls.with(index, { ...syscall, request }),
          ...(isIdle ? [] : [call.syscalls.toSpliced(index, 1)]),
          ...(isEvent ? [call.syscalls.toSpliced(index, 0, syscall)] : []),
        ].map((syscalls, which) => [
          `${which} of ${at}/${index}`,
          withCall(mixed.transcript, at, (each) => ({ ...each, syscalls })),
        ]);
      });
    });
    expect(mutants.length).toBeGreaterThan(20);
    expectRejected(mixed, mutants, 40);
  });

  it('another header, nonce, fee or parent', () => {
    const { block } = mixed;
    for (const name of ['stateRoot', 'receiptCommitment', 'parentHash', 'hash'] as const) {
      const header = { ...block.header, [name]: block.header[name] + 1n };
      const verdict = replayBlock(
        mixed.transcript,
        { ...block, header },
        replayClasses,
        mixed.bytes,
      );
      expect(verdict.ok, name).toBe(false);
    }
    const [first, ...rest] = block.transactions;
    const { hash, transaction } = first as (typeof block.transactions)[number];
    for (const change of [{ nonce: 9n }, { tip: 1n }]) {
      const other = { hash, transaction: { ...transaction, ...change } as typeof transaction };
      const transactions = [other, ...rest];
      const verdict = replayBlock(
        mixed.transcript,
        { ...block, transactions },
        replayClasses,
        mixed.bytes,
      );
      expect(verdict.ok, Object.keys(change)[0]).toBe(false);
    }
  });

  it('the witness of another block, or one that opens less, more or something else', () => {
    expect(replay(mixed, mixed.transcript, sampleAt(1).bytes).ok).toBe(false);
    const { state, headers } = mixed.witness;
    const nodes = state.contractNodes;
    for (let at = 0; at < nodes.length; at += 7) {
      const contractNodes = nodes.filter((_, index) => index !== at);
      const bytes = encodeStorageWitness({ headers, state: { ...state, contractNodes } });
      expect(replay(mixed, mixed.transcript, bytes).ok, `without node ${at}`).toBe(false);
    }
    const [contract, ...contracts] = state.contracts as [(typeof state.contracts)[number]];
    for (const part of ['classHash', 'nonce', 'storageRoot'] as const) {
      const bent = { ...contract, [part]: contract[part] + 1n };
      const bytes = encodeStorageWitness({
        headers,
        state: { ...state, contracts: [bent, ...contracts] },
      });
      expect(replay(mixed, mixed.transcript, bytes).ok, part).toBe(false);
    }
  });

  it('the old block hash comes from the chain of headers', () => {
    const last = sampleAt(10);
    expect(last.witness.headers).toHaveLength(9);
    const headers = last.witness.headers.with(-1, {
      ...(last.witness.headers.at(-1) as (typeof last.witness.headers)[number]),
      parentHash: 5n,
    });
    const bytes = encodeStorageWitness({ ...last.witness, headers });
    expect(replay(last, last.transcript, bytes).ok).toBe(false);
  });
});

describe('hostile witness files', () => {
  it('no changed byte is accepted, none throws', () => {
    const sample = sampleAt(1);
    fc.assert(
      fc.property(
        fc.nat(sample.bytes.length - 1),
        fc.integer({ min: 1, max: 255 }),
        fc.boolean(),
        (at, change, cut) => {
          const bytes = cut ? sample.bytes.slice(0, at) : sample.bytes.slice();
          if (!cut) bytes[at] = (bytes[at] as number) ^ change;
          expect(replay(sample, sample.transcript, bytes).ok).toBe(false);
        },
      ),
      { numRuns: 100 },
    );
  });
});

function cell(value: bigint): CellValue {
  return { kind: 'felt', value };
}

function bent(value: CellValue): CellValue {
  switch (value.kind) {
    case 'felt':
      return cell((value.value + 1n) % PRIME);
    case 'struct':
      return { kind: 'struct', cells: value.cells.with(-1, bent(value.cells.at(-1) as CellValue)) };
    default:
      return { kind: value.kind, values: [...value.values, 1n] };
  }
}
