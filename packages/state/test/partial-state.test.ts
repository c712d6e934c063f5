import type { StateDiff } from '@stackctl/types';
import { describe, expect, it } from 'vitest';
import { MemoryStore, PartialState, StateDb, type StateProof } from '../src/index.ts';

const EMPTY: StateDiff = {
  storage: [],
  nonces: [],
  deployedContracts: [],
  replacedClasses: [],
  declaredClasses: [],
};
const ADDRESS = 0x77n;
const [A, B] = [1n << 250n, (1n << 250n) | 5n];

/** A contract with two storage cells, opened at `keys`. */
function opened(keys: readonly bigint[]) {
  const store = new MemoryStore();
  const state = new StateDb(store);
  const entries = [A, B, 3n].map((key) => ({ key, value: key + 1n }));
  const update = state.apply(
    {
      ...EMPTY,
      storage: [{ address: ADDRESS, entries }],
      deployedContracts: [{ address: ADDRESS, classHash: 9n }],
      declaredClasses: [{ classHash: 9n, compiledClassHash: 10n }],
    },
    0,
  );
  store.write(update.puts);
  const contract = { address: ADDRESS, ...state.contract(ADDRESS, 0) };
  const paths = [
    state.proveContract(update.contractsRoot, ADDRESS),
    ...keys.map((key) => state.proveStorage(contract.storageRoot, key)),
  ];
  const nodes = new Map(paths.flat().map(({ hash, node }) => [hash, node]));
  const proof: StateProof = {
    contractsRoot: update.contractsRoot,
    classesRoot: update.classesRoot,
    contractNodes: [...nodes].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, node]) => node),
    classNodes: state.proveClass(update.classesRoot, 9n).map(({ node }) => node),
    contracts: [contract],
    classes: [{ classHash: 9n, compiledClassHash: 10n }],
  };
  return { state, root: update.stateRoot, proof };
}

const write = (key: bigint, value: bigint): StateDiff => ({
  ...EMPTY,
  storage: [{ address: ADDRESS, entries: [{ key, value }] }],
});

describe('a state opened by storage proofs', () => {
  it('reads what is there, and what is not, and nothing off its paths', () => {
    const { root, proof } = opened([A, 4n]);
    const state = new PartialState(root, proof);
    expect(state.storageAt(ADDRESS, A)).toBe(A + 1n);
    expect(state.storageAt(ADDRESS, 4n)).toBe(0n);
    expect(state.classHashAt(ADDRESS)).toBe(9n);
    expect(state.classHashAt(0x78n)).toBe(0n);
    expect(state.compiledClassHash(9n)).toBe(10n);
    expect(() => new PartialState(root, opened([4n]).proof).storageAt(ADDRESS, A)).toThrow();
    expect(() => new PartialState(root + 1n, proof)).toThrow();
  });

  it('has the root that the whole state has after a change', () => {
    for (const diff of [
      write(A, 7n),
      write(4n, 7n),
      { ...EMPTY, nonces: [{ address: 0x78n, nonce: 1n }] },
    ]) {
      const { state, root, proof } = opened([A, 4n]);
      expect(new PartialState(root, proof).rootAfter(diff)).toBe(state.apply(diff, 1).stateRoot);
    }
  });

  it('needs the node that moves up when its neighbour is removed, and names it', () => {
    const { state, root, proof } = opened([3n]);
    const closed = new PartialState(root, proof);
    expect(() => closed.rootAfter(write(3n, 0n))).toThrow();
    expect(closed.contractNodes.missing).toBeDefined();
    const whole = opened([3n, A]);
    const expected = state.apply(write(3n, 0n), 1).stateRoot;
    expect(new PartialState(root, whole.proof).rootAfter(write(3n, 0n))).toBe(expected);
  });
});
