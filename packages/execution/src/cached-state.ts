import type { Felt, StateDiff, StateReader, StateWitness } from '@stackctl/types';
import { type DiffParts, sortDiff, sortWitness } from './state-records.ts';

/** One kind of value of the state, by key. Storage has one table a contract. */
type Table = Map<Felt, Felt>;

interface Change {
  readonly table: Table;
  readonly key: Felt;
  /** undefined: the key had not been written before. */
  readonly previous: Felt | undefined;
  readonly kind: Kind;
  /** Contract of a storage change; the key itself for the other kinds. */
  readonly address: Felt;
}

type Kind = 'storage' | 'nonce' | 'classHash' | 'compiledClassHash';

/** Numbers of changed values. */
export interface ChangeCounts {
  /** Contracts with a changed nonce, class or storage. */
  readonly contracts: ReadonlySet<Felt>;
  readonly storage: number;
  /** Storage keys that were zero before. */
  readonly newStorage: number;
  /** Contracts with a new class. */
  readonly classes: number;
  readonly declared: number;
  /** Changed storage, as `address:key`. */
  readonly keys: ReadonlySet<string>;
}

/** A point of a CachedState to which it can go back. */
export interface Checkpoint {
  readonly changes: number;
  readonly reads: number;
}

/**
 * Writes over a parent state, with undo. Every value read from the parent is read once and
 * remembered: together they are the witness of what was executed.
 */
export class CachedState implements StateReader {
  readonly #parent: StateReader;
  readonly #reads: Record<Exclude<Kind, 'storage'>, Table> & { storage: Map<Felt, Table> };
  readonly #writes: Record<Exclude<Kind, 'storage'>, Table> & { storage: Map<Felt, Table> };
  readonly #changes: Change[] = [];
  /** Reads in their order, so that those of a transaction that is dropped can be forgotten. */
  readonly #readLog: Array<{ readonly table: Table; readonly key: Felt }> = [];

  constructor(parent: StateReader) {
    this.#parent = parent;
    this.#reads = emptyTables();
    this.#writes = emptyTables();
  }

  storageAt(address: Felt, key: Felt): Felt {
    return this.#writes.storage.get(address)?.get(key) ?? this.#initialStorage(address, key);
  }

  nonceAt(address: Felt): Felt {
    return this.#writes.nonce.get(address) ?? this.#initial('nonce', address);
  }

  classHashAt(address: Felt): Felt {
    return this.#writes.classHash.get(address) ?? this.#initial('classHash', address);
  }

  compiledClassHash(classHash: Felt): Felt {
    return (
      this.#writes.compiledClassHash.get(classHash) ?? this.#initial('compiledClassHash', classHash)
    );
  }

  setStorage(address: Felt, key: Felt, value: Felt): void {
    this.#write('storage', tableOf(this.#writes.storage, address), address, key, value);
  }

  setNonce(address: Felt, nonce: Felt): void {
    this.#write('nonce', this.#writes.nonce, address, address, nonce);
  }

  setClassHash(address: Felt, classHash: Felt): void {
    this.#write('classHash', this.#writes.classHash, address, address, classHash);
  }

  setCompiledClassHash(classHash: Felt, compiledClassHash: Felt): void {
    const table = this.#writes.compiledClassHash;
    this.#write('compiledClassHash', table, classHash, classHash, compiledClassHash);
  }

  /** The present values, for onlookers: what is read through it does not enter the witness. */
  view(): StateReader {
    const parent = this.#parent;
    const [writes, reads] = [this.#writes, this.#reads];
    return {
      storageAt: (address, key) =>
        writes.storage.get(address)?.get(key) ??
        reads.storage.get(address)?.get(key) ??
        parent.storageAt(address, key),
      nonceAt: (address) =>
        writes.nonce.get(address) ?? reads.nonce.get(address) ?? parent.nonceAt(address),
      classHashAt: (address) =>
        writes.classHash.get(address) ??
        reads.classHash.get(address) ??
        parent.classHashAt(address),
      compiledClassHash: (classHash) =>
        writes.compiledClassHash.get(classHash) ??
        reads.compiledClassHash.get(classHash) ??
        parent.compiledClassHash(classHash),
    };
  }

  checkpoint(): Checkpoint {
    return { changes: this.#changes.length, reads: this.#readLog.length };
  }

  /** Undoes the writes made since. What was read stays read: the outcome depended on it. */
  rollback(to: Checkpoint): void {
    while (this.#changes.length > to.changes) {
      const { table, key, previous } = this.#changes.pop() as Change;
      if (previous === undefined) table.delete(key);
      else table.set(key, previous);
    }
  }

  /** Undoes the writes and forgets the reads made since, as if nothing had run. */
  discard(to: Checkpoint): void {
    this.rollback(to);
    while (this.#readLog.length > to.reads) {
      const { table, key } = this.#readLog.pop() as { table: Table; key: Felt };
      table.delete(key);
    }
  }

  /** What changed since a checkpoint (the beginning, when absent), against the values then. */
  diff(since?: Checkpoint): StateDiff {
    const parts: DiffParts = {
      storage: [],
      nonces: [],
      deployedContracts: [],
      replacedClasses: [],
      declaredClasses: [],
    };
    this.#forEachChange(since, (kind, address, key, before, value) => {
      switch (kind) {
        case 'storage':
          parts.storage.push({ address, key, value });
          return;
        case 'nonce':
          parts.nonces.push({ address, nonce: value });
          return;
        case 'classHash':
          (before === 0n ? parts.deployedContracts : parts.replacedClasses).push({
            address,
            classHash: value,
          });
          return;
        case 'compiledClassHash':
          parts.declaredClasses.push({ classHash: key, compiledClassHash: value });
      }
    });
    return sortDiff(parts);
  }

  /** How much changed since a checkpoint: what its publication costs. */
  changeCounts(since: Checkpoint): ChangeCounts {
    const contracts = new Set<Felt>();
    const counts = { storage: 0, newStorage: 0, classes: 0, declared: 0, keys: new Set<string>() };
    this.#forEachChange(since, (kind, address, key, before) => {
      if (kind === 'compiledClassHash') {
        counts.declared += 1;
        return;
      }
      contracts.add(address);
      if (kind === 'classHash') counts.classes += 1;
      if (kind !== 'storage') return;
      counts.storage += 1;
      counts.keys.add(`${address}:${key}`);
      if (before === 0n) counts.newStorage += 1;
    });
    return { ...counts, contracts };
  }

  /** Visits every key whose value differs from that at the checkpoint, once. */
  #forEachChange(
    since: Checkpoint | undefined,
    visit: (kind: Kind, address: Felt, key: Felt, before: Felt, value: Felt) => void,
  ): void {
    const seen = new Map<Table, Set<Felt>>();
    const count = this.#changes.length;
    for (let i = since?.changes ?? 0; i < count; i++) {
      const { table, key, kind, address, previous } = this.#changes[i] as Change;
      let keys = seen.get(table);
      if (keys === undefined) {
        keys = new Set();
        seen.set(table, keys);
      } else if (keys.has(key)) continue;
      keys.add(key);
      const value = table.get(key) as Felt;
      const before =
        previous ??
        (kind === 'storage' ? this.#initialStorage(address, key) : this.#initial(kind, key));
      if (value !== before) visit(kind, address, key, before, value);
    }
  }

  /** Every value that was read from the parent. */
  witness(): StateWitness {
    const { storage, nonce, classHash, compiledClassHash } = this.#reads;
    return sortWitness({
      storage: [...storage].flatMap(([address, table]) =>
        [...table].map(([key, value]) => ({ address, key, value })),
      ),
      nonces: [...nonce].map(([address, value]) => ({ address, nonce: value })),
      classHashes: [...classHash].map(([address, value]) => ({ address, classHash: value })),
      compiledClassHashes: [...compiledClassHash].map(([key, value]) => ({
        classHash: key,
        compiledClassHash: value,
      })),
    });
  }

  #write(kind: Kind, table: Table, address: Felt, key: Felt, value: Felt): void {
    this.#changes.push({ table, key, previous: table.get(key), kind, address });
    table.set(key, value);
  }

  #initialStorage(address: Felt, key: Felt): Felt {
    const table = tableOf(this.#reads.storage, address);
    const known = table.get(key);
    return known ?? this.#remember(table, key, this.#parent.storageAt(address, key));
  }

  #initial(kind: Exclude<Kind, 'storage'>, key: Felt): Felt {
    const table = this.#reads[kind];
    const known = table.get(key);
    if (known !== undefined) return known;
    const parent = this.#parent;
    switch (kind) {
      case 'nonce':
        return this.#remember(table, key, parent.nonceAt(key));
      case 'classHash':
        return this.#remember(table, key, parent.classHashAt(key));
      case 'compiledClassHash':
        return this.#remember(table, key, parent.compiledClassHash(key));
    }
  }

  #remember(table: Table, key: Felt, value: Felt): Felt {
    table.set(key, value);
    this.#readLog.push({ table, key });
    return value;
  }
}

function emptyTables() {
  return {
    storage: new Map<Felt, Table>(),
    nonce: new Map<Felt, Felt>(),
    classHash: new Map<Felt, Felt>(),
    compiledClassHash: new Map<Felt, Felt>(),
  };
}

function tableOf(tables: Map<Felt, Table>, address: Felt): Table {
  const table = tables.get(address);
  if (table !== undefined) return table;
  const created: Table = new Map();
  tables.set(address, created);
  return created;
}
