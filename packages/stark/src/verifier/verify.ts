import type { CairoStatement } from '@stackctl/types';
import { type LayoutName, layoutOf } from '../air/layouts.ts';
import { reasonNamed, reasonOf } from '../reasons.ts';
import { MINIMAL_SECURITY_BITS } from '../security.ts';
import { encodeStatement } from '../statement.ts';
import { type VerifierExports, verifierModule } from '../wasm.ts';

export type VerifyResult =
  /** `securityBits`: conjectured; `ms`: time taken. */
  | { readonly ok: true; readonly securityBits: number; readonly ms: number }
  | { readonly ok: false; readonly reason: string };

export interface VerifyOptions {
  /** Proofs of less conjectured security are refused (96). */
  readonly minSecurityBits?: number;
}

/** No honest proof is near this. */
const MAXIMAL_PROOF_BYTES = 8 << 20;
/** A module's memory is given back once it has grown beyond this. */
const KEPT_PAGES = 512;

const verifiers = new Map<LayoutName, VerifierExports>();

/**
 * Whether `proof` proves `statement`. The proof may come from anyone: whatever the bytes, the answer is
 * a result, never an exception, and takes bounded time.
 */
export function verify(
  proof: Uint8Array,
  statement: CairoStatement,
  { minSecurityBits = MINIMAL_SECURITY_BITS }: VerifyOptions = {},
): VerifyResult {
  const started = performance.now();
  if (proof.length > MAXIMAL_PROOF_BYTES) return { ok: false, reason: 'the proof is too long' };
  const layout = layoutOf(statement.layout);
  if (layout === undefined) return { ok: false, reason: reasonNamed('LAYOUT') };
  let bytes: Uint8Array;
  try {
    bytes = encodeStatement(statement);
  } catch (error) {
    if (error instanceof RangeError)
      return { ok: false, reason: `the statement has no encoding: ${error.message}` };
    throw error;
  }
  if (!Number.isFinite(minSecurityBits)) return { ok: false, reason: 'no such security level' };
  const outcome = run(layout.name, bytes, proof, Math.ceil(minSecurityBits));
  if (outcome === undefined)
    return { ok: false, reason: 'the statement or the proof is too large' };
  if (outcome.reason !== 0) return { ok: false, reason: reasonOf(outcome.reason).text };
  return { ok: true, securityBits: outcome.securityBits, ms: performance.now() - started };
}

/** Runs the module; undefined when it ran out of memory. */
function run(
  layout: LayoutName,
  statement: Uint8Array,
  proof: Uint8Array,
  minimalSecurity: number,
): { readonly reason: number; readonly securityBits: number } | undefined {
  const verifier =
    verifiers.get(layout) ??
    (new WebAssembly.Instance(verifierModule(layout), {}).exports as unknown as VerifierExports);
  verifiers.set(layout, verifier);
  const { memory, reset, verify: verifyBytes, provenSecurity } = verifier;
  try {
    const at = reset(statement.length + proof.length);
    new Uint8Array(memory.buffer).set(statement, at);
    new Uint8Array(memory.buffer).set(proof, at + statement.length);
    const reason = verifyBytes(
      at,
      statement.length,
      at + statement.length,
      proof.length,
      minimalSecurity,
    );
    return { reason, securityBits: provenSecurity() };
  } catch (error) {
    verifiers.delete(layout);
    if (error instanceof WebAssembly.RuntimeError || error instanceof RangeError) return undefined;
    throw error;
  } finally {
    if (memory.buffer.byteLength > KEPT_PAGES << 16) verifiers.delete(layout);
  }
}
