// The verifier of this process. Only its own modules are loaded: whoever only verifies needs no prover.
import { readFileSync } from 'node:fs';
import { createVerifier } from './core.ts';

export * from './core.ts';

/** Files of the layouts' modules, in build/. */
const FILES: ReadonlyMap<string, string> = new Map([
  ['lite', 'verifier.wasm'],
  ['full', 'verifier-full.wasm'],
  ['mods', 'verifier-mods.wasm'],
]);
const modules = new Map<string, WebAssembly.Module>();

/** Compiled when the first proof of a layout is verified. */
function moduleOf(layout: string): WebAssembly.Module | undefined {
  const file = FILES.get(layout);
  if (file === undefined) return undefined;
  const known = modules.get(layout);
  if (known !== undefined) return known;
  const bytes = readFileSync(new URL(`../../build/${file}`, import.meta.url));
  const compiled = new WebAssembly.Module(bytes);
  modules.set(layout, compiled);
  return compiled;
}

export const { verify } = createVerifier(moduleOf);
