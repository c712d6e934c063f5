import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isStackError } from '@stackctl/types';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ProofRecord, provenHeight } from '../src/queue/jobs.ts';
import { ProofQueue } from '../src/queue/queue.ts';

let folder: string;
let queue: ProofQueue;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'proof-queue-'));
  queue = ProofQueue.open(folder);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** As a kill does: nothing is closed, the files are read again. */
function reopen(): ProofQueue {
  queue = ProofQueue.open(folder);
  return queue;
}

const hashOf = (block: number) => `0x${(block + 0x100).toString(16)}`;

function add(count: number): void {
  const { next } = queue.table;
  queue.add(
    Array.from({ length: count }, (_, index) => ({
      block: next + index,
      hash: hashOf(next + index),
    })),
  );
}

function proofOf(block: number): ProofRecord {
  return { block, blockHash: hashOf(block), steps: 1, ms: 2, securityBits: 98, parts: 1 };
}

describe('ProofQueue', () => {
  it('hands out blocks in order, each once', () => {
    add(3);
    expect(queue.take(0)?.block).toBe(0);
    expect(queue.take(0)?.block).toBe(1);
    queue.done(proofOf(0));
    expect(queue.take(0)?.block).toBe(2);
    expect(queue.take(0)).toBeUndefined();
  });

  it('keeps what it was told over a kill', () => {
    add(4);
    queue.take(0);
    queue.done(proofOf(0));
    queue.take(0);
    reopen();
    expect(queue.table.next).toBe(4);
    expect(queue.table.lastHash).toBe(hashOf(3));
    expect(queue.table.lastProof).toEqual(proofOf(0));
    expect([...queue.table.jobs.keys()]).toEqual([1, 2, 3]);
    // Block 1 was being proven: it is due again.
    expect(queue.take(0)).toMatchObject({ block: 1, attempts: 2 });
  });

  it('waits longer after each failure and remembers the cause', () => {
    add(1);
    const pauses: number[] = [];
    let now = 1000;
    for (let attempt = 0; attempt < 9; attempt++) {
      const job = queue.take(now);
      if (job === undefined) throw new Error('not due');
      queue.failed(job, `cause ${attempt}`, now);
      expect(queue.take(now)).toBeUndefined();
      const pause = queue.untilDue(now) as number;
      pauses.push(pause);
      now += pause;
    }
    expect(pauses).toEqual([500, 1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000]);
    expect(reopen().table.jobs.get(0)).toMatchObject({ cause: 'cause 8', attempts: 9 });
    expect(queue.take(now - 1)).toBeUndefined();
    expect(queue.take(now)?.block).toBe(0);
  });

  it('waits for five seconds at most when it was the nodes that failed', () => {
    add(1);
    let now = 0;
    for (let attempt = 0; attempt < 9; attempt++) {
      const job = queue.take(now);
      if (job === undefined) throw new Error('not due');
      queue.failed(job, 'unreachable', now, 'nodes');
      now += queue.untilDue(now) as number;
    }
    expect(now).toBe(500 + 1000 + 2000 + 4000 + 5 * 5000);
  });

  it('goes on behind a block that fails', () => {
    add(2);
    const job = queue.take(0);
    if (job === undefined) throw new Error('not due');
    queue.failed(job, 'poison', 0);
    expect(queue.take(0)?.block).toBe(1);
    queue.done(proofOf(1));
    expect(provenHeight(queue.table)).toBe(-1);
  });

  it('drops a line that was cut off while it was written', () => {
    add(2);
    appendFileSync(join(folder, 'queue.jsonl'), '{"type":"done","proof":{"blo');
    reopen();
    expect([...queue.table.jobs.keys()]).toEqual([0, 1]);
    add(1);
    expect(reopen().table.next).toBe(3);
  });

  it('refuses a file that is not its own', () => {
    writeFileSync(join(folder, 'queue.jsonl'), 'hello\n');
    let caught: unknown;
    try {
      ProofQueue.open(folder);
    } catch (error) {
      caught = error;
    }
    expect(isStackError(caught, 'STORE_CORRUPT')).toBe(true);
  });

  it('refuses blocks that do not follow', () => {
    add(2);
    expect(() => queue.add([{ block: 3, hash: '0x1' }])).toThrow(RangeError);
    expect(() => queue.add([{ block: 1, hash: '0x1' }])).toThrow(RangeError);
  });

  it('does not grow with the number of proven blocks', () => {
    for (let round = 0; round < 50; round++) {
      add(1);
      queue.take(0);
      queue.done(proofOf(round));
    }
    reopen();
    expect(readFileSync(join(folder, 'queue.jsonl'), 'utf8').split('\n')).toHaveLength(2);
    expect(provenHeight(queue.table)).toBe(49);
  });

  it('loses and repeats nothing, whenever it is killed', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('add', 'take', 'done', 'fail', 'kill'), { maxLength: 60 }),
        (steps) => {
          rmSync(folder, { recursive: true, force: true });
          folder = mkdtempSync(join(tmpdir(), 'proof-queue-'));
          reopen();
          const proven: number[] = [];
          let now = 0;
          let taken: ReturnType<ProofQueue['take']>;
          for (const step of steps) {
            now += 100_000;
            if (step === 'add') add(1);
            if (step === 'take' && taken === undefined) taken = queue.take(now);
            if (step === 'done' && taken !== undefined) {
              queue.done(proofOf(taken.block));
              proven.push(taken.block);
              taken = undefined;
            }
            if (step === 'fail' && taken !== undefined) {
              queue.failed(taken, 'no', now);
              taken = undefined;
            }
            if (step === 'kill') {
              reopen();
              taken = undefined;
            }
          }
          const open = [...queue.table.jobs.keys()];
          expect([...proven, ...open].toSorted((a, b) => a - b)).toEqual(
            Array.from({ length: queue.table.next }, (_, block) => block),
          );
        },
      ),
      { numRuns: 60 },
    );
  });
});
