import type { CairoStatement } from '@stackctl/types';
import { reasonOf } from '../reasons.ts';
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

let verifier: VerifierExports | undefined;

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
  let bytes: Uint8Array;
  try {
    bytes = encodeStatement(statement);
  } catch (error) {
    if (error instanceof RangeError)
      return { ok: false, reason: `the statement has no encoding: ${error.message}` };
    throw error;
  }
  verifier ??= new WebAssembly.Instance(verifierModule, {}).exports as unknown as VerifierExports;
  const { memory, reset, verify: run, provenSecurity } = verifier;
  const at = reset(bytes.length + proof.length);
  new Uint8Array(memory.buffer).set(bytes, at);
  new Uint8Array(memory.buffer).set(proof, at + bytes.length);
  const code = run(at, bytes.length, at + bytes.length, proof.length, Math.ceil(minSecurityBits));
  if (memory.buffer.byteLength > KEPT_PAGES << 16) verifier = undefined;
  if (code !== 0) return { ok: false, reason: reasonOf(code).text };
  return { ok: true, securityBits: provenSecurity(), ms: performance.now() - started };
}
