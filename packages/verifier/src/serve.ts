/** A verifier behind messages, for a Web Worker: the page stays free while a proof is checked. */
import { decodeStatement, type Verifier, type VerifyResult } from './browser.ts';

export interface VerifyRequest {
  /** Comes back with the answer. */
  readonly id: number;
  readonly proof: Uint8Array;
  /** Canonical bytes. */
  readonly statement: Uint8Array;
  readonly minSecurityBits?: number;
}

export interface VerifyReply {
  readonly id: number;
  readonly result: VerifyResult;
}

/** What a worker's global scope has. */
export interface WorkerScope {
  addEventListener(
    type: 'message',
    listener: (event: { readonly data: VerifyRequest }) => void,
  ): void;
  postMessage(reply: VerifyReply): void;
}

/** Answers each request once, in the order of the requests. Whatever the bytes, the answer is a result. */
export function serveVerifier(scope: WorkerScope, loading: Promise<Verifier>): void {
  async function answer({ data }: { readonly data: VerifyRequest }): Promise<void> {
    const { id, proof, statement, minSecurityBits } = data;
    let result: VerifyResult;
    try {
      const decoded = decodeStatement(statement);
      const options = minSecurityBits === undefined ? {} : { minSecurityBits };
      const verifier = await loading;
      result =
        decoded === undefined
          ? { ok: false, reason: 'the statement is not in its canonical encoding' }
          : verifier.verify(proof, decoded, options);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      result = { ok: false, reason: `the verifier cannot run: ${reason}` };
    }
    scope.postMessage({ id, result });
  }
  // A load that fails is told to whoever asks.
  loading.catch(() => undefined);
  scope.addEventListener('message', (event) => void answer(event));
}
