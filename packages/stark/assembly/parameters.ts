// Bounds of statements and proofs, and the shape of FRI for a size: what prover and verifier must
// agree on.

import { LONGEST_PERIOD } from '../build/assembly/air-constants';

/** Least and greatest log2 of the number of rows. The least is the longest period of the AIR. */
export const MINIMAL_LOG_ROWS: i32 = 31 - <i32>clz(LONGEST_PERIOD);
export const MAXIMAL_LOG_ROWS: i32 = 20;
export const MINIMAL_LOG_BLOWUP: i32 = 2;
export const MAXIMAL_LOG_BLOWUP: i32 = 4;
export const MAXIMAL_QUERIES: i32 = 128;
export const MAXIMAL_GRINDING: i32 = 32;
/** Collisions of the 256-bit hash bound every proof's security. */
export const HASH_BITS: i32 = 128;

/** The composition polynomial has degree below 4 n: it is split into this many columns. */
export const COMPOSITION_COLUMNS: i32 = 4;
export const LOG_COMPOSITION_COLUMNS: i32 = 2;

/** Each FRI layer folds 2^3 values into one; a leaf is such a coset. */
export const LOG_FOLD: i32 = 3;
export const FOLD: i32 = 8;
/** Folding stops once the degree bound is at most 2^6. */
const LOG_LAST_DEGREE: i32 = 6;

/** Committed FRI layers for 2^logRows rows. */
export function friLayers(logRows: i32): i32 {
  return (logRows - LOG_LAST_DEGREE + LOG_FOLD - 1) / LOG_FOLD;
}

/** log2 of the number of coefficients of the last layer. */
export function logLastDegree(logRows: i32): i32 {
  return logRows - LOG_FOLD * friLayers(logRows);
}

/** Conjectured bits of security (up-to-capacity list decoding). */
export function securityBits(logBlowup: i32, queries: i32, grinding: i32): i32 {
  return min(queries * logBlowup + grinding, HASH_BITS);
}

/** Whether the parameters are within bounds. */
export function areParametersValid(logBlowup: i32, queries: i32, grinding: i32): bool {
  return (
    logBlowup >= MINIMAL_LOG_BLOWUP &&
    logBlowup <= MAXIMAL_LOG_BLOWUP &&
    queries >= 1 &&
    queries <= MAXIMAL_QUERIES &&
    grinding >= 0 &&
    grinding <= MAXIMAL_GRINDING
  );
}
