// Makes what browsers load: build/verifier.js (ES module, without the WebAssembly module),
// build/verifier.wasm, and build/verifier-worker.js (a whole Web Worker in one file).
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build, type Metafile } from 'esbuild';

export interface Bundle {
  readonly code: string;
  /** Sources that are in it. */
  readonly inputs: Metafile['inputs'];
}

export const wasmPath = fileURLToPath(import.meta.resolve('@stackctl/stark/verifier.wasm'));

/** One browser bundle. An import of `node:*` anywhere below makes it fail. */
async function bundle(entry: string, define: Readonly<Record<string, string>>): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    entryPoints: [fileURLToPath(new URL(`../src/${entry}.ts`, import.meta.url))],
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    define,
    metafile: true,
    write: false,
  });
  return { code: outputFiles[0]?.text ?? '', inputs: metafile.inputs };
}

export const bundleLibrary = (): Promise<Bundle> => bundle('browser', {});

export function bundleWorker(): Promise<Bundle> {
  const base64 = readFileSync(wasmPath).toString('base64');
  return bundle('worker', { VERIFIER_MODULES: JSON.stringify({ lite: { base64 } }) });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = fileURLToPath(new URL('../build/', import.meta.url));
  mkdirSync(folder, { recursive: true });
  const [library, worker] = await Promise.all([bundleLibrary(), bundleWorker()]);
  writeFileSync(`${folder}verifier.js`, library.code);
  writeFileSync(`${folder}verifier-worker.js`, worker.code);
  copyFileSync(wasmPath, `${folder}verifier.wasm`);
  process.stdout.write(
    `verifier.js ${library.code.length} bytes, verifier-worker.js ${worker.code.length} bytes, verifier.wasm ${readFileSync(wasmPath).length} bytes\n`,
  );
}
