// The state of all blocks: flat values for execution, tries for the root, both by block.
import { type Felt, StackError, type StateDiff, type StateReader } from '@stackctl/types';
import { encodeFelts, FELT_BYTES, readFelt } from './bytes.ts';
import {
  type ContractState,
  classLeaf,
  contractLeaves,
  decodeContract,
  encodeContract,
  sameContract,
  stateRoot,
} from './contract.ts';
import { type Changes, History } from './history.ts';
import type { KeyValueReader, Put, Write } from './store.ts';
import { NodeReader } from './trie/node.ts';
import { hashOf, type Ref, seal } from './trie/pending.ts';
import {
  PEDERSEN,
  POSEIDON,
  type ProofNode,
  proveKey,
  STATE_HEIGHT,
  sortedEntries,
  updateTrie,
} from './trie/trie.ts';
import { TrieUpdate } from './trie/update.ts';

/** Roots after a block. */
export interface StateRoots {
  readonly stateRoot: Felt;
  readonly contractsRoot: Felt;
  readonly classesRoot: Felt;
}

/** What a block would change. It takes effect when `puts` are in the store, and not before. */
export interface StateUpdate extends StateRoots {
  readonly blockNumber: number;
  /**
   * To be written in one atomic batch, together with whatever else the block brings. A value of
   * undefined removes its key.
   */
  readonly puts: readonly Write[];
}

export interface StateDbOptions {
  /** Trie nodes kept in memory, in each of two generations. */
  readonly cachedNodes?: number;
  /** Latest values kept in memory, in each of two generations. */
  readonly cachedValues?: number;
  /** Blocks before the last one whose state stays readable; 0, the default: all of them. */
  readonly historyBlocks?: number;
}

const EMPTY: StateRoots = { stateRoot: 0n, contractsRoot: 0n, classesRoot: 0n };
const HEAD_KEY = 'state/head';
/** The first block whose state is whole in the store; absent while all are. */
const OLDEST_KEY = 'state/oldest';
/** Updates remembered until they are seen written, or others are. */
const MOST_PENDING = 8;

const storageKey = (address: Felt, key: Felt): string =>
  `state/storage/${address.toString(16)}/${key.toString(16)}`;
const contractKey = (address: Felt): string => `state/contract/${address.toString(16)}`;
const classKey = (classHash: Felt): string => `state/class/${classHash.toString(16)}`;
const rootsKey = (block: number): string => `state/roots/${block}`;

/** State over a key-value store. Block numbers are at most 2^32 - 1. */
export class StateDb {
  readonly #store: KeyValueReader;
  readonly #nodes: NodeReader;
  readonly #history: History;
  /** Blocks before the last one whose state stays readable; 0: all of them. */
  readonly historyBlocks: number;
  #head = -1;
  #wholeFrom = 0;
  #roots = EMPTY;
  #pending: Array<{ update: StateUpdate; changes: Changes }> = [];

  constructor(store: KeyValueReader, options: StateDbOptions = {}) {
    this.#store = store;
    this.#nodes = new NodeReader(store, options.cachedNodes ?? 100_000);
    this.#history = new History(store, options.cachedValues ?? 100_000);
    this.historyBlocks = options.historyBlocks ?? 0;
  }

  /** Number of the last block in the store, -1 before genesis. */
  get height(): number {
    this.#follow();
    return this.#head;
  }

  /**
   * The first block whose state can be read, 0 when all can. It never goes back: a longer history
   * does not restore what a shorter one has dropped.
   */
  get oldest(): number {
    this.#follow();
    return this.#oldestAt(this.#head);
  }

  /** Roots after a block; undefined when the store has no such block. */
  roots(block: number | 'latest'): StateRoots | undefined {
    this.#follow();
    if (block === 'latest' || block === this.#head) return this.#head < 0 ? undefined : this.#roots;
    const bytes = this.#store.get(rootsKey(block));
    return bytes === undefined ? undefined : decodeRoots(bytes);
  }

  /**
   * The state after a block: a view that later blocks do not change. -1 is the empty state before
   * genesis. Throws RangeError for a block that is not in the store, or before `oldest`; its reads
   * throw it once their values have been dropped.
   */
  reader(block: number | 'latest'): StateReader {
    this.#follow();
    const at = block === 'latest' ? this.#head : block;
    const oldest = this.#oldestAt(this.#head);
    if (at < (oldest === 0 ? -1 : oldest) || at > this.#head)
      throw new RangeError(`no state of block ${at}`);
    return {
      storageAt: (address, key) => this.#felt(storageKey(address, key), at),
      nonceAt: (address) => this.#contract(address, at).nonce,
      classHashAt: (address) => this.#contract(address, at).classHash,
      compiledClassHash: (classHash) => this.#felt(classKey(classHash), at),
    };
  }

  /** The last block up to `block` that changed a storage slot; 0 when none did. */
  storageChangedAt(address: Felt, key: Felt, block: number): number {
    this.#follow();
    return this.#history.changedAt(storageKey(address, key), block) ?? 0;
  }

  /** The contract's leaf data after a block, as storage proofs show it. */
  contract(address: Felt, block: number): ContractState {
    this.#follow();
    return this.#contract(address, block);
  }

  /**
   * Computes what block `blockNumber` changes, on top of the last block in the store. Nothing is
   * written: an update may be dropped, and another one computed for the same block. Throws STALE_STATE
   * when `blockNumber` does not follow the last block.
   */
  apply(diff: StateDiff, blockNumber: number): StateUpdate {
    this.#follow();
    if (blockNumber !== this.#head + 1) {
      throw new StackError('STALE_STATE', {
        reason: `block ${blockNumber} does not follow block ${this.#head} of the state`,
      });
    }
    const values = new Map<string, Uint8Array>();
    const contracts = this.#updateContracts(diff, values);
    const classes = this.#updateClasses(diff, values);
    const roots: StateRoots = {
      stateRoot: stateRoot(contracts.root, classes.root),
      contractsRoot: contracts.root,
      classesRoot: classes.root,
    };
    const oldest = this.#oldestAt(blockNumber);
    const keptFrom = this.historyBlocks === 0 ? -1 : oldest;
    const { puts, changes } = this.#history.set(blockNumber, values, keptFrom);
    const encodedRoots = encodeFelts(roots.stateRoot, roots.contractsRoot, roots.classesRoot);
    const update: StateUpdate = {
      ...roots,
      blockNumber,
      puts: [
        ...contracts.puts,
        ...classes.puts,
        ...puts,
        ...(oldest > this.#wholeFrom ? [[OLDEST_KEY, encodeBlock(oldest)] as const] : []),
        [rootsKey(blockNumber), encodedRoots],
        [HEAD_KEY, encodeHead(blockNumber, encodedRoots)],
      ],
    };
    this.#pending.push({ update, changes });
    if (this.#pending.length > MOST_PENDING) this.#pending.shift();
    return update;
  }

  /** Nodes from the contracts root of a block towards an address. */
  proveContract(contractsRoot: Felt, address: Felt): ProofNode[] {
    return proveKey(this.#nodes, contractsRoot, address);
  }

  /** Nodes from a contract's storage root towards a key. */
  proveStorage(storageRoot: Felt, key: Felt): ProofNode[] {
    return proveKey(this.#nodes, storageRoot, key);
  }

  /** Nodes from the classes root of a block towards a class hash. */
  proveClass(classesRoot: Felt, classHash: Felt): ProofNode[] {
    return proveKey(this.#nodes, classesRoot, classHash);
  }

  /**
   * Notices that the store has moved on. An update computed here that was written is adopted; after
   * any other the cached values are dropped (cached nodes are named by their content). The state root
   * tells updates apart: on one parent it fixes which values change, since only real changes are kept.
   */
  #follow(): void {
    const bytes = this.#store.get(HEAD_KEY);
    const head = bytes === undefined ? -1 : decodeHead(bytes);
    const roots = bytes === undefined ? EMPTY : decodeRoots(bytes.subarray(HEAD_BYTES));
    if (head === this.#head && roots.stateRoot === this.#roots.stateRoot) return;
    const written =
      head === this.#head + 1
        ? this.#pending.find(({ update }) => update.stateRoot === roots.stateRoot)
        : undefined;
    if (written === undefined) this.#history.forget();
    else this.#history.adopt(written.changes);
    const oldest = this.#store.get(OLDEST_KEY);
    this.#wholeFrom = oldest === undefined ? 0 : decodeHead(oldest);
    this.#head = head;
    this.#roots = roots;
    this.#pending = [];
  }

  /** `oldest`, were `head` the last block. */
  #oldestAt(head: number): number {
    if (this.historyBlocks === 0) return this.#wholeFrom;
    return Math.max(this.#wholeFrom, head - this.historyBlocks);
  }

  #felt(key: string, block: number): Felt {
    const bytes = this.#history.at(key, block);
    return bytes === undefined ? 0n : readFelt(bytes, 0);
  }

  #contract(address: Felt, block: number): ContractState {
    return decodeContract(this.#history.at(contractKey(address), block));
  }

  /** Storage tries, then the contracts trie over them. Puts changed flat values into `values`. */
  #updateContracts(diff: StateDiff, values: Map<string, Uint8Array>): { root: Felt; puts: Put[] } {
    const changed = new Map<Felt, Partial<ContractState>>();
    const change = (address: Felt, part: Partial<ContractState>): void => {
      changed.set(address, { ...changed.get(address), ...part });
    };
    const update = new TrieUpdate(this.#nodes);
    const storages: Array<{ address: Felt; ref: Ref }> = [];
    for (const { address, entries } of diff.storage) {
      for (const { key, value } of entries) {
        const path = storageKey(address, key);
        if (this.#felt(path, this.#head) !== value) values.set(path, encodeFelts(value));
      }
      const { storageRoot } = this.#contract(address, this.#head);
      const ref = update.apply(storageRoot, STATE_HEIGHT, sortedEntries(entries));
      storages.push({ address, ref });
    }
    const puts = seal(
      storages.map(({ ref }) => ref),
      STATE_HEIGHT,
      PEDERSEN,
      this.#nodes,
    );
    for (const { address, ref } of storages) change(address, { storageRoot: hashOf(ref) });
    for (const { address, classHash } of diff.deployedContracts) change(address, { classHash });
    for (const { address, classHash } of diff.replacedClasses) change(address, { classHash });
    for (const { address, nonce } of diff.nonces) change(address, { nonce });

    const addresses = [...changed.keys()];
    const contracts = addresses.map((address) => ({
      ...this.#contract(address, this.#head),
      ...changed.get(address),
    }));
    for (const [i, contract] of contracts.entries()) {
      const address = addresses[i] as Felt;
      const before = this.#contract(address, this.#head);
      if (!sameContract(contract, before)) {
        values.set(contractKey(address), encodeContract(contract));
      }
    }
    const leaves = contractLeaves(contracts);
    const trie = updateTrie(
      this.#nodes,
      PEDERSEN,
      this.#roots.contractsRoot,
      leaves.map((value, i) => ({ key: addresses[i] as Felt, value })),
    );
    return { root: trie.root, puts: [...puts, ...trie.puts] };
  }

  #updateClasses(diff: StateDiff, values: Map<string, Uint8Array>): { root: Felt; puts: Put[] } {
    for (const { classHash, compiledClassHash } of diff.declaredClasses) {
      const path = classKey(classHash);
      if (this.#felt(path, this.#head) !== compiledClassHash) {
        values.set(path, encodeFelts(compiledClassHash));
      }
    }
    return updateTrie(
      this.#nodes,
      POSEIDON,
      this.#roots.classesRoot,
      diff.declaredClasses.map(({ classHash, compiledClassHash }) => ({
        key: classHash,
        value: classLeaf(compiledClassHash),
      })),
    );
  }
}

const HEAD_BYTES = 4;

function encodeBlock(block: number): Uint8Array {
  return encodeHead(block, new Uint8Array());
}

function encodeHead(block: number, roots: Uint8Array): Uint8Array {
  const out = new Uint8Array(HEAD_BYTES + roots.length);
  new DataView(out.buffer).setUint32(0, block);
  out.set(roots, HEAD_BYTES);
  return out;
}

function decodeHead(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset, HEAD_BYTES).getUint32(0);
}

function decodeRoots(bytes: Uint8Array): StateRoots {
  return {
    stateRoot: readFelt(bytes, 0),
    contractsRoot: readFelt(bytes, FELT_BYTES),
    classesRoot: readFelt(bytes, 2 * FELT_BYTES),
  };
}
