// The state as storage proofs open it: a few paths of its tries, each node checked by its hash.
import { pedersenPairs, poseidonPairs } from '@stackctl/crypto';
import {
  type Felt,
  feltToHex,
  PRIME,
  StackError,
  type StateDiff,
  type StateReader,
} from '@stackctl/types';
import {
  type ContractState,
  classLeaf,
  contractLeaves,
  NO_CONTRACT,
  stateRoot,
} from './contract.ts';
import { NodeReader, type TrieNode } from './trie/node.ts';
import type { PairHash } from './trie/pending.ts';
import { readTrie, STATE_HEIGHT, updateTrie } from './trie/trie.ts';

/** What a class hash compiles to, as the classes trie commits to it. */
export interface DeclaredCode {
  readonly classHash: Felt;
  readonly compiledClassHash: Felt;
}

/** Paths of a state's tries. Each list is in ascending order (nodes by their hash), without repetition. */
export interface StateProof {
  readonly contractsRoot: Felt;
  readonly classesRoot: Felt;
  /** Nodes of the contracts trie and of storage tries (Pedersen). */
  readonly contractNodes: readonly TrieNode[];
  /** Nodes of the classes trie (Poseidon). */
  readonly classNodes: readonly TrieNode[];
  /** Contracts that exist; their leaves are opened by `contractNodes`. */
  readonly contracts: ReadonlyArray<ContractState & { readonly address: Felt }>;
  /** Classes that are declared; their leaves are opened by `classNodes`. */
  readonly classes: readonly DeclaredCode[];
}

/** Hash of a node under its trie's pair hash: h(left, right), or h(child, path) + length. */
export function nodeHashes(nodes: readonly TrieNode[], hash: PairHash): Felt[] {
  const pairs = nodes.flatMap((node) =>
    node.kind === 'binary' ? [node.left, node.right] : [node.child, node.path],
  );
  return hash(pairs).map((digest, index) => {
    const node = nodes[index] as TrieNode;
    return node.kind === 'binary' ? digest : (digest + BigInt(node.length)) % PRIME;
  });
}

/** Reads nodes that a proof brings, and no others. */
export class OpenedNodes extends NodeReader {
  readonly #nodes: ReadonlyMap<Felt, TrieNode>;
  readonly #read = new Set<Felt>();
  /** The node that was wanted last and is not here. */
  missing: Felt | undefined;

  constructor(nodes: ReadonlyMap<Felt, TrieNode>) {
    super({ get: () => undefined }, 1);
    this.#nodes = nodes;
  }

  /** Hashes of the nodes that were read. */
  get used(): ReadonlySet<Felt> {
    return this.#read;
  }

  override read(hash: Felt): TrieNode {
    const node = this.#nodes.get(hash);
    if (node === undefined) {
      this.missing = hash;
      throw refused(`trie node ${feltToHex(hash)} is not opened`);
    }
    this.#read.add(hash);
    return node;
  }

  /** New nodes of an update are not read through it. */
  override remember(): void {}
}

/**
 * A state of which a proof opens some paths. Reading or changing anything off these paths throws
 * PROOF_REJECTED: an answer is the state's own or there is none.
 */
export class PartialState implements StateReader {
  readonly #proof: StateProof;
  readonly #contracts: ReadonlyMap<Felt, ContractState>;
  readonly #classes: ReadonlyMap<Felt, Felt>;
  readonly #checked = new Map<Felt, ContractState>();
  readonly #checkedClasses = new Map<Felt, Felt>();
  /** Nodes of contracts and storage, and of classes. */
  readonly contractNodes: OpenedNodes;
  readonly classNodes: OpenedNodes;

  /**
   * @param root the state root that the proof must lead to
   * @throws StackError PROOF_REJECTED when it does not, or is not in canonical order
   */
  constructor(root: Felt, proof: StateProof) {
    this.#proof = proof;
    if (stateRoot(proof.contractsRoot, proof.classesRoot) !== root)
      throw refused('the tries are not those of the state root');
    this.contractNodes = new OpenedNodes(byHash(proof.contractNodes, pedersenPairs));
    this.classNodes = new OpenedNodes(byHash(proof.classNodes, poseidonPairs));
    requireAscending(proof.contracts.map(({ address }) => address));
    requireAscending(proof.classes.map(({ classHash }) => classHash));
    this.#contracts = new Map(proof.contracts.map((contract) => [contract.address, contract]));
    this.#classes = new Map(
      proof.classes.map(({ classHash, compiledClassHash }) => [classHash, compiledClassHash]),
    );
  }

  storageAt(address: Felt, key: Felt): Felt {
    const { storageRoot } = this.contract(address);
    return inTrie(() => readTrie(this.contractNodes, storageRoot, key));
  }

  nonceAt(address: Felt): Felt {
    return this.contract(address).nonce;
  }

  classHashAt(address: Felt): Felt {
    return this.contract(address).classHash;
  }

  compiledClassHash(classHash: Felt): Felt {
    const known = this.#checkedClasses.get(classHash);
    if (known !== undefined) return known;
    const leaf = inTrie(() => readTrie(this.classNodes, this.#proof.classesRoot, classHash));
    const compiled = this.#classes.get(classHash);
    if (leaf !== (compiled === undefined ? 0n : classLeaf(compiled)))
      throw refused(`class ${feltToHex(classHash)} is not what its leaf says`);
    this.#checkedClasses.set(classHash, compiled ?? 0n);
    return compiled ?? 0n;
  }

  /** A contract's part of the state; NO_CONTRACT where there is none. */
  contract(address: Felt): ContractState {
    const known = this.#checked.get(address);
    if (known !== undefined) return known;
    const leaf = inTrie(() => readTrie(this.contractNodes, this.#proof.contractsRoot, address));
    const contract = this.#contracts.get(address) ?? NO_CONTRACT;
    if (leaf !== contractLeaves([contract])[0])
      throw refused(`contract ${feltToHex(address)} is not what its leaf says`);
    this.#checked.set(address, contract);
    return contract;
  }

  /** State root after the changes of a diff. Throws PROOF_REJECTED when a path that changes is closed. */
  rootAfter(diff: StateDiff): Felt {
    return inTrie(() => stateRoot(this.#contractsRootAfter(diff), this.#classesRootAfter(diff)));
  }

  #contractsRootAfter(diff: StateDiff): Felt {
    const changed = new Map<Felt, ContractState>();
    const change = (address: Felt, part: Partial<ContractState>): void => {
      changed.set(address, { ...(changed.get(address) ?? this.contract(address)), ...part });
    };
    for (const { address, entries } of diff.storage) {
      const { storageRoot: before } = this.contract(address);
      const { root } = updateTrie(this.contractNodes, pedersenPairs, before, entries);
      change(address, { storageRoot: root });
    }
    for (const { address, classHash } of diff.deployedContracts) change(address, { classHash });
    for (const { address, classHash } of diff.replacedClasses) change(address, { classHash });
    for (const { address, nonce } of diff.nonces) change(address, { nonce });
    const leaves = contractLeaves([...changed.values()]);
    const entries = [...changed.keys()].map((key, i) => ({ key, value: leaves[i] as Felt }));
    return updateTrie(this.contractNodes, pedersenPairs, this.#proof.contractsRoot, entries).root;
  }

  #classesRootAfter(diff: StateDiff): Felt {
    const entries = diff.declaredClasses.map(({ classHash, compiledClassHash }) => ({
      key: classHash,
      value: classLeaf(compiledClassHash),
    }));
    return updateTrie(this.classNodes, poseidonPairs, this.#proof.classesRoot, entries).root;
  }

  /** The part of the proof that was needed so far: what a witness should hold, and no more. */
  needed(): StateProof {
    const { contractNodes, classNodes, contracts, classes } = this.#proof;
    return {
      ...this.#proof,
      contractNodes: usedOf(contractNodes, pedersenPairs, this.contractNodes.used),
      classNodes: usedOf(classNodes, poseidonPairs, this.classNodes.used),
      contracts: contracts.filter(({ address }) => this.#checked.has(address)),
      classes: classes.filter(({ classHash }) => this.#checkedClasses.has(classHash)),
    };
  }

  /** Whether the proof opens more than was needed so far. */
  get hasUnused(): boolean {
    const { contractNodes, classNodes, contracts, classes } = this.#proof;
    return (
      contractNodes.length !== this.contractNodes.used.size ||
      classNodes.length !== this.classNodes.used.size ||
      contracts.some(({ address }) => !this.#checked.has(address)) ||
      classes.some(({ classHash }) => !this.#checkedClasses.has(classHash))
    );
  }
}

function byHash(nodes: readonly TrieNode[], hash: PairHash): Map<Felt, TrieNode> {
  for (const node of nodes) if (!isWellFormed(node)) throw refused('a trie node is malformed');
  const hashes = nodeHashes(nodes, hash);
  requireAscending(hashes);
  return new Map(hashes.map((key, index) => [key, nodes[index] as TrieNode]));
}

/** Both children there; an edge of 1 to 251 levels whose path has no more bits. */
function isWellFormed(node: TrieNode): boolean {
  if (node.kind === 'binary') return node.left !== 0n && node.right !== 0n;
  const { child, path, length } = node;
  return child !== 0n && length >= 1 && length <= STATE_HEIGHT && path >> BigInt(length) === 0n;
}

function usedOf(
  nodes: readonly TrieNode[],
  hash: PairHash,
  used: ReadonlySet<Felt>,
): readonly TrieNode[] {
  const hashes = nodeHashes(nodes, hash);
  return nodes.filter((_, index) => used.has(hashes[index] as Felt));
}

function requireAscending(keys: readonly Felt[]): void {
  for (let i = 1; i < keys.length; i++)
    if ((keys[i - 1] as Felt) >= (keys[i] as Felt))
      throw refused('the entries are not in ascending order');
}

/** Tries of proven nodes can still be nonsense when the root is: that is a rejection too. */
function inTrie<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError) throw refused(error.message);
    throw error;
  }
}

function refused(reason: string): StackError<'PROOF_REJECTED'> {
  return new StackError('PROOF_REJECTED', { reason: `storage proof: ${reason}` });
}
