import { type VerifyOptions, verify } from '@stackctl/stark/verifier';
import { feltToHex, isStackError } from '@stackctl/types';
import { checkRun } from './check.ts';
import { decodeProgramProof } from './codec.ts';
import { programHash } from './identity.ts';

/** What `stackctl verify` prints about a program's proof. */
export interface ProgramReport {
  readonly status: 'verified' | 'failed';
  /** Names the program (see programHash); null when the file does not even say. */
  readonly program: string | null;
  /** What the program wrote, hex; empty unless verified. */
  readonly output: readonly string[];
  /** Steps after padding. */
  readonly steps: number;
  readonly layout: string | null;
  readonly securityBits: number;
  readonly ms: number;
  readonly reason: string;
}

/**
 * Verifies a program's proof. `verified` means: the program of this hash, run from its start label on some
 * memory of the prover's choice (its hints, if it had any), ended at its end label and wrote this output.
 * Never throws for bad input.
 */
export function verifyProgramProof(file: Uint8Array, options: VerifyOptions = {}): ProgramReport {
  const started = performance.now();
  let known: Pick<ProgramReport, 'program' | 'layout' | 'steps'> = {
    program: null,
    layout: null,
    steps: 0,
  };
  const end = (
    status: ProgramReport['status'],
    reason: string,
    securityBits = 0,
    output: readonly string[] = [],
  ): ProgramReport => {
    const ms = Math.round(performance.now() - started);
    return { status, ...known, output, securityBits, ms, reason };
  };
  try {
    const { shape, statement, proof } = decodeProgramProof(file);
    const { words, output } = checkRun(statement, shape);
    const program = programHash({ ...shape, words });
    known = { program, layout: statement.layout, steps: 2 ** statement.logSteps };
    const verdict = verify(proof, statement, options);
    if (!verdict.ok) return end('failed', verdict.reason);
    return end('verified', 'the proof verifies', verdict.securityBits, output.map(feltToHex));
  } catch (error) {
    if (isStackError(error, 'PROOF_REJECTED')) return end('failed', error.facts.reason);
    throw error;
  }
}
