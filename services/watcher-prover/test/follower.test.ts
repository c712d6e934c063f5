import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { manualClock, silentLogger } from '@stackctl/runtime';
import { StackError } from '@stackctl/types';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ProofQueue } from '../src/queue/queue.ts';
import { type ChainView, type FollowerOptions, followChain } from '../src/watch/follower.ts';

let folder: string;
let queue: ProofQueue;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'follower-'));
  queue = ProofQueue.open(folder);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A chain whose block n has the hash 0x100 + n. */
function fakeNode() {
  const node = { height: 0, silent: false, runId: 'run', fork: 0n, requests: 0 };
  const answer = <T>(value: () => T) => {
    node.requests++;
    if (node.silent) throw new StackError('RPC_UNREACHABLE', { url: 'node', reason: 'silent' });
    return value();
  };
  const rpc = {
    starknet_blockNumber: async () => answer(() => node.height),
    stackctl_nodeStatus: async () => answer(() => ({ runId: node.runId, chainId: 1n })),
    starknet_getBlockWithTxHashes: async ({ block_id }: { block_id: { number: number } }) =>
      answer(() => {
        const { number } = block_id;
        const hash = 0x100n + BigInt(number) + node.fork;
        return {
          status: 'ACCEPTED_ON_L2',
          header: { number, hash, parentHash: number === 0 ? 0n : hash - 1n },
          transactions: [],
        };
      }),
  } as unknown as FollowerOptions['rpc'];
  return { node, rpc };
}

async function follow(rpc: FollowerOptions['rpc'], script: Array<() => void>) {
  const clock = manualClock();
  const view: ChainView = { height: -1, error: null };
  const stop = new AbortController();
  const running = followChain(
    { rpc, queue, view, clock, log: silentLogger, pollMs: 100, runId: 'run', chainId: 1n },
    stop.signal,
  );
  for (const step of script) {
    step();
    for (let turn = 0; turn < 80; turn++) await clock.advance(100);
  }
  stop.abort();
  await running;
  return view;
}

it('queues every block once, in order, from the genesis block on', async () => {
  const { node, rpc } = fakeNode();
  const view = await follow(rpc, [() => (node.height = 3), () => (node.height = 100)]);
  expect([...queue.table.jobs.keys()]).toEqual(Array.from({ length: 101 }, (_, block) => block));
  expect(queue.table.lastHash).toBe('0x164');
  expect(view).toEqual({ height: 100, error: null });
});

it('goes on where it was after the nodes were away', async () => {
  const { node, rpc } = fakeNode();
  node.height = 2;
  const view = await follow(rpc, [
    () => {},
    () => (node.silent = true),
    () => {
      node.silent = false;
      node.height = 4;
    },
  ]);
  expect(queue.table.next).toBe(5);
  expect(view.error).toBeNull();
});

it('refuses blocks that do not follow those that it has queued', async () => {
  const { node, rpc } = fakeNode();
  node.height = 2;
  const view = await follow(rpc, [
    () => {},
    () => {
      node.fork = 0x1000n;
      node.height = 3;
    },
  ]);
  expect(queue.table.next).toBe(3);
  expect(view.error).toMatch(/parent/);
});

it('refuses nodes of another run', async () => {
  const { node, rpc } = fakeNode();
  node.runId = 'other';
  const view = await follow(rpc, [() => {}]);
  expect(queue.table.next).toBe(0);
  expect(view).toMatchObject({ height: -1 });
  expect(view.error).toMatch(/other/);
});

it('asks less often when nobody answers, and rarely when nothing happens', async () => {
  const { node, rpc } = fakeNode();
  await follow(rpc, [() => {}]); // 8 seconds, a poll every 100 ms
  expect(node.requests).toBeLessThan(90);
  const silent = fakeNode();
  silent.node.silent = true;
  await follow(silent.rpc, [() => {}]);
  expect(silent.node.requests).toBeLessThan(10);
});
