// The verifier. Its steps are numbered as the prover's (src/prover/prove.ts), so that the two can be
// read side by side. Everything it reads is untrusted: sizes are bounded before memory is asked for,
// loops are bounded by those sizes, and every byte is either checked or hashed.
import { ACCEPTED } from '../../build/assembly/reasons';
import { parseStatement, seedSize, seedTranscript } from '../statement';
import { readCommitments } from './commitments';
import { grinding, logBlowup, queries, readHeader } from './header';
import { allocate } from './heap';
import { followLayers } from './layers';
import { openQueries } from './queries';
import { open } from './reader';

/** Verifies a proof of a statement; returns a reason, ACCEPTED (0) for a good proof. */
export function verify(
  statement: usize,
  statementLength: usize,
  proof: usize,
  proofLength: usize,
  minimalSecurity: i32,
): i32 {
  let fault = parseStatement(statement, statementLength);
  if (fault != ACCEPTED) return fault;
  open(proof, proofLength);
  fault = readHeader(minimalSecurity);
  if (fault != ACCEPTED) return fault;

  // 1. Seed the transcript with the statement.
  seedTranscript(logBlowup, queries, grinding, allocate(seedSize()));
  // 2 to 7.
  fault = readCommitments();
  if (fault != ACCEPTED) return fault;
  // 8.
  fault = openQueries();
  if (fault != ACCEPTED) return fault;
  // 9.
  return followLayers();
}
