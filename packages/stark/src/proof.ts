import { type SecurityParameters, StackError } from '@stackctl/types';
import { LAYOUTS, type Layout } from './air/layouts.ts';
import { areParametersValid, securityBits } from './security.ts';
import { MAXIMAL_LOG_STEPS, MINIMAL_LOG_STEPS } from './statement.ts';

/** `STKP`, format version, layout code, log2 rows, log2 blowup, queries, grinding bits. */
export const HEADER_BYTES = 10;
const MAGIC = [0x53, 0x54, 0x4b, 0x50] as const;
export const FORMAT_VERSION = 1;

/** What the first bytes of a proof say about it (nothing of which has been verified). */
export interface ProofDescription {
  readonly version: number;
  readonly layout: string;
  readonly logSteps: number;
  readonly security: SecurityParameters;
  /** Conjectured. */
  readonly securityBits: number;
  readonly bytes: number;
}

export function proofHeader(
  layout: Layout,
  logRows: number,
  security: SecurityParameters,
): Uint8Array {
  const { logBlowup, queries, grindingBits } = security;
  const parameters = [logRows, logBlowup, queries, grindingBits];
  return Uint8Array.of(...MAGIC, FORMAT_VERSION, layout.code, ...parameters);
}

/**
 * Reads the header of a proof.
 *
 * @throws StackError PROOF_REJECTED when it has none of this format.
 */
export function describeProof(proof: Uint8Array): ProofDescription {
  const refuse = (reason: string): never => {
    throw new StackError('PROOF_REJECTED', { reason });
  };
  if (proof.length < HEADER_BYTES || MAGIC.some((byte, i) => proof[i] !== byte))
    refuse('not a proof of stackctl');
  const [version, layoutCode, logSteps, logBlowup, queries, grindingBits] = [
    ...proof.subarray(4, HEADER_BYTES),
  ] as [number, number, number, number, number, number];
  if (version !== FORMAT_VERSION) refuse(`proof format ${version}, not ${FORMAT_VERSION}`);
  const layout =
    LAYOUTS.find(({ code }) => code === layoutCode)?.name ?? refuse(`unknown layout ${layoutCode}`);
  const security = { logBlowup, queries, grindingBits };
  if (!areParametersValid(security) || logSteps < MINIMAL_LOG_STEPS || logSteps > MAXIMAL_LOG_STEPS)
    refuse('size or security parameters out of bounds');
  return {
    version,
    layout,
    logSteps,
    security,
    securityBits: securityBits(security),
    bytes: proof.length,
  };
}
