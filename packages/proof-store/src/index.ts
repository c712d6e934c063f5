export { FileProofStore } from './file-store.ts';
export { type OpenProofStore, openProofStore } from './open.ts';
export type { S3ProofStore, S3StoreOptions } from './s3/store.ts';
export {
  CREDENTIAL_VARIABLES,
  credentialsFromEnv,
  type ProofStorage,
  type S3Credentials,
  type S3Settings,
  storageFromEnv,
  storageName,
} from './settings.ts';
