import { WELL_KNOWN } from '@stackctl/contracts-l2';
import { balanceOf } from '@stackctl/execution';
import { systemClock } from '@stackctl/runtime';
import type { InvokeTransaction } from '@stackctl/types';
import { beforeEach, describe, expect, it } from 'vitest';
import { createPreConfirmed, type PreConfirmed } from '../src/execution/pre-confirmed.ts';
import { createPool, type Pool } from '../src/mempool/pool.ts';
import {
  accounts,
  createChain,
  hashed,
  SEQUENCER,
  START,
  type TestChain,
  transfer,
} from './chain-kit.ts';

let chain: TestChain;
let pool: Pool;
let view: PreConfirmed;
let told: string[];
let now: number;
/** Milliseconds that an execution takes. */
let cost: number;

beforeEach(async () => {
  chain = await createChain();
  pool = createPool();
  told = [];
  now = 0;
  cost = 0;
  const { ledger } = chain;
  view = createPreConfirmed({
    ledger,
    pool,
    start: () => ({
      number: ledger.head().number + 1,
      timestamp: START + 10,
      sequencerAddress: SEQUENCER,
    }),
    clock: { ...systemClock, monotonic: () => now },
    onCandidate: ({ hash }) => {
      now += cost;
      told.push(`candidate ${hash}`);
    },
    onIncluded: (block, index) => told.push(`included ${block.transactions[index]?.hash}`),
  });
});

function send(transaction: InvokeTransaction): bigint {
  const entry = hashed(transaction);
  pool.add(
    {
      hashed: entry,
      account: transaction.senderAddress,
      nonce: transaction.nonce,
      tip: transaction.tip,
      maxL2GasPrice: transaction.resourceBounds.l2Gas.maxPricePerUnit,
      addedAt: 0,
      local: true,
    },
    chain.ledger.latest().nonceAt(transaction.senderAddress),
  );
  return entry.hash;
}

async function commit(...transactions: InvokeTransaction[]): Promise<void> {
  const { ledger } = chain;
  const builder = ledger.startBlock({
    number: ledger.head().number + 1,
    timestamp: START + 20,
    sequencerAddress: SEQUENCER,
  });
  for (const each of transactions) expect(builder.add(hashed(each)).status).toBe('added');
  const block = builder.seal();
  await ledger.commit(block, { value: block.value, certificate: new Uint8Array() });
  pool.settle(block.body.stateDiff.nonces, 0);
}

describe('the pre-confirmed block', () => {
  it('has what waits in the pool, executed, and nothing else', async () => {
    expect(view.peek()).toBeUndefined();
    const first = send(transfer(0, 0n, { amount: 7n }));
    const second = send(transfer(0, 1n));
    const early = send(transfer(1, 5n));
    const block = await view.refresh();
    expect(block.transactions.map((each) => each.hash)).toEqual([first, second]);
    expect(block.receipts.map((each) => each.status)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
    expect(block.context.number).toBe(1);
    expect([block.indexOf(second), block.indexOf(early)]).toEqual([1, undefined]);
    const { address } = accounts[0] as { address: bigint };
    expect(block.state.nonceAt(address)).toBe(2n);
    expect(balanceOf(block.state, WELL_KNOWN.strk, 0x123n)).toBe(8n);
    expect(block.stateDiff().nonces).toEqual([{ address, nonce: 2n }]);
    expect(told).toEqual([first, second].flatMap((h) => [`candidate ${h}`, `included ${h}`]));
    expect(chain.ledger.latest().nonceAt(address)).toBe(0n);
  });

  it('grows by what comes, without executing anything twice', async () => {
    send(transfer(0, 0n));
    const block = await view.refresh();
    send(transfer(1, 0n));
    expect(await view.refresh()).toBe(block);
    expect(await view.refresh()).toBe(block);
    expect(block.transactions).toHaveLength(2);
    expect(told).toHaveLength(4);
    expect(view.peek()).toBe(block);
  });

  it('starts anew on another head, with what still waits', async () => {
    const mine = transfer(0, 0n);
    send(mine);
    const other = send(transfer(1, 0n));
    expect((await view.refresh()).transactions).toHaveLength(2);
    await commit(mine);
    expect(view.peek()).toBeUndefined();
    const block = await view.refresh();
    expect(block.context.number).toBe(2);
    expect(block.transactions.map((each) => each.hash)).toEqual([other]);
  });

  it('forgets a transaction that was replaced', async () => {
    const price = { maxAmount: 100_000_000n, maxPricePerUnit: 4n * 10n ** 9n };
    const { resourceBounds } = transfer(0, 0n);
    send(transfer(0, 0n));
    await view.refresh();
    const raised = { ...resourceBounds, l2Gas: price };
    const replacement = send(transfer(0, 0n, { resourceBounds: raised, tip: 5n }));
    const { transactions } = await view.refresh();
    expect(transactions.map((each) => each.hash)).toEqual([replacement]);
  });

  it('leaves out what cannot be included, and the account behind it, once', async () => {
    const bad = send(transfer(0, 0n, { signature: [1n, 2n] }));
    send(transfer(0, 1n));
    const good = send(transfer(1, 0n));
    const block = await view.refresh();
    expect(block.transactions.map((each) => each.hash)).toEqual([good]);
    send(transfer(2, 0n));
    expect((await view.refresh()).transactions).toHaveLength(2);
    expect(told.filter((line) => line === `candidate ${bad}`)).toHaveLength(1);
  });

  it('stops when its budget is spent, and goes on when time has passed', async () => {
    for (const account of [0, 1, 2]) for (let n = 0n; n < 4n; n++) send(transfer(account, n));
    cost = 100;
    const block = await view.refresh();
    expect(block.transactions).toHaveLength(2);
    await view.refresh();
    expect(block.transactions).toHaveLength(2);
    cost = 0;
    now += 10_000;
    await view.refresh();
    expect(block.transactions).toHaveLength(12);
  });

  it('serves many readers with one execution', async () => {
    send(transfer(0, 0n));
    send(transfer(1, 0n));
    const blocks = await Promise.all(Array.from({ length: 50 }, () => view.refresh()));
    expect(new Set(blocks).size).toBe(1);
    expect(told).toHaveLength(4);
  });
});
