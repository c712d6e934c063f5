// Compiled contracts with some words and hints changed: nearly right code gets further than noise. Whatever
// it does, a call ends in a result or a failure, and in the same one when it is run again.
import { classes as compiled } from '@stackctl/contracts-l2';
import { type CasmClassJson, PRIME } from '@stackctl/types';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CachedState, type ClassProvider, call } from '../src/index.ts';
import { blockContext, genesisState } from './helpers/chain.ts';

const ADDRESS = 0xbadn;
const CLASS = 0xc1a55n;
const base = genesisState();

function run(json: CasmClassJson, selector: bigint, calldata: readonly bigint[]) {
  // A provider of its own: loaded classes are cached by provider.
  const classes: ClassProvider = { casm: (hash) => (hash === CLASS ? json : undefined) };
  const state = new CachedState(base);
  state.setClassHash(ADDRESS, CLASS);
  state.setCompiledClassHash(CLASS, 1n);
  return call({
    block: blockContext(),
    state,
    classes,
    contractAddress: ADDRESS,
    selector,
    calldata,
  });
}

const anyFelt = fc.oneof(
  fc.bigInt(0n, 20n),
  fc.bigInt(0n, 2n ** 128n),
  fc.bigInt(0n, PRIME - 1n),
  fc.constantFrom(PRIME - 1n, 2n ** 128n - 1n, 2n ** 64n),
);
const mutation = fc.record({
  at: fc.nat(),
  change: fc.oneof(
    fc.record({ word: anyFelt }),
    fc.record({ bit: fc.nat(62) }),
    fc.record({ copyFrom: fc.nat() }),
    fc.record({ dropHint: fc.constant(true) }),
    fc.record({ moveHint: fc.nat() }),
  ),
});

function mutate(json: CasmClassJson, mutations: ReadonlyArray<{ at: number; change: object }>) {
  const bytecode = [...json.bytecode];
  let hints = [...json.hints];
  for (const { at, change } of mutations) {
    const pc = at % bytecode.length;
    const set = (value: bigint): void => {
      bytecode[pc] = `0x${value.toString(16)}`;
    };
    if ('word' in change) set(change.word as bigint);
    else if ('bit' in change)
      set((BigInt(bytecode[pc] as string) ^ (1n << BigInt(change.bit as number))) % PRIME);
    else if ('copyFrom' in change)
      set(BigInt(bytecode[(change.copyFrom as number) % bytecode.length] as string));
    else if (hints.length === 0) continue;
    else if ('dropHint' in change) hints = hints.toSpliced(at % hints.length, 1);
    else if ('moveHint' in change) {
      const [, list] = hints[at % hints.length] as readonly [number, readonly unknown[]];
      const to = (change.moveHint as number) % bytecode.length;
      hints = [...hints.filter(([place]) => place !== to), [to, list]];
    }
  }
  return { ...json, bytecode, hints };
}

describe('mutated contracts', () => {
  it.each(Object.keys(compiled) as Array<keyof typeof compiled>)(
    '%s ends the same way twice',
    (name) => {
      const { casm } = compiled[name];
      const entries = casm.entry_points_by_type.EXTERNAL.map((entry) => BigInt(entry.selector));
      let failures = 0;
      fc.assert(
        fc.property(
          fc.array(mutation, { minLength: 1, maxLength: 4 }),
          fc.constantFrom(...entries),
          fc.array(anyFelt, { maxLength: 6 }),
          (mutations, selector, calldata) => {
            const json = mutate(casm, mutations);
            const outcome = run(json, selector, calldata);
            expect('result' in outcome || 'failure' in outcome).toBe(true);
            expect(run(json, selector, calldata)).toEqual(outcome);
            if ('failure' in outcome) failures++;
          },
        ),
        { numRuns: 60, interruptAfterTimeLimit: 8_000 },
      );
      expect(failures).toBeGreaterThan(0);
    },
  );
});
