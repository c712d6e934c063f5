import { PRIME } from '@stackctl/types';
import * as fc from 'fast-check';

const EDGES = [
  0n,
  1n,
  2n,
  PRIME - 1n,
  PRIME - 2n,
  2n ** 251n,
  2n ** 251n - 1n,
  2n ** 248n,
  2n ** 248n - 1n,
  2n ** 192n,
  2n ** 64n,
  2n ** 63n,
  2n ** 63n - 1n,
  17n * 2n ** 192n,
];

/** Felts, edges of the field and of the hashes' windows often among them. */
export const felts = fc.oneof(
  { weight: 1, arbitrary: fc.constantFrom(...EDGES) },
  { weight: 4, arbitrary: fc.bigInt({ min: 0n, max: PRIME - 1n }) },
);
