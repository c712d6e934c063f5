import { pedersen, pedersenPairs, poseidon, poseidonMany } from '@stackctl/crypto';
import { type Felt, shortString } from '@stackctl/types';
import { encodeFelts, FELT_BYTES, readFelt } from './bytes.ts';

/** What the contracts trie commits to for one address. */
export interface ContractState {
  /** 0 for the system contracts, which have storage and no class. */
  readonly classHash: Felt;
  readonly storageRoot: Felt;
  readonly nonce: Felt;
}

export const NO_CONTRACT: ContractState = { classHash: 0n, storageRoot: 0n, nonce: 0n };

export function encodeContract(contract: ContractState): Uint8Array {
  return encodeFelts(contract.classHash, contract.storageRoot, contract.nonce);
}

export function decodeContract(bytes: Uint8Array | undefined): ContractState {
  if (bytes === undefined) return NO_CONTRACT;
  return {
    classHash: readFelt(bytes, 0),
    storageRoot: readFelt(bytes, FELT_BYTES),
    nonce: readFelt(bytes, 2 * FELT_BYTES),
  };
}

export function sameContract(a: ContractState, b: ContractState): boolean {
  return a.classHash === b.classHash && a.storageRoot === b.storageRoot && a.nonce === b.nonce;
}

/**
 * Leaves of the contracts trie: h(h(h(class hash, storage root), nonce), 0) with Pedersen; 0 where
 * there is nothing.
 */
export function contractLeaves(contracts: readonly ContractState[]): Felt[] {
  // Remembered for accounts, whose storage seldom changes.
  const states = contracts.map((c) => pedersen(c.classHash, c.storageRoot));
  const withNonces = pedersenPairs(states.flatMap((h, i) => [h, contracts[i]?.nonce as Felt]));
  const leaves = pedersenPairs(withNonces.flatMap((h) => [h, 0n]));
  return leaves.map((leaf, i) =>
    sameContract(contracts[i] as ContractState, NO_CONTRACT) ? 0n : leaf,
  );
}

const CLASS_LEAF = shortString('CONTRACT_CLASS_LEAF_V0');
const STATE_VERSION = shortString('STARKNET_STATE_V0');

/** Leaf of the classes trie. */
export function classLeaf(compiledClassHash: Felt): Felt {
  return poseidon(CLASS_LEAF, compiledClassHash);
}

/** The state root: 0 for an empty state. */
export function stateRoot(contractsRoot: Felt, classesRoot: Felt): Felt {
  if (contractsRoot === 0n && classesRoot === 0n) return 0n;
  return poseidonMany([STATE_VERSION, contractsRoot, classesRoot]);
}
