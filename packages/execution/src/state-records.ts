import type { Felt, StateDiff, StateWitness } from '@stackctl/types';

/** A state diff while it is collected: unsorted, storage flat. */
export interface DiffParts {
  readonly storage: Array<{ address: Felt; key: Felt; value: Felt }>;
  readonly nonces: Array<{ address: Felt; nonce: Felt }>;
  readonly deployedContracts: Array<{ address: Felt; classHash: Felt }>;
  readonly replacedClasses: Array<{ address: Felt; classHash: Felt }>;
  readonly declaredClasses: Array<{ classHash: Felt; compiledClassHash: Felt }>;
}

/** Sorts by address (class hash for classes), then key; groups storage by contract. */
export function sortDiff(parts: DiffParts): StateDiff {
  const storage: Array<{ address: Felt; entries: Array<{ key: Felt; value: Felt }> }> = [];
  for (const { address, key, value } of parts.storage.sort(byAddressAndKey)) {
    const contract = storage.at(-1);
    if (contract?.address === address) contract.entries.push({ key, value });
    else storage.push({ address, entries: [{ key, value }] });
  }
  return {
    storage,
    nonces: parts.nonces.sort(byAddress),
    deployedContracts: parts.deployedContracts.sort(byAddress),
    replacedClasses: parts.replacedClasses.sort(byAddress),
    declaredClasses: parts.declaredClasses.sort(byClassHash),
  };
}

/** Storage and witness lists are sorted the same way, so that equal executions give equal records. */
export function sortWitness(witness: StateWitness): StateWitness {
  return {
    storage: witness.storage.toSorted(byAddressAndKey),
    nonces: witness.nonces.toSorted(byAddress),
    classHashes: witness.classHashes.toSorted(byAddress),
    compiledClassHashes: witness.compiledClassHashes.toSorted(byClassHash),
  };
}

function compare(a: Felt, b: Felt): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function byAddress(a: { address: Felt }, b: { address: Felt }): number {
  return compare(a.address, b.address);
}

function byAddressAndKey(a: { address: Felt; key: Felt }, b: { address: Felt; key: Felt }): number {
  return compare(a.address, b.address) || compare(a.key, b.key);
}

function byClassHash(a: { classHash: Felt }, b: { classHash: Felt }): number {
  return compare(a.classHash, b.classHash);
}
