// The SIMD and hash kernels as a module of their own: what the tests and benchmarks of this package
// load. Other packages compile the kernels into their modules by relative path.
export {
  add,
  copy,
  extract,
  gather,
  insert,
  mul,
  normalise,
  splat,
  splatLane,
  sub,
  transpose,
} from './simd';
export { invertVector, invertVectors } from './simd-invert';
export { forward, inverse } from './simd-ntt';
export { fromWireForm, serialise, toMontgomery, unpack28 } from './simd-wire';
export { keccak256 } from './keccak';
export { keccak256Pair } from './keccak-pair';
/** First free byte of the memory. */
export function heapBase(): usize {
  return __heap_base;
}
