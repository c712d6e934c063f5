import type { ProvingPhase } from '../status.ts';

/** What a prover thread needs to know before its first job. */
export interface ProverSettings {
  readonly rpcUrls: readonly string[];
  readonly chainId: bigint;
  readonly maxSteps: number;
  /** Threads of the STARK prover; with one it runs in the proving thread itself. */
  readonly threads: number;
}

/** A job for the thread: prove a block, or verify files that are already there. */
export type ProverRequest =
  | { readonly kind: 'prove'; readonly block: number; readonly hash: string }
  | {
      readonly kind: 'verify';
      readonly block: number;
      readonly hash: string;
      readonly files: ProvenFiles;
    };

export interface ProvenFiles {
  readonly proof: Uint8Array;
  readonly publicInputs: Uint8Array;
}

/** A proof that the thread has verified. */
export interface ProvenBlock extends ProvenFiles {
  readonly steps: number;
  readonly securityBits: number;
  readonly parts: number;
  /** Milliseconds by phase of the STARK prover; empty when the proof was there already. */
  readonly timings: Readonly<Record<string, number>>;
}

/** What the thread says: where it stands, and at last one result. */
export type ProverReply =
  | { readonly kind: 'phase'; readonly phase: ProvingPhase }
  | { readonly kind: 'proven'; readonly proven: ProvenBlock }
  | { readonly kind: 'failed'; readonly cause: string }
  /** No node answers: nothing is wrong with the block. */
  | { readonly kind: 'unreachable'; readonly url: string; readonly reason: string };
