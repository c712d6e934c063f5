import { poseidonHashMany } from '@scure/starknet';
import type { Felt, StateDiff } from '@stackctl/types';
import { isStackError, shortString } from '@stackctl/types';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MemoryStore, StateDb } from '../src/index.ts';
import { referencePedersen, referencePoseidon, referenceRoot } from './reference.ts';

const EMPTY: StateDiff = {
  storage: [],
  nonces: [],
  deployedContracts: [],
  replacedClasses: [],
  declaredClasses: [],
};

/** A whole state by the definitions: what StateDb must agree with. */
class Model {
  readonly storage = new Map<Felt, Map<Felt, Felt>>();
  readonly nonces = new Map<Felt, Felt>();
  readonly classes = new Map<Felt, Felt>();
  readonly compiled = new Map<Felt, Felt>();

  apply(diff: StateDiff): void {
    for (const { address, entries } of diff.storage) {
      const values = this.storage.get(address) ?? new Map<Felt, Felt>();
      for (const { key, value } of entries) values.set(key, value);
      this.storage.set(address, values);
    }
    for (const { address, nonce } of diff.nonces) this.nonces.set(address, nonce);
    for (const { address, classHash } of [...diff.deployedContracts, ...diff.replacedClasses]) {
      this.classes.set(address, classHash);
    }
    for (const c of diff.declaredClasses) this.compiled.set(c.classHash, c.compiledClassHash);
  }

  copy(): Model {
    const other = new Model();
    for (const [address, values] of this.storage) other.storage.set(address, new Map(values));
    for (const name of ['nonces', 'classes', 'compiled'] as const) {
      for (const [key, value] of this[name]) other[name].set(key, value);
    }
    return other;
  }

  root(): Felt {
    const contracts = new Map<Felt, Felt>();
    for (const address of new Set([
      ...this.storage.keys(),
      ...this.nonces.keys(),
      ...this.classes.keys(),
    ])) {
      const storage = referenceRoot(this.storage.get(address) ?? new Map(), 251, referencePedersen);
      const classHash = this.classes.get(address) ?? 0n;
      const nonce = this.nonces.get(address) ?? 0n;
      if (storage === 0n && classHash === 0n && nonce === 0n) continue;
      const h = referencePedersen(referencePedersen(classHash, storage), nonce);
      contracts.set(address, referencePedersen(h, 0n));
    }
    const classes = new Map(
      [...this.compiled].map(([hash, compiled]) => [
        hash,
        referencePoseidon(shortString('CONTRACT_CLASS_LEAF_V0'), compiled),
      ]),
    );
    const c = referenceRoot(contracts, 251, referencePedersen);
    const k = referenceRoot(classes, 251, referencePoseidon);
    return c === 0n && k === 0n ? 0n : poseidonHashMany([shortString('STARKNET_STATE_V0'), c, k]);
  }
}

const addresses = fc.constantFrom(1n, 2n, 0x100n, (1n << 251n) - 257n);
const keys = fc.constantFrom(0n, 1n, 5n, (1n << 251n) - 300n);
const values = fc.bigInt({ min: 0n, max: 2n });
const pairs = <K, V>(key: fc.Arbitrary<K>, value: fc.Arbitrary<V>): fc.Arbitrary<Array<[K, V]>> =>
  fc.uniqueArray(fc.tuple(key, value), { selector: ([first]) => first, maxLength: 3 });
const diffs: fc.Arbitrary<StateDiff> = fc
  .record({
    storage: pairs(addresses, pairs(keys, values)),
    nonces: pairs(addresses, fc.bigInt({ min: 1n, max: 9n })),
    deployed: pairs(addresses, fc.bigInt({ min: 1n, max: 9n })),
    declared: pairs(fc.bigInt({ min: 1n, max: 9n }), fc.bigInt({ min: 1n, max: 9n })),
  })
  .map(({ storage, nonces, deployed, declared }) => ({
    storage: storage.map(([address, entries]) => ({
      address,
      entries: entries.map(([key, value]) => ({ key, value })),
    })),
    nonces: nonces.map(([address, nonce]) => ({ address, nonce })),
    deployedContracts: deployed.slice(0, 1).map(([address, classHash]) => ({ address, classHash })),
    replacedClasses: deployed.slice(1).map(([address, classHash]) => ({ address, classHash })),
    declaredClasses: declared.map(([classHash, compiledClassHash]) => ({
      classHash,
      compiledClassHash,
    })),
  }));

function expectSame(db: StateDb, block: number, model: Model): void {
  const reader = db.reader(block);
  for (const address of [1n, 2n, 0x100n, (1n << 251n) - 257n, 99n]) {
    for (const key of [0n, 1n, 5n, (1n << 251n) - 300n, 98n]) {
      expect(reader.storageAt(address, key)).toBe(model.storage.get(address)?.get(key) ?? 0n);
    }
    expect(reader.nonceAt(address)).toBe(model.nonces.get(address) ?? 0n);
    expect(reader.classHashAt(address)).toBe(model.classes.get(address) ?? 0n);
  }
  for (let hash = 1n; hash < 10n; hash++) {
    expect(reader.compiledClassHash(hash)).toBe(model.compiled.get(hash) ?? 0n);
  }
}

test('roots and reads of every block as the model, with dropped proposals and restarts between', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ diff: diffs, dropped: diffs, restart: fc.boolean() }), { maxLength: 6 }),
      (blocks) => {
        const store = new MemoryStore();
        let db = new StateDb(store);
        const model = new Model();
        const history: Array<{ model: Model; root: Felt }> = [];
        for (const [number, { diff, dropped, restart }] of blocks.entries()) {
          const size = store.size;
          db.apply(dropped, number);
          expect(store.size).toBe(size);
          expect(db.height).toBe(number - 1);
          const update = db.apply(diff, number);
          model.apply(diff);
          expect(update.stateRoot).toBe(model.root());
          store.write(update.puts);
          history.push({ model: model.copy(), root: update.stateRoot });
          if (restart) db = new StateDb(store, { cachedNodes: 2, cachedValues: 2 });
          expect(db.height).toBe(number);
        }
        for (const [number, { model: then, root }] of history.entries()) {
          expectSame(db, number, then);
          expect(db.roots(number)?.stateRoot).toBe(root);
        }
        expectSame(db, -1, new Model());
      },
    ),
    { numRuns: 12 },
  );
});

test('a reader keeps its block while later ones are written', () => {
  const store = new MemoryStore();
  const db = new StateDb(store);
  const at = (value: Felt): StateDiff => ({
    ...EMPTY,
    storage: [{ address: 7n, entries: [{ key: 1n, value }] }],
  });
  const readers = [db.reader('latest')];
  for (let number = 0; number < 20; number++) {
    store.write(db.apply(at(BigInt(number + 1)), number).puts);
    readers.push(db.reader('latest'));
  }
  expect(readers.map((reader) => reader.storageAt(7n, 1n))).toEqual(
    Array.from({ length: 21 }, (_, i) => BigInt(i)),
  );
});

test('two databases over one store: each sees what the other wrote', () => {
  const store = new MemoryStore();
  const [one, two] = [new StateDb(store), new StateDb(store)];
  const nonce = (value: Felt): StateDiff => ({ ...EMPTY, nonces: [{ address: 3n, nonce: value }] });
  store.write(one.apply(nonce(1n), 0).puts);
  expect(two.reader('latest').nonceAt(3n)).toBe(1n);
  store.write(two.apply(nonce(2n), 1).puts);
  expect(one.reader('latest').nonceAt(3n)).toBe(2n);
  expect(one.reader(0).nonceAt(3n)).toBe(1n);
  expect(one.apply(nonce(5n), 2).stateRoot).toBe(two.apply(nonce(5n), 2).stateRoot);
});

test('of two updates to the same state the one that was written is adopted', () => {
  const store = new MemoryStore();
  const db = new StateDb(store);
  const nonce = (address: Felt, value: Felt): StateDiff['nonces'][number] => ({
    address,
    nonce: value,
  });
  store.write(db.apply({ ...EMPTY, nonces: [nonce(1n, 1n), nonce(2n, 1n)] }, 0).puts);
  // The dropped one also "changes" a nonce to what it is.
  const dropped = db.apply({ ...EMPTY, nonces: [nonce(1n, 1n), nonce(2n, 2n)] }, 1);
  const kept = db.apply({ ...EMPTY, nonces: [nonce(2n, 2n)] }, 1);
  expect(dropped.stateRoot).toBe(kept.stateRoot);
  store.write(kept.puts);
  store.write(db.apply({ ...EMPTY, nonces: [nonce(1n, 3n)] }, 2).puts);
  const again = new StateDb(store);
  for (const reader of [db, again].map((state) => state.reader(1))) {
    expect([reader.nonceAt(1n), reader.nonceAt(2n)]).toEqual([1n, 2n]);
  }
});

test('a block that does not follow is refused', () => {
  const store = new MemoryStore();
  const db = new StateDb(store);
  store.write(db.apply(EMPTY, 0).puts);
  for (const number of [0, 2]) {
    try {
      db.apply(EMPTY, number);
      expect.unreachable();
    } catch (error) {
      expect(isStackError(error, 'STALE_STATE')).toBe(true);
    }
  }
  expect(() => db.reader(1)).toThrow(RangeError);
  expect(() => db.reader(-2)).toThrow(RangeError);
});

test('proofs lead from the state root to a storage value and a class', () => {
  const store = new MemoryStore();
  const db = new StateDb(store);
  store.write(
    db.apply(
      {
        ...EMPTY,
        storage: [{ address: 7n, entries: [{ key: 1n, value: 42n }] }],
        deployedContracts: [{ address: 7n, classHash: 8n }],
        declaredClasses: [{ classHash: 8n, compiledClassHash: 9n }],
      },
      0,
    ).puts,
  );
  const roots = db.roots('latest');
  const contract = db.contract(7n, 0);
  expect(contract).toMatchObject({ classHash: 8n, nonce: 0n });
  const [leafEdge] = db.proveContract(roots?.contractsRoot as Felt, 7n);
  const leaf = [contract.storageRoot, contract.nonce, 0n].reduce(referencePedersen, 8n);
  expect(leafEdge?.node).toEqual({ kind: 'edge', child: leaf, path: 7n, length: 251 });
  expect(db.proveStorage(contract.storageRoot, 1n)[0]?.node).toMatchObject({ child: 42n });
  expect(db.proveClass(roots?.classesRoot as Felt, 8n)[0]?.node).toMatchObject({
    child: referencePoseidon(shortString('CONTRACT_CLASS_LEAF_V0'), 9n),
  });
});

test('within the retention reads are those of an unlimited database, whatever it was at each start', () => {
  const retention = fc.constantFrom(0, 1, 2, 3, 5);
  fc.assert(
    fc.property(
      fc.array(fc.record({ diff: diffs, restart: fc.option(retention) }), { maxLength: 14 }),
      retention,
      (blocks, first) => {
        const store = new MemoryStore();
        const open = (historyBlocks: number) =>
          new StateDb(store, { historyBlocks, cachedNodes: 2, cachedValues: 2 });
        let db = open(first);
        let expectedOldest = 0;
        const models: Model[] = [];
        const model = new Model();
        for (const [number, { diff, restart }] of blocks.entries()) {
          store.write(db.apply(diff, number).puts);
          model.apply(diff);
          models.push(model.copy());
          if (db.historyBlocks > 0)
            expectedOldest = Math.max(expectedOldest, number - db.historyBlocks);
          expect(db.oldest).toBe(expectedOldest);
          if (restart !== null) db = open(restart);
          const { oldest } = db;
          expect(oldest).toBe(
            restart ? Math.max(expectedOldest, number - restart) : expectedOldest,
          );
          for (let block = oldest; block <= number; block++)
            expectSame(db, block, models[block] as Model);
          if (oldest > 0) expect(() => db.reader(oldest - 1)).toThrow(RangeError);
        }
      },
    ),
    { numRuns: 25 },
  );
});

describe('the versions of a key that changes in every block', () => {
  const write = (value: number): StateDiff => ({
    ...EMPTY,
    storage: [{ address: 7n, entries: [{ key: 1n, value: BigInt(value) }] }],
  });
  const versions = (store: MemoryStore, upTo: number) =>
    Array.from({ length: upTo }, (_, i) => i).filter((i) => store.get(`state/storage/7/1/${i}`));

  test('are as many as the retention asks for', () => {
    const store = new MemoryStore();
    const db = new StateDb(store, { historyBlocks: 10 });
    for (let number = 0; number < 200; number++) {
      store.write(db.apply(write(number + 1), number).puts);
      expect(versions(store, 200).length).toBeLessThanOrEqual(10);
    }
    expect(db.oldest).toBe(189);
    expect(db.storageChangedAt(7n, 1n, 189)).toBe(189);
  });

  test('shrink step by step when the retention does, and never lie to a reader from before', () => {
    const store = new MemoryStore();
    const unlimited = new StateDb(store);
    for (let number = 0; number < 150; number++)
      store.write(unlimited.apply(write(number + 1), number).puts);
    const before = [unlimited.reader(3), unlimited.reader(149)];
    const db = new StateDb(store, { historyBlocks: 10 });
    const left = [150, 151, 152].map((number) => {
      store.write(db.apply(write(number + 1), number).puts);
      return versions(store, 200).length;
    });
    expect(left).toEqual([86, 23, 10]);
    expect(() => before[0]?.storageAt(7n, 1n)).toThrow(RangeError);
    expect(before[1]?.storageAt(7n, 1n)).toBe(150n);
    expect(new StateDb(store).oldest).toBe(142);
  });
});
