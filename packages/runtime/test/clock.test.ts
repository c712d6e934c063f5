import { isStackError } from '@stackctl/types';
import { expect, test } from 'vitest';
import { backoffMs, manualClock, systemClock, waitUntil } from '../src/index.ts';

test('backoff grows geometrically up to its cap', () => {
  const waits = [0, 1, 2, 3, 4].map((n) => backoffMs(n, { firstMs: 200, maxMs: 1_000 }));
  expect(waits).toEqual([200, 400, 800, 1_000, 1_000]);
});

test('a manual clock wakes sleepers in order of their due times', async () => {
  const clock = manualClock();
  const woken: string[] = [];
  void clock.sleep(20).then(() => woken.push(`late@${clock.now()}`));
  void clock.sleep(10).then(() => woken.push(`early@${clock.now()}`));
  await clock.advance(15);
  expect(woken).toEqual(['early@10']);
  await clock.advance(15);
  expect(woken).toEqual(['early@10', 'late@20']);
});

test('an aborted sleep rejects with the reason that was given', async () => {
  for (const clock of [systemClock, manualClock()]) {
    const controller = new AbortController();
    const sleep = clock.sleep(60_000, controller.signal);
    controller.abort(new Error('enough'));
    await expect(sleep).rejects.toThrow('enough');
  }
});

test('waitUntil answers, or gives up with TIMEOUT at the deadline', async () => {
  let asked = 0;
  const answer = await waitUntil(() => (++asked === 3 ? 'yes' : undefined), {
    waitingFor: 'the third time',
    deadlineMs: 5_000,
    intervalMs: 1,
  });
  expect(answer).toBe('yes');
  const error = await waitUntil(() => undefined, {
    waitingFor: 'nothing',
    deadlineMs: 20,
    intervalMs: 5,
  }).catch((caught: unknown) => caught);
  expect(isStackError(error, 'TIMEOUT') && error.facts.waitingFor).toBe('nothing');
});
