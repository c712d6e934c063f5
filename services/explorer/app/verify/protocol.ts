import type { VerifyReport } from '@stackctl/block-proof';

/** What the page asks its worker for. */
export interface VerifyRequest {
  readonly id: number;
  readonly block: number;
}

/** Where a verification stands, in the order of its steps. */
export const STEPS = ['reading the block', 'fetching the proof', 'verifying'] as const;
export type Step = (typeof STEPS)[number];

/** What the worker tells: its steps, then one report. */
export type VerifyMessage =
  | { readonly id: number; readonly step: Step }
  | { readonly id: number; readonly report: VerifyReport; readonly proofBytes: number };
