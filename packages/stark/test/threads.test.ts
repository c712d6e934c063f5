// The prover on several threads: the same bytes, and errors instead of waiting.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { withSharedMemory } from '../scripts/shared-memory.ts';
import { createProver, prove, verify } from '../src/index.ts';
import { proveTampered } from '../src/prover/prove.ts';
import { nodeThreads } from '../src/threads/node.ts';
import { createProverOn } from '../src/threads/prover.ts';
import { proverModule } from '../src/wasm.ts';
import { allBuiltins, countdown, rich } from './programs.ts';
import { run } from './stepper.ts';

const context = new Uint8Array(32).fill(3);
const small = run(rich);

it('makes the same proof on any number of threads', async () => {
  const traces = [small, run(allBuiltins), run(countdown(300))];
  const wanted = traces.map((trace) => prove(trace, { context }));
  for (const threads of [1, 2, 3]) {
    const prover = createProver({ threads });
    try {
      // One after the other, though asked for together; the machine of a layout is used again.
      const made = await Promise.all(traces.map((trace) => prover.prove(trace, { context })));
      for (const [i, proof] of made.entries()) {
        expect(proof.bytes).toEqual(wanted[i]?.bytes);
        expect(verify(proof.bytes, proof.statement).ok).toBe(true);
      }
    } finally {
      await prover.close();
    }
  }
});

it('makes the same proof when it keeps one coset at a time, in less memory', () => {
  for (const trace of [small, run(allBuiltins)]) {
    const all = prove(trace, { context });
    const less = proveTampered(trace, { context }, { keeping: 'coset' });
    expect(less.bytes).toEqual(all.bytes);
    expect(less.memoryBytes).toBeLessThan(all.memoryBytes * 0.8);
  }
});

it('reports progress, refuses a bad trace with its reason, and goes on', async () => {
  const prover = createProver({ threads: 2 });
  try {
    const phases: string[] = [];
    const bad = { ...small, defined: small.defined.map(() => 0) };
    await expect(prover.prove(bad, { context })).rejects.toMatchObject({ code: 'PROVER' });
    const onProgress = (phase: string) => phases.push(phase);
    await prover.prove(small, { context, onProgress });
    expect(phases.slice(0, 2)).toEqual(['trace', 'commit']);
  } finally {
    await prover.close();
  }
});

it('cancels, before and during a proof, and goes on', async () => {
  const prover = createProver({ threads: 2 });
  try {
    const cancelled = { code: 'PROVER', message: expect.stringContaining('cancelled') as string };
    const controller = new AbortController();
    const { signal } = controller;
    const onProgress = () => controller.abort();
    const running = prover.prove(small, { context, signal, onProgress });
    await expect(running).rejects.toMatchObject(cancelled);
    await expect(prover.prove(small, { context, signal })).rejects.toMatchObject(cancelled);
    expect((await prover.prove(small, { context })).bytes.length).toBeGreaterThan(0);
  } finally {
    await prover.close();
  }
});

it('says that a thread died', async () => {
  const script = new URL('./support/dying-thread.ts', import.meta.url);
  // The leader or a helper: whoever is started second.
  for (const dying of [0, 1]) {
    let started = 0;
    const prover = createProverOn({
      threads: 2,
      start: (...heard) => (started++ === dying ? nodeThreads(script) : nodeThreads())(...heard),
      moduleOf: proverModule,
    });
    await expect(prover.prove(small, { context })).rejects.toThrow(/thread died: out of order/);
    await prover.close();
  }
});

it('fails when it is closed', async () => {
  const prover = createProver({ threads: 2 });
  const running = prover.prove(small, { context });
  const outcome = expect(running).rejects.toMatchObject({ code: 'PROVER' });
  await prover.close();
  await outcome;
  await expect(prover.prove(small, { context })).rejects.toThrow(/closed/);
});

it('says that memory is refused', async () => {
  const real = WebAssembly.Memory;
  const refuse = function refuse(): never {
    throw new RangeError('could not allocate memory');
  };
  const prover = createProver({ threads: 2 });
  try {
    Object.assign(WebAssembly, { Memory: refuse });
    await expect(prover.prove(small, { context })).rejects.toThrow(/refuses shared memory/);
  } finally {
    Object.assign(WebAssembly, { Memory: real });
    await prover.close();
  }
});

it('changes nothing of the module but the type of its memory', () => {
  const module = readFileSync(new URL('../build/prover.wasm', import.meta.url));
  const shared = withSharedMemory(module);
  expect(module.filter((byte, i) => shared[i] !== byte).length).toBe(1);
  expect(WebAssembly.validate(shared)).toBe(true);
});
