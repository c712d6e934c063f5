import type { BuiltinName } from '@stackctl/types';
import { describe, expect, it } from 'vitest';
import { ExecutionAbort } from '../src/abort.ts';
import { BUILTIN_ROWS, MAX_CALL_ROWS } from '../src/constants.ts';
import { requireProvable, rowsOf } from '../src/proof-rows.ts';

/** A run of so many steps, with segments and builtins of such sizes. */
function run(
  steps: number,
  segments: readonly number[] = [],
  builtins: Partial<Record<BuiltinName, number>> = {},
) {
  const memory = {
    segments: segments.map((length) => ({ length })),
    builtinInstances: (name: BuiltinName) => builtins[name] ?? 0,
  };
  return { steps, memory } as unknown as Parameters<typeof rowsOf>[0];
}

describe('rows of a call', () => {
  it('are the most of steps, memory and builtins', () => {
    expect(rowsOf(run(100, [10, 20]))).toBe(100);
    // Two cells a row, and one between segments.
    expect(rowsOf(run(100, [998, 1_000]))).toBe(1_000);
    expect(rowsOf(run(100, [5], { pedersen: 3, range_check: 4 }))).toBe(384);
    expect(rowsOf(run(100, [5], { segment_arena: 1_000_000 }))).toBe(100);
  });

  it('may not be more than a part of a proof has', () => {
    const most = MAX_CALL_ROWS / BUILTIN_ROWS.pedersen;
    for (const fits of [
      run(MAX_CALL_ROWS),
      run(1, [2 * MAX_CALL_ROWS - 1]),
      run(1, [], { pedersen: most }),
    ])
      expect(() => requireProvable(fits)).not.toThrow();
    for (const tooLarge of [
      run(MAX_CALL_ROWS + 1),
      run(1, [2 * MAX_CALL_ROWS]),
      run(1, [], { pedersen: most + 1 }),
      run(1, [], { mul_mod: most + 1 }),
    ])
      expect(() => requireProvable(tooLarge)).toThrow(ExecutionAbort);
  });
});
