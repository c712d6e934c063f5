import type { Felt, StateReader } from '@stackctl/types';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CachedState, type Checkpoint } from '../src/index.ts';

/** A parent whose values follow from the keys, and which counts how often it is asked. */
function parentState(): StateReader & { readonly asked: Map<string, number> } {
  const asked = new Map<string, number>();
  const ask = (key: string, value: Felt) => {
    asked.set(key, (asked.get(key) ?? 0) + 1);
    return value;
  };
  return {
    asked,
    storageAt: (address, key) => ask(`s${address}:${key}`, (address + key) % 3n),
    nonceAt: (address) => ask(`n${address}`, address % 2n),
    classHashAt: (address) => ask(`c${address}`, address % 2n),
    compiledClassHash: (classHash) => ask(`d${classHash}`, classHash % 2n),
  };
}

type Operation =
  | { readonly op: 'storage'; readonly address: Felt; readonly key: Felt; readonly value: Felt }
  | {
      readonly op: 'nonce' | 'classHash' | 'compiled';
      readonly address: Felt;
      readonly value: Felt;
    }
  | { readonly op: 'open' | 'rollback' | 'commit' | 'read' };

const small = fc.bigInt({ min: 0n, max: 3n });
const operation: fc.Arbitrary<Operation> = fc.oneof(
  fc.record({ op: fc.constant('storage' as const), address: small, key: small, value: small }),
  fc.record({
    op: fc.constantFrom('nonce' as const, 'classHash' as const, 'compiled' as const),
    address: small,
    value: small,
  }),
  fc.record({
    op: fc.constantFrom('open' as const, 'rollback' as const, 'commit' as const, 'read' as const),
  }),
);

const KEYS = [0n, 1n, 2n, 3n];

/** Every value of the small world, by a readable key. */
function snapshot(state: StateReader): Record<string, Felt> {
  const all: Record<string, Felt> = {};
  for (const a of KEYS) {
    all[`nonce ${a}`] = state.nonceAt(a);
    all[`class ${a}`] = state.classHashAt(a);
    all[`compiled ${a}`] = state.compiledClassHash(a);
    for (const k of KEYS) all[`storage ${a} ${k}`] = state.storageAt(a, k);
  }
  return all;
}

/** A diff as the same keys. */
function flatten(diff: ReturnType<CachedState['diff']>): Record<string, Felt> {
  const all: Record<string, Felt> = {};
  for (const { address, entries } of diff.storage) {
    for (const { key, value } of entries) all[`storage ${address} ${key}`] = value;
  }
  for (const { address, nonce } of diff.nonces) all[`nonce ${address}`] = nonce;
  for (const { address, classHash } of [...diff.deployedContracts, ...diff.replacedClasses]) {
    all[`class ${address}`] = classHash;
  }
  for (const { classHash, compiledClassHash } of diff.declaredClasses) {
    all[`compiled ${classHash}`] = compiledClassHash;
  }
  return all;
}

function changed(before: Record<string, Felt>, after: Record<string, Felt>): Record<string, Felt> {
  return Object.fromEntries(Object.entries(after).filter(([key, value]) => before[key] !== value));
}

/** Another state with the same writes, to be read at will. */
function copyOf(state: CachedState): CachedState {
  const copy = new CachedState(parentState());
  for (const { address, entries } of state.diff().storage) {
    for (const { key, value } of entries) copy.setStorage(address, key, value);
  }
  for (const { address, nonce } of state.diff().nonces) copy.setNonce(address, nonce);
  return copy;
}

describe('CachedState', () => {
  it('undoes, diffs and witnesses like a plain copy of the world', () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 60, size: 'max' }), (operations) => {
        const parent = parentState();
        const state = new CachedState(parent);
        const initial = snapshot(parentState());
        const open: Array<{ checkpoint: Checkpoint; world: Record<string, Felt> }> = [];
        for (const step of operations) {
          switch (step.op) {
            case 'storage':
              state.setStorage(step.address, step.key, step.value);
              break;
            case 'nonce':
              state.setNonce(step.address, step.value);
              break;
            case 'classHash':
              state.setClassHash(step.address, step.value);
              break;
            case 'compiled':
              state.setCompiledClassHash(step.address, step.value);
              break;
            case 'open':
              open.push({ checkpoint: state.checkpoint(), world: snapshot(state) });
              break;
            case 'read':
              snapshot(state);
              break;
            default: {
              const level = open.pop();
              if (level === undefined) break;
              const world = snapshot(state);
              expect(flatten(state.diff(level.checkpoint))).toEqual(changed(level.world, world));
              if (step.op === 'rollback') {
                state.rollback(level.checkpoint);
                expect(snapshot(state)).toEqual(level.world);
              }
            }
          }
        }
        expect(flatten(state.diff())).toEqual(changed(initial, snapshot(state)));
        // The parent was asked once a value at most, and every answer is in the witness.
        expect([...parent.asked.values()].every((times) => times === 1)).toBe(true);
        const { storage, nonces, classHashes, compiledClassHashes } = state.witness();
        const witnessed = [storage, nonces, classHashes, compiledClassHashes].flat().length;
        expect(witnessed).toBe(parent.asked.size);
      }),
    );
  });

  it('forgets what a discarded transaction read', () => {
    const state = new CachedState(parentState());
    state.storageAt(1n, 1n);
    const start = state.checkpoint();
    state.setNonce(2n, 7n);
    state.storageAt(2n, 2n);
    state.classHashAt(3n);
    state.discard(start);
    expect(state.witness()).toEqual({
      storage: [{ address: 1n, key: 1n, value: 2n }],
      nonces: [],
      classHashes: [],
      compiledClassHashes: [],
    });
    expect(state.diff().nonces).toEqual([]);
    expect(state.storageAt(2n, 2n)).toBe(1n);
  });

  it('shows itself to onlookers without remembering what they saw', () => {
    const state = new CachedState(parentState());
    state.setStorage(1n, 1n, 9n);
    state.setNonce(2n, 9n);
    state.classHashAt(3n);
    const copy = copyOf(state);
    const before = state.witness();
    expect(snapshot(state.view())).toEqual(snapshot(copy));
    expect(state.witness()).toEqual(before);
  });

  it('tells deployments from replacements', () => {
    const state = new CachedState(parentState());
    state.setClassHash(2n, 9n);
    state.setClassHash(1n, 9n);
    state.setClassHash(3n, 1n);
    const { deployedContracts, replacedClasses } = state.diff();
    expect(deployedContracts).toEqual([{ address: 2n, classHash: 9n }]);
    expect(replacedClasses).toEqual([{ address: 1n, classHash: 9n }]);
  });

  it('counts what publication costs', () => {
    const state = new CachedState(parentState());
    const start = state.checkpoint();
    state.setStorage(1n, 2n, 5n); // was 0
    state.setStorage(1n, 1n, 5n); // was 2
    state.setStorage(1n, 3n, 1n); // unchanged
    state.setNonce(2n, 5n);
    state.setCompiledClassHash(2n, 5n);
    const counts = state.changeCounts(start);
    expect(counts).toMatchObject({ storage: 2, newStorage: 1, classes: 0, declared: 1 });
    expect([...counts.contracts]).toEqual([1n, 2n]);
  });
});
