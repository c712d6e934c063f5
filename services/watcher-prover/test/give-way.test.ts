import { manualClock } from '@stackctl/runtime';
import { expect, it } from 'vitest';
import { createGiveWay } from '../src/prove/give-way.ts';

/** A chain whose mempool has these counts, one at each look; `undefined` for a node that is away. */
function chainOf(counts: ReadonlyArray<number | undefined>) {
  let looks = 0;
  const rpc = {
    stackctl_nodeStatus: async () => {
      const ready = counts[Math.min(looks++, counts.length - 1)];
      if (ready === undefined) throw new Error('away');
      return { mempool: { ready, queued: 0 } } as never;
    },
  };
  return { rpc, looks: () => looks };
}

async function waited(counts: ReadonlyArray<number | undefined>, busyAt = 100) {
  const clock = manualClock(0);
  const chain = chainOf(counts);
  const told: boolean[] = [];
  const giveWay = createGiveWay({
    rpc: chain.rpc,
    busyAt,
    clock,
    onWait: (isWaiting) => told.push(isWaiting),
  });
  let isDone = false;
  const done = giveWay(new AbortController().signal).then(() => {
    isDone = true;
  });
  let ms = 0;
  for (; !isDone && ms < 300_000; ms += 100) {
    await new Promise((resolve) => setImmediate(resolve));
    if (!isDone) await clock.advance(100);
  }
  await done;
  return { ms, looks: chain.looks(), told };
}

it('waits while the chain is busy, and says so', async () => {
  const { looks, told } = await waited([250, 180, 99]);
  expect(looks).toBe(3);
  expect(told).toEqual([true, true, false]);
});

it('does not wait for a quiet chain, nor for one that does not answer', async () => {
  expect((await waited([99])).told).toEqual([false]);
  expect((await waited([undefined])).told).toEqual([false]);
});

it('goes on after a minute of a chain that stays busy', async () => {
  const { ms } = await waited([1_000]);
  expect(ms).toBeGreaterThanOrEqual(60_000);
  expect(ms).toBeLessThan(62_000);
});

it('never asks when it is told to never wait', async () => {
  expect((await waited([1_000], 0)).looks).toBe(0);
});
