import type { Felt } from '@stackctl/types';
import { describe, expect, it } from 'vitest';
import { checkArena } from '../src/check-arena.ts';
import { PublicMemory } from '../src/public-memory.ts';

const [BASE, INFOS] = [100, 200];
/** Two calls, the first makes two dictionaries (one stays empty), the second one; all are squashed. */
const ARENA: readonly Felt[] = [
  [200n, 0n, 0n], // given
  [200n, 1n, 0n, 200n, 2n, 0n, 200n, 2n, 1n, 200n, 2n, 2n],
  [200n, 3n, 2n, 200n, 3n, 3n],
].flat();
const LIST: readonly Felt[] = [300n, 309n, 1n, 310n, 310n, 0n, 311n, 314n, 2n];
const ENDS = [BASE + 15, BASE + 21];

/** Runs the check; `change` maps an address to another value there. */
function check(change: Readonly<Record<number, Felt>> = {}, ends: readonly number[] = ENDS): void {
  const page = (address: number, values: readonly Felt[]) => ({
    address,
    values: values.map((value, index) => change[address + index] ?? value),
  });
  checkArena(new PublicMemory([page(BASE, ARENA), page(INFOS, LIST)]), BASE, ends);
}

describe('checkArena', () => {
  it('takes an arena whose dictionaries are all squashed', () => {
    expect(() => check()).not.toThrow();
    expect(() => check({}, [])).not.toThrow();
    expect(() => check({}, [BASE + 3])).not.toThrow();
  });

  it('refuses a dictionary that was not squashed, after any call', () => {
    expect(() => check({ [BASE + 14]: 1n })).toThrow('not squashed');
    expect(() => check({ [BASE + 20]: 2n })).toThrow('not squashed');
    expect(() => check({}, [BASE + 12, BASE + 21])).toThrow('not squashed');
  });

  it('refuses an arena that does not start empty or has another list', () => {
    expect(() => check({ [BASE + 1]: 1n })).toThrow('start empty');
    expect(() => check({ [BASE + 18]: 203n })).toThrow('two lists');
    expect(() => check({ [BASE + 19]: 1n, [BASE + 20]: 1n })).toThrow('forgets');
  });

  it('refuses dictionaries that could pass for each other', () => {
    expect(() => check({ [INFOS + 3]: 309n, [INFOS + 4]: 309n })).toThrow('touch'); // empty, at an end
    expect(() => check({ [INFOS + 6]: 305n })).toThrow('touch');
    expect(() => check({ [INFOS + 3]: 312n })).toThrow('touch');
  });
});
