import type { ProofStore } from '@stackctl/block-proof/proof-store';
import type { Env } from '@stackctl/runtime';
import { FileProofStore } from './file-store.ts';
import { credentialsFromEnv, type ProofStorage } from './settings.ts';

/** A store, and a look at whether it can be used: `check` throws what `get` would. */
export interface OpenProofStore extends ProofStore {
  check(): Promise<void>;
}

/**
 * The store of proofs. Nothing is asked of it yet: `check()` does that. Credentials come from `env`.
 * Throws CONFIG_INVALID when they are missing.
 */
export async function openProofStore(storage: ProofStorage, env: Env): Promise<OpenProofStore> {
  if (storage.kind === 'local') return new FileProofStore(storage.folder);
  const credentials = credentialsFromEnv(env);
  // The client is large: only who uses it loads it.
  const { S3ProofStore } = await import('./s3/store.ts');
  return new S3ProofStore(storage, credentials);
}
