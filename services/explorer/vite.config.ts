import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/**
 * Packages read their WebAssembly beside them, `readFileSync(new URL('../build/x.wasm', import.meta.url))`,
 * synchronously, as modules load. In a browser the bytes are in the bundle instead: the call becomes them.
 */
function embeddedWasm(): Plugin {
  const call = /readFileSync\(\s*new URL\(\s*'([^']+\.wasm)',\s*import\.meta\.url\s*\),?\s*\)/g;
  const embed = (file: string) => {
    const base64 = readFileSync(file).toString('base64');
    return `Uint8Array.from(atob('${base64}'), (char) => char.charCodeAt(0))`;
  };
  return {
    name: 'embedded-wasm',
    enforce: 'pre',
    transform(code, id) {
      if (!code.includes('.wasm')) return null;
      const from = new URL(`file://${id.split('?')[0]}`);
      const embedded = code.replace(call, (_, path: string) =>
        embed(fileURLToPath(new URL(path, from))),
      );
      if (embedded === code) return null;
      return embedded.replace(/^import \{ readFileSync \} from 'node:fs';$/m, '');
    },
  };
}

export default defineConfig({
  root: fileURLToPath(new URL('app', import.meta.url)),
  resolve: {
    alias: [
      {
        find: /^@stackctl\/stark\/verifier$/,
        replacement: fileURLToPath(new URL('app/verify/stark.ts', import.meta.url)),
      },
    ],
  },
  plugins: [embeddedWasm(), react()],
  worker: { format: 'es', plugins: () => [embeddedWasm()] },
  build: {
    outDir: fileURLToPath(new URL('build/app', import.meta.url)),
    emptyOutDir: true,
    target: 'es2022',
    // Inlined data URLs would need a wider policy than this origin alone.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1_500,
    reportCompressedSize: false,
  },
});
