// The verifier without its module: runs wherever there is WebAssembly, and touches nothing else.
import type { CairoStatement } from '@stackctl/types';
import { reasonNamed, reasonOf } from '../reasons.ts';
import { MINIMAL_SECURITY_BITS } from '../security.ts';
import { encodeStatement } from '../statement.ts';

export { describeProof, type ProofDescription } from '../proof.ts';
export { MINIMAL_SECURITY_BITS, PRESETS, securityBits } from '../security.ts';
export { decodeStatement, encodeStatement } from '../statement.ts';

/** Exports of build/verifier.wasm (assembly/verifier.ts). */
interface VerifierExports {
  readonly memory: WebAssembly.Memory;
  readonly reset: (inputBytes: number) => number;
  readonly verify: (
    statement: number,
    statementLength: number,
    proof: number,
    proofLength: number,
    minimalSecurity: number,
  ) => number;
  readonly provenSecurity: () => number;
}

export type VerifyResult =
  /** `securityBits`: conjectured; `ms`: time taken. */
  | { readonly ok: true; readonly securityBits: number; readonly ms: number }
  | { readonly ok: false; readonly reason: string };

export interface VerifyOptions {
  /** Proofs of less conjectured security are refused (96). */
  readonly minSecurityBits?: number;
}

/**
 * Whether `proof` proves the statement. The proof may come from anyone: whatever the bytes, the answer is
 * a result, never an exception, and takes bounded time.
 */
export interface Verifier {
  readonly verify: (
    proof: Uint8Array,
    statement: CairoStatement,
    options?: VerifyOptions,
  ) => VerifyResult;
}

/** No honest proof is near this. */
const MAXIMAL_PROOF_BYTES = 8 << 20;
/** A module's memory is given back once it has grown beyond this. */
const KEPT_PAGES = 512;

/** The compiled module of a layout's verifier; undefined when there is no such layout. */
export type VerifierModules = (layout: string) => WebAssembly.Module | undefined;

/** A verifier on compiled modules (build/verifier.wasm for layout `lite`). */
export function createVerifier(modules: VerifierModules): Verifier {
  const instances = new Map<string, VerifierExports>();

  /** Runs the module; undefined when it ran out of memory. */
  function run(
    layout: string,
    module: WebAssembly.Module,
    statement: Uint8Array,
    proof: Uint8Array,
    minimalSecurity: number,
  ): { readonly reason: number; readonly securityBits: number } | undefined {
    const instance =
      instances.get(layout) ??
      (new WebAssembly.Instance(module, {}).exports as unknown as VerifierExports);
    instances.set(layout, instance);
    const { memory, reset, verify: verifyBytes, provenSecurity } = instance;
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
      instances.delete(layout);
      if (error instanceof WebAssembly.RuntimeError || error instanceof RangeError)
        return undefined;
      throw error;
    } finally {
      if (memory.buffer.byteLength > KEPT_PAGES << 16) instances.delete(layout);
    }
  }

  function verify(
    proof: Uint8Array,
    statement: CairoStatement,
    { minSecurityBits = MINIMAL_SECURITY_BITS }: VerifyOptions = {},
  ): VerifyResult {
    const started = performance.now();
    if (proof.length > MAXIMAL_PROOF_BYTES) return { ok: false, reason: 'the proof is too long' };
    const { layout } = statement;
    const module = modules(layout);
    if (module === undefined) return { ok: false, reason: reasonNamed('LAYOUT') };
    let bytes: Uint8Array;
    try {
      bytes = encodeStatement(statement);
    } catch (error) {
      if (error instanceof RangeError)
        return { ok: false, reason: `the statement has no encoding: ${error.message}` };
      throw error;
    }
    if (!Number.isFinite(minSecurityBits)) return { ok: false, reason: 'no such security level' };
    const outcome = run(layout, module, bytes, proof, Math.ceil(minSecurityBits));
    if (outcome === undefined)
      return { ok: false, reason: 'the statement or the proof is too large' };
    if (outcome.reason !== 0) return { ok: false, reason: reasonOf(outcome.reason).text };
    return { ok: true, securityBits: outcome.securityBits, ms: performance.now() - started };
  }

  return { verify };
}
