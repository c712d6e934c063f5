import { verify } from '@stackctl/stark/verifier';
import { feltToHex, isStackError } from '@stackctl/types';
import type { BlockFacts } from './block-facts.ts';
import { unvalidated } from './check-calls.ts';
import { type ClassFacts, checkPublicInputs } from './check-inputs.ts';
import { decodeProofParts } from './proof-file.ts';
import { callsOfParts, stepsOf } from './public-inputs.ts';
import { rejected } from './public-memory.ts';
import type { VerifiedCalls } from './verified-call.ts';

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
  /** Of the weakest part. */
  readonly securityBits: number;
  readonly ms: number;
  readonly reason: string;
  /** Proven steps, of all calls of the block. */
  readonly steps: number;
  /** Proofs that the block takes. */
  readonly parts: number;
  /** Transactions, by place, whose main call the machine stopped: accepted as reverted, they pay their fee. */
  readonly stopped: readonly number[];
  /** Transactions, by place, whose account was not asked (impersonated accounts). */
  readonly unvalidated: readonly number[];
}

/** What a report that verified nothing says. */
export const NOTHING_VERIFIED: Pick<
  VerifyReport,
  'securityBits' | 'steps' | 'parts' | 'stopped' | 'unvalidated'
> = { securityBits: 0, steps: 0, parts: 0, stopped: [], unvalidated: [] };

/** Replays the proven calls against the state; the last word about a block. */
export type Replay = (calls: VerifiedCalls) => { readonly ok: true } | { readonly failed: string };

/**
 * Verifies a block's proof against the block as the chain tells it. Never throws for bad input: every
 * rejection is a report with its reason. What `verified` means, and what it does not: README.md.
 *
 * @param replay called last, with what the proofs show
 */
export function verifyBlock(
  files: BlockProof,
  facts: BlockFacts,
  classes: ClassFacts,
  replay?: Replay,
): VerifyReport {
  const started = performance.now();
  const block = { block: facts.header.number, blockHash: feltToHex(facts.header.hash) };
  function end(
    status: 'verified' | 'failed',
    reason: string,
    shown: typeof NOTHING_VERIFIED,
  ): VerifyReport {
    return { status, ...block, ...shown, ms: Math.round(performance.now() - started), reason };
  }
  try {
    const { inputs, statements, calls } = checkPublicInputs(files.publicInputs, facts, classes);
    // 7. The STARKs: one for each part, in order, no more and no fewer; and their security.
    const proofs = decodeProofParts(files.proof);
    if (proofs.length !== statements.length)
      throw rejected(`${proofs.length} proofs for ${statements.length} parts`);
    let securityBits = Number.POSITIVE_INFINITY;
    for (const [index, statement] of statements.entries()) {
      const verdict = verify(proofs[index] as Uint8Array, statement);
      if (!verdict.ok) throw rejected(`part ${index}: ${verdict.reason}`);
      securityBits = Math.min(securityBits, verdict.securityBits);
    }
    if (securityBits < MINIMUM_SECURITY_BITS)
      throw rejected(`${securityBits} bits of security, at least ${MINIMUM_SECURITY_BITS}`);
    // 8. The replay: what the calls asked for and were told makes this block of its parent's state.
    const replayed = replay?.(calls);
    if (replayed !== undefined && 'failed' in replayed)
      throw rejected(`the replay: ${replayed.failed}`);
    return end('verified', 'the proof verifies', {
      securityBits,
      steps: stepsOf(callsOfParts(inputs)),
      parts: statements.length,
      stopped: calls.stopped.map(({ transaction }) => transaction),
      unvalidated: unvalidated(calls, facts),
    });
  } catch (error) {
    if (isStackError(error, 'PROOF_REJECTED'))
      return end('failed', error.facts.reason, NOTHING_VERIFIED);
    if (isStackError(error)) return end('failed', error.message, NOTHING_VERIFIED);
    throw error;
  }
}
