import { manualClock } from '@stackctl/runtime';
import { isStackError, StackError } from '@stackctl/types';
import { expect, test } from 'vitest';
import type { ProverView } from '../src/chain/prover.ts';
import { orInterrupted } from '../src/tasks/interrupt.ts';
import { waitProven } from '../src/tasks/proofs.ts';

const at = (provenHeight: number | null): ProverView => ({
  provenHeight,
  lag: null,
  lastProof: null,
  failing: [],
});

test('proofs: patience counts from the last progress', async () => {
  const clock = manualClock();
  let proven: number | null = null;
  const waiting = waitProven({
    target: 3,
    patienceMs: 10_000,
    read: () => Promise.resolve(at(proven)),
    onProgress: () => {},
    signal: new AbortController().signal,
    clock,
  });
  for (const height of [1, 2, 3]) {
    await clock.advance(9_000);
    proven = height;
  }
  await clock.advance(1_000);
  expect((await waiting).provenHeight).toBe(3);
});

test('proofs: no progress for long enough is a TIMEOUT that names the block', async () => {
  const clock = manualClock();
  const waiting = waitProven({
    target: 3,
    patienceMs: 10_000,
    read: () => Promise.resolve(at(1)),
    onProgress: () => {},
    signal: new AbortController().signal,
    clock,
  }).catch((error: unknown) => error);
  await clock.advance(11_000);
  const error = await waiting;
  expect(isStackError(error, 'TIMEOUT') && error.facts.waitingFor).toBe('the proof of block 2');
});

test('an interrupt wins over what is waited for, also when it came before', async () => {
  const controller = new AbortController();
  const reason = new StackError('INTERRUPTED', { signal: 'SIGINT' });
  const waiting = orInterrupted(new Promise(() => {}), controller.signal);
  controller.abort(reason);
  await expect(waiting).rejects.toBe(reason);
  await expect(orInterrupted(Promise.resolve(1), controller.signal)).rejects.toBe(reason);
  await expect(orInterrupted(Promise.resolve(1), new AbortController().signal)).resolves.toBe(1);
});
