import {
  type Felt,
  feltToHex,
  StackError,
  type StateReader,
  type StateWitness,
} from '@stackctl/types';

/**
 * The parent's state as far as a block's execution read it. Reading anything else is an error, not a
 * zero: an execution that goes another way must not go unnoticed.
 */
export function witnessReader(witness: StateWitness): StateReader {
  const storage = new Map<string, Felt>();
  for (const { address, key, value } of witness.storage) storage.set(`${address}/${key}`, value);
  const nonces = new Map(witness.nonces.map(({ address, nonce }) => [address, nonce]));
  const classHashes = new Map(
    witness.classHashes.map(({ address, classHash }) => [address, classHash]),
  );
  const compiled = new Map(
    witness.compiledClassHashes.map((entry) => [entry.classHash, entry.compiledClassHash]),
  );
  return {
    storageAt: (address, key) =>
      known(
        storage.get(`${address}/${key}`),
        () => `storage ${feltToHex(key)} of ${feltToHex(address)}`,
      ),
    nonceAt: (address) => known(nonces.get(address), () => `nonce of ${feltToHex(address)}`),
    classHashAt: (address) =>
      known(classHashes.get(address), () => `class of ${feltToHex(address)}`),
    compiledClassHash: (classHash) =>
      known(compiled.get(classHash), () => `compiled class of ${feltToHex(classHash)}`),
  };
}

function known(value: Felt | undefined, what: () => string): Felt {
  if (value !== undefined) return value;
  throw new StackError('PROVER', { reason: `the witness of the block lacks the ${what()}` });
}
