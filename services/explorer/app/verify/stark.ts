// What `@stackctl/stark/verifier` is in this bundle (vite.config.ts): there the modules are read from files when
// a proof is verified, here they are fetched before the first one.
import { createVerifier } from '@stackctl/stark/verifier/core';

export * from '@stackctl/stark/verifier/core';

const URLS: Readonly<Record<string, URL>> = {
  lite: new URL('../../../../packages/stark/build/verifier.wasm', import.meta.url),
  full: new URL('../../../../packages/stark/build/verifier-full.wasm', import.meta.url),
  mods: new URL('../../../../packages/stark/build/verifier-mods.wasm', import.meta.url),
};
const modules = new Map<string, WebAssembly.Module>();
let loading: Promise<unknown> | undefined;

/** Fetches and compiles the verifiers of all layouts, once. Rejects when one cannot be had. */
export function loadVerifiers(): Promise<unknown> {
  loading ??= Promise.all(
    Object.entries(URLS).map(async ([layout, url]) => {
      const response = await fetch(url);
      if (!response.ok)
        throw new Error(`the verifier could not be loaded: HTTP ${response.status}`);
      modules.set(layout, await WebAssembly.compile(await response.arrayBuffer()));
    }),
  ).catch((error: unknown) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

export const { verify } = createVerifier((layout) => modules.get(layout));
