// The first bytes of a proof: what it is for, and its parameters.
import { LAYOUT_CODE } from '../../build/assembly/air-constants';
import {
  ACCEPTED,
  PARAMETERS,
  PROOF_FORMAT,
  PROOF_MISMATCH,
  PROOF_VERSION,
  SECURITY,
} from '../../build/assembly/reasons';
import { areParametersValid, securityBits } from '../parameters';
import { logRows } from '../statement';
import { failed, take } from './reader';

/** `STKP`, little-endian. */
const MAGIC: u32 = 0x504b5453;
const PROOF_FORMAT_VERSION: i32 = 1;

export let logBlowup: i32 = 0;
export let queries: i32 = 0;
export let grinding: i32 = 0;
/** log2 of the evaluation domain. */
export let logDomain: i32 = 0;

/** Conjectured security of the verified proof. */
export function provenSecurity(): i32 {
  return securityBits(logBlowup, queries, grinding);
}

/** Reads the header; the statement has been parsed. */
export function readHeader(minimalSecurity: i32): i32 {
  const header = take(10);
  if (failed() || load<u32>(header) != MAGIC) return PROOF_FORMAT;
  if (load<u8>(header, 4) != PROOF_FORMAT_VERSION) return PROOF_VERSION;
  if (load<u8>(header, 5) != LAYOUT_CODE || load<u8>(header, 6) != logRows) return PROOF_MISMATCH;
  logBlowup = load<u8>(header, 7);
  queries = load<u8>(header, 8);
  grinding = load<u8>(header, 9);
  if (!areParametersValid(logBlowup, queries, grinding)) return PARAMETERS;
  if (securityBits(logBlowup, queries, grinding) < minimalSecurity) return SECURITY;
  logDomain = logRows + logBlowup;
  return ACCEPTED;
}
