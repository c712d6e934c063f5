import type { MerkleNode, RpcClient } from '@stackctl/rpc';
import { type ContractState, STATE_HEIGHT, type StateProof, type TrieNode } from '@stackctl/state';
import { type Felt, StackError, type StateDiff } from '@stackctl/types';

/** Leaves of a state's tries. */
export interface Leaves {
  readonly classes: readonly Felt[];
  readonly contracts: readonly Felt[];
  readonly storage: ReadonlyArray<StorageLeaf>;
}

export interface StorageLeaf {
  readonly address: Felt;
  readonly key: Felt;
}

/** Leaves of one request: nodes take 1,024, and answer other requests between smaller ones sooner. */
const LEAVES_A_REQUEST = 256;

type ProofReader = Pick<RpcClient, 'starknet_getStorageProof'>;

/** The state after a block, opened leaf by leaf over RPC. Nothing of it is checked here. */
export class OpenedState {
  readonly #rpc: ProofReader;
  readonly #block: Felt;
  readonly #contractNodes = new Map<Felt, TrieNode>();
  readonly #classNodes = new Map<Felt, TrieNode>();
  readonly #contracts = new Map<Felt, ContractState>();
  #roots = { contractsRoot: 0n, classesRoot: 0n };

  constructor(rpc: ProofReader, block: Felt) {
    this.#rpc = rpc;
    this.#block = block;
  }

  /**
   * Opens the paths to these leaves.
   * @throws StackError RPC_UNREACHABLE, RPC_ERROR (also when the node keeps no proofs of the block)
   */
  async open(leaves: Leaves): Promise<void> {
    for (const some of inRequests(leaves)) await this.#request(some);
  }

  async #request({ classes, contracts, storage }: Leaves): Promise<void> {
    const keys = new Map<Felt, Felt[]>();
    for (const { address, key } of storage) {
      const known = keys.get(address);
      if (known === undefined) keys.set(address, [key]);
      else known.push(key);
    }
    const proof = await this.#rpc.starknet_getStorageProof({
      block_id: { hash: this.#block },
      class_hashes: classes,
      contract_addresses: contracts,
      contracts_storage_keys: [...keys].map(([contractAddress, storageKeys]) => ({
        contractAddress,
        storageKeys,
      })),
    });
    this.#roots = { contractsRoot: proof.roots.contracts, classesRoot: proof.roots.classes };
    for (const { hash, node } of proof.classes) this.#classNodes.set(hash, trieNode(node));
    for (const { hash, node } of [...proof.contracts, ...proof.storage.flat()])
      this.#contractNodes.set(hash, trieNode(node));
    for (const [index, address] of contracts.entries()) {
      const leaf = proof.contractLeaves[index];
      if (leaf === undefined)
        throw new StackError('PROVER', { reason: 'the node left out the leaf of a contract' });
      const { nonce, classHash, storageRoot = 0n } = leaf;
      this.#contracts.set(address, { nonce, classHash, storageRoot });
    }
  }

  /** What is open, with what the classes that are declared compile to. */
  proof(compiled: ReadonlyMap<Felt, Felt>): StateProof {
    return {
      ...this.#roots,
      contractNodes: ascending(this.#contractNodes).map(([, node]) => node),
      classNodes: ascending(this.#classNodes).map(([, node]) => node),
      contracts: ascending(this.#contracts)
        .map(([address, contract]) => ({ address, ...contract }))
        .filter(
          ({ classHash, nonce, storageRoot }) =>
            classHash !== 0n || nonce !== 0n || storageRoot !== 0n,
        ),
      classes: ascending(compiled)
        .map(([classHash, compiledClassHash]) => ({ classHash, compiledClassHash }))
        .filter(({ compiledClassHash }) => compiledClassHash !== 0n),
    };
  }

  /**
   * Leaves beside values that a block sets to zero: removing a leaf joins its sibling to the edge above,
   * which takes the sibling's own node.
   */
  siblings(diff: Pick<StateDiff, 'storage'>): StorageLeaf[] {
    return diff.storage.flatMap(({ address, entries }) =>
      entries
        .filter(({ value }) => value === 0n)
        .map(({ key }) => this.#siblingOf(address, key))
        .filter((leaf) => leaf !== undefined),
    );
  }

  #siblingOf(address: Felt, key: Felt): StorageLeaf | undefined {
    let sibling: { readonly hash: Felt; readonly key: Felt } | undefined;
    let hash = this.#contracts.get(address)?.storageRoot ?? 0n;
    for (let height = STATE_HEIGHT; height > 0; ) {
      const node = this.#contractNodes.get(hash);
      if (node === undefined) break;
      if (node.kind === 'edge') {
        height -= node.length;
        hash = node.child;
        continue;
      }
      height -= 1;
      const goesRight = ((key >> BigInt(height)) & 1n) === 1n;
      const beside = {
        hash: goesRight ? node.left : node.right,
        key: key ^ (1n << BigInt(height)),
      };
      sibling = height === 0 ? undefined : beside;
      hash = goesRight ? node.right : node.left;
    }
    if (sibling === undefined || this.#contractNodes.has(sibling.hash)) return undefined;
    return { address, key: sibling.key };
  }

  /** A leaf in some contract's storage whose path leads through a node that is not open. */
  leafBelow(missing: Felt): StorageLeaf | undefined {
    const seen = new Set<Felt>();
    for (const [address, { storageRoot }] of this.#contracts) {
      const open = [{ hash: storageRoot, prefix: 0n, height: STATE_HEIGHT }];
      for (let at = open.pop(); at !== undefined; at = open.pop()) {
        const { hash, prefix, height } = at;
        if (hash === missing) return { address, key: prefix << BigInt(height) };
        const node = this.#contractNodes.get(hash);
        if (node === undefined || seen.has(hash)) continue;
        seen.add(hash);
        if (node.kind === 'edge') {
          const below = height - node.length;
          open.push({
            hash: node.child,
            prefix: (prefix << BigInt(node.length)) | node.path,
            height: below,
          });
        } else {
          open.push({ hash: node.left, prefix: prefix << 1n, height: height - 1 });
          open.push({ hash: node.right, prefix: (prefix << 1n) | 1n, height: height - 1 });
        }
      }
    }
    return undefined;
  }
}

/** Cuts leaves into requests; at least one, for the roots. */
function inRequests({ classes, contracts, storage }: Leaves): Leaves[] {
  const all = [
    ...classes.map((leaf) => ({ classes: [leaf], contracts: [], storage: [] })),
    ...contracts.map((leaf) => ({ classes: [], contracts: [leaf], storage: [] })),
    ...storage.map((leaf) => ({ classes: [], contracts: [], storage: [leaf] })),
  ];
  const requests: Leaves[] = [];
  for (let at = 0; at === 0 || at < all.length; at += LEAVES_A_REQUEST) {
    const some = all.slice(at, at + LEAVES_A_REQUEST);
    requests.push({
      classes: some.flatMap((leaf) => leaf.classes),
      contracts: some.flatMap((leaf) => leaf.contracts),
      storage: some.flatMap((leaf) => leaf.storage),
    });
  }
  return requests;
}

function trieNode(node: MerkleNode): TrieNode {
  return 'path' in node ? { kind: 'edge', ...node } : { kind: 'binary', ...node };
}

function ascending<T>(entries: ReadonlyMap<Felt, T>): Array<[Felt, T]> {
  return [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
}
