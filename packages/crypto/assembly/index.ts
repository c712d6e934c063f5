// The WebAssembly module of packages/crypto: exports are raw pointers and counts, and all felts
// cross as 32 canonical little-endian bytes (see src/wasm.ts for the host's side).

/** Where the host writes arguments and reads results. */
const BUFFER: usize = memory.data(131072, 64);

export function buffer(): usize {
  return BUFFER;
}

export { pedersen, pedersenMany, preparePedersen } from './pedersen';
export {
  loadPoseidonKeys,
  poseidonAbsorb,
  poseidonFinish,
  poseidonPairs,
  poseidonPermutation,
  poseidonStart,
} from './poseidon';
export { ecOp } from './ec-op';
export { combinationHasX, baseMultiple } from './ecdsa';
export { invertFelt, invertScalar, sqrtFelt, isOnCurve } from './field-ops';
export { keccakF, keccak256 } from './keccak';
export { blake2sAbsorb, blake2sFinish, blake2sStart } from './blake2s';
// The field's kernels, for tests of their bounds.
export { mul, square } from '../../field/assembly/scalar';
export { mulSub, mulSubMul, squareSub } from '../../field/assembly/scalar-fused';
export { pack, reduce } from '../../field/assembly/scalar-linear';
