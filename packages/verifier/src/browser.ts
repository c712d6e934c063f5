/** In browsers and their workers: the module comes as bytes, from a URL, or compiled. */
import { createVerifier, type Verifier } from '@stackctl/stark/verifier/core';

export {
  decodeStatement,
  describeProof,
  encodeStatement,
  MINIMAL_SECURITY_BITS,
  type ProofDescription,
  securityBits,
  type Verifier,
  type VerifyOptions,
  type VerifyResult,
} from '@stackctl/stark/verifier/core';

/** Where a layout's module is: its bytes, a URL to fetch, the text of its bytes in base64, or itself. */
export type ModuleSource =
  | WebAssembly.Module
  | ArrayBuffer
  | Uint8Array<ArrayBuffer>
  | URL
  | { readonly base64: string };

/**
 * A verifier for these layouts: `await loadVerifier({ lite: new URL('verifier.wasm', location.href) })`.
 * Rejects with what fetching or compiling a module rejects with.
 */
export async function loadVerifier(
  sources: Readonly<Record<string, ModuleSource>>,
): Promise<Verifier> {
  const modules = new Map(
    await Promise.all(
      Object.entries(sources).map(
        async ([layout, source]) => [layout, await compile(source)] as const,
      ),
    ),
  );
  return createVerifier((layout) => modules.get(layout));
}

async function compile(source: ModuleSource): Promise<WebAssembly.Module> {
  if (source instanceof WebAssembly.Module) return source;
  if (source instanceof URL) {
    const response = await fetch(source);
    if (!response.ok) throw new Error(`${source.href}: HTTP ${response.status}`);
    // Compiled from its bytes, not streamed: that asks for no content type of the server.
    return await WebAssembly.compile(await response.arrayBuffer());
  }
  if (!(source instanceof ArrayBuffer) && 'base64' in source) {
    const binary = atob(source.base64);
    return await WebAssembly.compile(Uint8Array.from(binary, (char) => char.charCodeAt(0)));
  }
  return await WebAssembly.compile(source);
}
