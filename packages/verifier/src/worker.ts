// A whole worker, its modules inside: what scripts/bundle.ts makes verifier-worker.js of.
import { loadVerifier, type ModuleSource } from './browser.ts';
import { serveVerifier, type WorkerScope } from './serve.ts';

/** Put in by the bundler: the module of each layout, in base64. */
declare const VERIFIER_MODULES: Readonly<Record<string, ModuleSource>>;

serveVerifier(globalThis as unknown as WorkerScope, loadVerifier(VERIFIER_MODULES));
