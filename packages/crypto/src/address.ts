import { type Felt, shortString } from '@stackctl/types';
import { computeHashOnElements } from './pedersen.ts';

const PREFIX = shortString('STARKNET_CONTRACT_ADDRESS');
/** Addresses are below 2^251 - 256, so that storage base addresses stay in range. */
const ADDRESS_BOUND = (1n << 251n) - 256n;

/** Address of a contract deployed by `deployer` (0 when the address must not depend on it). */
export function contractAddress(deployment: {
  readonly salt: Felt;
  readonly classHash: Felt;
  readonly constructorCalldata: readonly Felt[];
  readonly deployer: Felt;
}): Felt {
  const { salt, classHash, constructorCalldata, deployer } = deployment;
  const hash = computeHashOnElements([
    PREFIX,
    deployer,
    salt,
    classHash,
    computeHashOnElements(constructorCalldata),
  ]);
  return hash % ADDRESS_BOUND;
}
