import type { CairoStatement } from '@stackctl/types';
import type { ProgramShape } from './identity.ts';

/** What the prover says about its run. Nobody has proven it; a verifier does not look at it. */
export interface RunNotes {
  /** Steps before padding. */
  readonly steps: number;
  /** Milliseconds by phase, in order. */
  readonly timings: ReadonlyArray<readonly [phase: string, ms: number]>;
}

/** A proof with the statement that it proves. The program's words are the statement's first public page. */
export interface ProgramProof {
  readonly shape: ProgramShape;
  readonly statement: CairoStatement;
  readonly proof: Uint8Array;
  readonly notes: RunNotes;
}
