import { verify } from '@stackctl/stark/verifier';
import { feltToHex, isStackError } from '@stackctl/types';
import type { BlockFacts } from './block-facts.ts';
import { type ClassFacts, checkPublicInputs } from './check-inputs.ts';
import { coverageOf, coveredSteps } from './public-inputs.ts';
import { rejected } from './public-memory.ts';

/** Below this, in bits of conjectured security, no proof is accepted. */
export const MINIMUM_SECURITY_BITS = 96;

export interface BlockProof {
  readonly proof: Uint8Array;
  readonly publicInputs: Uint8Array;
}

/** What `stackctl verify` prints. `pending`: no proof yet; `unavailable`: block or proof unreadable. */
export interface VerifyReport {
  readonly status: 'verified' | 'failed' | 'pending' | 'unavailable';
  readonly block: number | null;
  readonly blockHash: string | null;
  readonly securityBits: number;
  readonly ms: number;
  readonly reason: string;
  /** Proved steps over executed steps. */
  readonly coverage: number;
  /** Proved steps. */
  readonly steps: number;
}

/**
 * Verifies a block's proof against the block as the chain tells it. Never throws for bad input: every
 * rejection is a report with its reason. What `verified` means, and what it does not: README.md.
 */
export function verifyBlock(
  files: BlockProof,
  facts: BlockFacts,
  classes: ClassFacts,
): VerifyReport {
  const started = performance.now();
  const report = {
    block: facts.header.number,
    blockHash: feltToHex(facts.header.hash),
    securityBits: 0,
    coverage: 0,
    steps: 0,
  };
  function end(status: 'verified' | 'failed', reason: string): VerifyReport {
    return { status, ...report, ms: Math.round(performance.now() - started), reason };
  }
  try {
    const { inputs, statement } = checkPublicInputs(files.publicInputs, facts, classes);
    // 7. The STARK, and its security.
    const verdict = verify(files.proof, statement);
    if (!verdict.ok) throw rejected(verdict.reason);
    report.securityBits = verdict.securityBits;
    if (verdict.securityBits < MINIMUM_SECURITY_BITS)
      throw rejected(`${verdict.securityBits} bits of security, at least ${MINIMUM_SECURITY_BITS}`);
    report.coverage = coverageOf(inputs);
    report.steps = coveredSteps(inputs);
    return end('verified', 'the proof verifies');
  } catch (error) {
    if (isStackError(error, 'PROOF_REJECTED')) return end('failed', error.facts.reason);
    if (isStackError(error)) return end('failed', error.message);
    throw error;
  }
}
