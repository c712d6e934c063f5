export { contractAddress } from './address.ts';
export { blake2s, encodeFelts, hashFeltsBlake } from './blake2s.ts';
export {
  CURVE_ALPHA,
  CURVE_BETA,
  CURVE_ORDER,
  ecOp,
  fieldInverse,
  fieldSqrt,
  GENERATOR,
  isOnCurve,
  multiplyGenerator,
  type Point,
  pointOfX,
  scalarInverse,
} from './curve.ts';
export { publicKey, type Signature, sign, verify } from './ecdsa.ts';
export { keccak256, keccakF, selector, starknetKeccak } from './keccak.ts';
export { computeHashOnElements, pedersen, pedersenPairs, preparePedersen } from './pedersen.ts';
export {
  poseidon,
  poseidonMany,
  poseidonPairs,
  poseidonPermutation,
  preparePoseidon,
} from './poseidon.ts';
