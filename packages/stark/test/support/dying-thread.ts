// A thread of a prover that joins, and dies when there is work.
import { parentPort } from 'node:worker_threads';
import type { ToThread } from '../../src/threads/messages.ts';

parentPort?.on('message', (message: ToThread) => {
  if (message.kind !== 'join') throw new Error('out of order');
  parentPort?.postMessage({ kind: 'joined' });
});
