import type { SecurityParameters } from '@stackctl/types';

/** Collisions of the 256-bit hash bound every proof. */
const HASH_BITS = 128;

/** Bounds that prover and verifier hold parameters to (assembly/parameters.ts). */
const BOUNDS = { logBlowup: [2, 4], queries: [1, 128], grindingBits: [0, 32] } as const;

/** What `verify` asks for unless told otherwise. */
export const MINIMAL_SECURITY_BITS = 96;

/**
 * Parameter sets of 98 bits.
 *
 * conjectured: 41 queries of 2 bits and 16 bits of grinding, counting a query as log2(blowup) bits.
 * That count rests on the conjecture that FRI is sound up to the capacity of the code. In its full
 * generality the conjecture was refuted in late 2025 (ePrint 2025/2046, 2025/2010); no attack on
 * parameters like these is known, but the level is conjectured and should be called so.
 *
 * johnson: 52 queries at blowup 8 (1.5 bits each up to the Johnson bound) and 20 bits of grinding.
 */
export const PRESETS = {
  conjectured: { logBlowup: 2, queries: 41, grindingBits: 16 },
  johnson: { logBlowup: 3, queries: 52, grindingBits: 20 },
} as const satisfies Record<string, SecurityParameters>;

/**
 * Bits of security: `conjectured` counts log2(blowup) bits a query, `johnson` half of that (list
 * decoding up to the Johnson bound, ePrint 2020/654).
 */
export function securityBits(
  parameters: SecurityParameters,
  regime: 'conjectured' | 'johnson' = 'conjectured',
): number {
  const perQuery = regime === 'conjectured' ? parameters.logBlowup : parameters.logBlowup / 2;
  return Math.min(Math.floor(parameters.queries * perQuery) + parameters.grindingBits, HASH_BITS);
}

/** Whether every parameter is an integer within the bounds of the format. */
export function areParametersValid(parameters: SecurityParameters): boolean {
  return Object.entries(BOUNDS).every(([name, [least, greatest]]) => {
    const value = parameters[name as keyof typeof BOUNDS];
    return Number.isInteger(value) && value >= least && value <= greatest;
  });
}
