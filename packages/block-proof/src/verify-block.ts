import { verify } from '@stackctl/stark/verifier';
import { feltToHex, isStackError } from '@stackctl/types';
import type { BlockFacts } from './block-facts.ts';
import { type ClassFacts, checkPublicInputs } from './check-inputs.ts';
import { decodeProofParts } from './proof-file.ts';
import { callsOfParts, stepsOf } from './public-inputs.ts';
import { rejected } from './public-memory.ts';
import { labelled } from './read-calls.ts';
import { followBlock } from './replay/replay-block.ts';
import { decodeStorageWitness } from './replay/witness-codec.ts';

/** Below this, in bits of conjectured security, no proof is accepted. */
export const MINIMUM_SECURITY_BITS = 96;

/** The three files of a block. */
export interface BlockProof {
  readonly proof: Uint8Array;
  readonly publicInputs: Uint8Array;
  /** Where the replay starts: ancestors' headers and paths of the parent's state. */
  readonly witness: Uint8Array;
}

/** What a verifier checks, in this order. */
export const CHECKS = [
  /** The public inputs are of this block: its transactions, every call of them, its classes' bytecode. */
  'calls',
  /** The STARK of every part. */
  'starks',
  /** The calls, replayed on the parent's state, give this header. */
  'state',
] as const;
export type Check = (typeof CHECKS)[number];

/** What `stackctl verify` prints. `pending`: no proof yet; `unavailable`: block or proof unreadable. */
export interface VerifyReport {
  readonly status: 'verified' | 'failed' | 'pending' | 'unavailable';
  readonly block: number | null;
  readonly blockHash: string | null;
  /** Of the weakest part. */
  readonly securityBits: number;
  readonly ms: number;
  readonly reason: string;
  /** What was checked and holds; all of CHECKS when the status is `verified`. */
  readonly checked: readonly Check[];
  /** Proven steps, of all calls of the block. */
  readonly steps: number;
  /** Proofs that the block takes. */
  readonly parts: number;
  /** Transactions, by place, whose main call the machine stopped: accepted as reverted, they pay their fee. */
  readonly stopped: readonly number[];
  /** Transactions, by place, that are charged for the steps that their calls are stated to have taken. */
  readonly stepCounted: readonly number[];
  /** Transactions, by place, whose account was not asked (impersonated accounts). */
  readonly unvalidated: readonly number[];
}

/** What a report that verified nothing says. */
export const NOTHING_VERIFIED: Pick<
  VerifyReport,
  'checked' | 'securityBits' | 'steps' | 'parts' | 'stopped' | 'stepCounted' | 'unvalidated'
> = {
  checked: [],
  securityBits: 0,
  steps: 0,
  parts: 0,
  stopped: [],
  stepCounted: [],
  unvalidated: [],
};

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
  const block = { block: facts.header.number, blockHash: feltToHex(facts.header.hash) };
  function end(
    status: 'verified' | 'failed',
    reason: string,
    shown: typeof NOTHING_VERIFIED,
  ): VerifyReport {
    return { status, ...block, ...shown, ms: Math.round(performance.now() - started), reason };
  }
  const checked: Check[] = [];
  function failed(reason: string): VerifyReport {
    return end('failed', reason, { ...NOTHING_VERIFIED, checked });
  }
  try {
    const witness = decodeStorageWitness(files.witness);
    const { inputs, statements, calls } = checkPublicInputs(files.publicInputs, facts, classes);
    checked.push('calls');
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
    checked.push('starks');
    // 8. The replay: what the calls asked for and were told makes this block of its parent's state.
    const followed = labelled('the replay', () => followBlock(calls, facts, classes, witness));
    checked.push('state');
    return end('verified', 'the proof verifies', {
      checked,
      securityBits,
      steps: stepsOf(callsOfParts(inputs)),
      parts: statements.length,
      stopped: calls.stopped.map(({ transaction }) => transaction),
      ...followed,
    });
  } catch (error) {
    if (isStackError(error, 'PROOF_REJECTED')) return failed(error.facts.reason);
    if (isStackError(error)) return failed(error.message);
    throw error;
  }
}
