import { BUILTIN_ROWS, MAX_CALL_ROWS } from '@stackctl/execution';
import type { BuiltinName } from '@stackctl/types';
import { describe, expect, it } from 'vitest';
import { LAYOUTS } from '../../stark/src/air/layouts.ts';
import { prepareBlock } from '../src/prepare.ts';
import { replayBlock } from '../src/replay/replay-block.ts';
import { createChain, known } from './support/real-block.ts';
import { replayableBlock } from './support/replayed-block.ts';
import { starkShapeOf } from './support/stark-shape.ts';

// The protocol lets no call grow beyond what one part of a proof has room for: here at its edge.
const chain = createChain();
const { fibonacci } = chain.genesis.addresses;
const record = (to: bigint, n: bigint) =>
  chain.next([{ account: 0, calls: [{ to, entry: 'record', calldata: [n] }] }]);

/** Rows that proving the block's longest call takes, alone in its part. */
function rowsOfLongest(block: ReturnType<typeof record>): number {
  const [longest] = block.calls.calls.toSorted((a, b) => b.steps - a.steps);
  if (longest === undefined) throw new Error('no call');
  const alone = { ...block.calls, calls: [longest] };
  let rows = 0;
  try {
    prepareBlock(alone, chain.lookup, {
      maxSteps: 2 ** 17,
      shapeOf: (trace) => {
        rows = Math.max(trace.steps, Math.ceil(trace.defined.length / 2));
        return starkShapeOf(trace);
      },
    });
  } catch {
    // One call alone is no block: only its trace matters here.
  }
  return rows;
}

describe('the largest call', () => {
  it('counts the rows of builtins as the proof system does', () => {
    for (const { builtins } of LAYOUTS)
      for (const { name, rows } of builtins)
        expect(rows, name).toBeLessThanOrEqual(BUILTIN_ROWS[name as BuiltinName]);
  });

  it('fits one part, and one that is larger reverts its transaction on every node', () => {
    const small = record(fibonacci, 1_000n).calls.calls;
    const more = record(fibonacci, 2_000n).calls.calls;
    const steps = (calls: typeof small) => Math.max(...calls.map((call) => call.steps));
    const each = (steps(more) - steps(small)) / 1_000;
    const most = BigInt(Math.floor((MAX_CALL_ROWS - steps(small)) / each) + 1_000);
    const largest = record(fibonacci, most - 10n);
    expect(largest.body.receipts[0]?.status).toBe('SUCCEEDED');
    const rows = rowsOfLongest(largest);
    expect(rows).toBeGreaterThan(MAX_CALL_ROWS - 1_000);
    expect(rows).toBeLessThanOrEqual(2 ** 17);
    const tooLarge = record(fibonacci, most + 10n);
    expect(tooLarge.body.receipts[0]).toMatchObject({
      status: 'REVERTED',
      revertReason: expect.stringMatching(
        /too large to be proven: it takes 129\d+ rows, at most 129024/,
      ),
    });
    // What the proof then shows: validation and fee, and the call as stopped.
    const sample = replayableBlock(chain, tooLarge);
    expect(sample.transcript.stopped).toMatchObject([{ transaction: 0 }]);
    const verdict = replayBlock(sample.transcript, sample.block, known, sample.bytes);
    expect(verdict).toMatchObject({ ok: true });
  });
});
