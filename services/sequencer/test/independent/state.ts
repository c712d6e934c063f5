// The state as an outsider keeps it: every state diff applied to plain maps, and the root computed anew.
import { ascii, type Json } from './block.ts';
import { pedersen, poseidon, poseidonMany, trieRoot } from './tries.ts';

const STATE_HEIGHT = 251;

interface Contract {
  classHash: bigint;
  nonce: bigint;
  readonly storage: Map<bigint, bigint>;
}

export interface OutsideState {
  /** `diff`: state_diff of starknet_getStateUpdate. */
  apply(diff: Json): void;
  root(): bigint;
}

export function createOutsideState(): OutsideState {
  const contracts = new Map<bigint, Contract>();
  const classes = new Map<bigint, bigint>();
  const contract = (address: string): Contract => {
    const key = BigInt(address);
    let found = contracts.get(key);
    if (found === undefined) {
      found = { classHash: 0n, nonce: 0n, storage: new Map() };
      contracts.set(key, found);
    }
    return found;
  };
  return {
    apply(diff) {
      for (const { address, class_hash } of diff.deployed_contracts)
        contract(address).classHash = BigInt(class_hash);
      for (const { contract_address, class_hash } of diff.replaced_classes)
        contract(contract_address).classHash = BigInt(class_hash);
      for (const { contract_address, nonce } of diff.nonces)
        contract(contract_address).nonce = BigInt(nonce);
      for (const { address, storage_entries } of diff.storage_diffs)
        for (const { key, value } of storage_entries)
          contract(address).storage.set(BigInt(key), BigInt(value));
      for (const { class_hash, compiled_class_hash } of diff.declared_classes)
        classes.set(BigInt(class_hash), BigInt(compiled_class_hash));
    },
    root() {
      const leaves = new Map<bigint, bigint>();
      for (const [address, { classHash, nonce, storage }] of contracts) {
        const storageRoot = trieRoot(storage, STATE_HEIGHT, pedersen);
        leaves.set(address, pedersen(pedersen(pedersen(classHash, storageRoot), nonce), 0n));
      }
      const classLeaves = new Map<bigint, bigint>();
      for (const [classHash, compiled] of classes)
        classLeaves.set(classHash, poseidon(ascii('CONTRACT_CLASS_LEAF_V0'), compiled));
      return poseidonMany([
        ascii('STARKNET_STATE_V0'),
        trieRoot(leaves, STATE_HEIGHT, pedersen),
        trieRoot(classLeaves, STATE_HEIGHT, poseidon),
      ]);
    },
  };
}
