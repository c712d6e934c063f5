import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ProofStore, proofNames } from '@stackctl/block-proof';
import { manualClock, silentLogger } from '@stackctl/runtime';
import { StackError } from '@stackctl/types';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ProvenBlock, ProverRequest } from '../src/prove/messages.ts';
import { proveQueued } from '../src/prove/prover-loop.ts';
import { provenHeight } from '../src/queue/jobs.ts';
import { ProofQueue } from '../src/queue/queue.ts';
import { createCounters, metricsOf, statusOf } from '../src/status.ts';

let folder: string;
let queue: ProofQueue;
let stopping: AbortController;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'prover-loop-'));
  queue = ProofQueue.open(folder);
  stopping = new AbortController();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const hashOf = (block: number) => `0x${(block + 0x100).toString(16)}`;
const provenOf = (block: number): ProvenBlock => ({
  proof: new Uint8Array([block, 1]),
  publicInputs: new Uint8Array([block, 2]),
  steps: 1000,
  securityBits: 98,
  parts: 2,
  timings: { commit: 500 },
});

/** A store in memory that logs what is written. */
function memoryStore() {
  const objects = new Map<string, Uint8Array>();
  const writes: string[] = [];
  const store: ProofStore = {
    put: async (name, bytes) => {
      writes.push(name);
      objects.set(name, bytes);
    },
    get: async (name) => objects.get(name),
    has: async (name) => objects.has(name),
    list: async () => [...objects.keys()],
  };
  return { store, objects, writes };
}

function add(count: number): void {
  const { next } = queue.table;
  queue.add(
    Array.from({ length: count }, (_, index) => ({
      block: next + index,
      hash: hashOf(next + index),
    })),
  );
}

/** Runs the loop until `enough`, moving the clock when nothing is due. */
async function runUntil(
  run: (request: ProverRequest) => Promise<ProvenBlock>,
  store: ProofStore,
  enough: () => boolean,
) {
  const clock = manualClock(1_000);
  const counters = createCounters();
  const options = { queue, store, prover: { run }, counters, clock, log: silentLogger };
  const loop = proveQueued(options, stopping.signal);
  for (let turn = 0; turn < 2000 && !enough(); turn++) await clock.advance(100);
  stopping.abort();
  await loop;
  return counters;
}

it('proves queued blocks in order and stores both files of each', async () => {
  add(3);
  const { store, writes } = memoryStore();
  const asked: number[] = [];
  const counters = await runUntil(
    async ({ block }) => {
      asked.push(block);
      return provenOf(block);
    },
    store,
    () => queue.table.jobs.size === 0,
  );
  expect(asked).toEqual([0, 1, 2]);
  expect(writes).toEqual(
    [0, 1, 2].flatMap((block) => {
      const names = proofNames(BigInt(hashOf(block)));
      return [names.publicInputs, names.proof];
    }),
  );
  expect(provenHeight(queue.table)).toBe(2);
  expect(counters).toMatchObject({ proofs: 3, failures: 0, steps: 3000, current: null });
  expect(queue.table.lastProof).toMatchObject({ block: 2, securityBits: 98, parts: 2 });
});

it('tries a failed block again, goes on with the others, and never stores what failed', async () => {
  add(2);
  const { store, objects } = memoryStore();
  let failures = 3;
  const counters = await runUntil(
    async ({ block }) => {
      if (block === 0 && failures-- > 0)
        throw new StackError('PROVER', { reason: 'receipts differ' });
      return provenOf(block);
    },
    store,
    () => queue.table.jobs.size === 0,
  );
  expect(counters).toMatchObject({ proofs: 2, failures: 3 });
  expect(objects.size).toBe(4);
});

it('recognises a proof that was stored before a kill', async () => {
  add(1);
  const { store, objects, writes } = memoryStore();
  const names = proofNames(BigInt(hashOf(0)));
  objects.set(names.publicInputs, new Uint8Array([2]));
  objects.set(names.proof, new Uint8Array([1]));
  const asked: string[] = [];
  await runUntil(
    async ({ kind, block }) => {
      asked.push(kind);
      return provenOf(block);
    },
    store,
    () => queue.table.jobs.size === 0,
  );
  expect(asked).toEqual(['verify']);
  expect(writes).toEqual([]);
});

it('makes a stored proof anew that does not verify', async () => {
  add(1);
  const { store, objects, writes } = memoryStore();
  const names = proofNames(BigInt(hashOf(0)));
  objects.set(names.publicInputs, new Uint8Array([2]));
  objects.set(names.proof, new Uint8Array([1]));
  await runUntil(
    async ({ kind, block }) => {
      if (kind === 'verify') throw new StackError('PROVER', { reason: 'broken' });
      return provenOf(block);
    },
    store,
    () => queue.table.jobs.size === 0,
  );
  expect(writes).toHaveLength(2);
});

it('keeps a proof that the store would not take, and does not make it again', async () => {
  add(1);
  const { store, objects } = memoryStore();
  let refusals = 3;
  const away = (): never => {
    throw new StackError('STORE_UNREACHABLE', { url: 'http://store', reason: 'ECONNREFUSED' });
  };
  const flaky: ProofStore = {
    ...store,
    put: async (name, bytes) => (refusals-- > 0 ? away() : store.put(name, bytes)),
  };
  let made = 0;
  const counters = await runUntil(
    async ({ block }) => {
      made++;
      return provenOf(block);
    },
    flaky,
    () => queue.table.jobs.size === 0,
  );
  expect([made, objects.size, counters.failures]).toEqual([1, 2, 3]);
});

it('leaves the block that it was proving to the next start when it is stopped', async () => {
  add(1);
  const { store } = memoryStore();
  let begun = false;
  await runUntil(
    () =>
      new Promise((_resolve, reject) => {
        begun = true;
        stopping.signal.addEventListener('abort', () => reject(new Error('stopped')));
      }),
    store,
    () => begun,
  );
  expect(ProofQueue.open(folder).table.jobs.get(0)).toMatchObject({ state: 'queued', cause: null });
});

it('tells status and metrics', async () => {
  add(2);
  const { store } = memoryStore();
  const counters = await runUntil(
    async ({ block }) => {
      if (block === 1) throw new StackError('PROVER', { reason: 'no' });
      return provenOf(block);
    },
    store,
    () => queue.table.jobs.get(1)?.cause !== null && queue.table.jobs.size === 1,
  );
  const sources = { queue, counters, view: { height: 1, error: null } };
  expect(statusOf(sources, 0)).toMatchObject({
    provenHeight: 0,
    height: 1,
    lag: 1,
    queue: 1,
    failing: [{ block: 1, cause: 'proving failed: no' }],
    lastProof: { block: 0, blockHash: hashOf(0), steps: 1000, securityBits: 98, parts: 2 },
    lastFailure: { block: 1, phase: 'read', code: 'PROVER', cause: 'proving failed: no' },
    stepsPerSecond: expect.any(Number),
    phaseMs: { read: expect.any(Number), prove: expect.any(Number), store: expect.any(Number) },
  });
  const metrics = metricsOf(sources, 0);
  expect(metrics).toMatch(/^stackctl_prover_stark_seconds_total\{phase="commit"\} 0.5$/m);
  expect(metrics).toMatch(/^stackctl_prover_lag_blocks 1$/m);
  expect(metrics).toMatch(/^stackctl_prover_queue_blocks 1$/m);
  expect(metrics).toMatch(/^stackctl_prover_steps_per_second \d/m);
  expect(metrics).toMatch(/^stackctl_prover_failures_total\{phase="read",cause="PROVER"\} [1-9]/m);
  expect(metrics).toMatch(/^stackctl_prover_last_proof_parts 2$/m);
  expect(metrics).toMatch(/^stackctl_prover_phase_seconds_total\{phase="prove"\} /m);
});
