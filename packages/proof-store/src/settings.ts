import { type Env, envBool, envEnum, envError, envString, envUrl } from '@stackctl/runtime';

/** Where proofs are kept, secrets aside. */
export type ProofStorage =
  | { readonly kind: 'local'; readonly folder: string }
  | ({ readonly kind: 's3' } & S3Settings);

export interface S3Settings {
  readonly bucket: string;
  readonly region: string;
  /** URL of the server; undefined: Amazon's for the region. */
  readonly endpoint?: string | undefined;
  /** http://host/bucket/name rather than http://bucket.host/name. */
  readonly pathStyle: boolean;
}

export interface S3Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

/** The variables that credentials are read from, and nowhere else: no file and no log has them. */
export const CREDENTIAL_VARIABLES = [
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
] as const;

/** Without an endpoint a region is needed; servers of one's own mostly do not care. */
const ANY_REGION = 'us-east-1';
const BUCKET = /^[a-zA-Z0-9][a-zA-Z0-9._-]{2,62}$/;

/**
 * Reads PROVER_STORAGE and what goes with it: PROOFS_DIR; or S3_BUCKET_NAME, AWS_REGION,
 * AWS_ENDPOINT_URL_S3 (or S3_ENDPOINT) and S3_FORCE_PATH_STYLE (default: true with an endpoint).
 * Throws CONFIG_INVALID naming the variable.
 */
export function storageFromEnv(env: Env): ProofStorage {
  if (envEnum(env, 'PROVER_STORAGE', ['local', 's3'], 'local') === 'local')
    return { kind: 'local', folder: envString(env, 'PROOFS_DIR') };
  const bucket = envString(env, 'S3_BUCKET_NAME');
  if (!BUCKET.test(bucket)) throw envError('S3_BUCKET_NAME', 'the name of a bucket', bucket);
  const endpointName = isSet(env, 'AWS_ENDPOINT_URL_S3') ? 'AWS_ENDPOINT_URL_S3' : 'S3_ENDPOINT';
  const endpoint = isSet(env, endpointName) ? envUrl(env, endpointName) : undefined;
  const region = envString(env, 'AWS_REGION', endpoint === undefined ? undefined : ANY_REGION);
  const pathStyle = envBool(env, 'S3_FORCE_PATH_STYLE', endpoint !== undefined);
  return { kind: 's3', bucket, region, endpoint, pathStyle };
}

/** Throws CONFIG_INVALID naming the variable that is missing. */
export function credentialsFromEnv(env: Env): S3Credentials {
  return {
    accessKeyId: envString(env, 'AWS_ACCESS_KEY_ID'),
    secretAccessKey: envString(env, 'AWS_SECRET_ACCESS_KEY'),
    sessionToken: isSet(env, 'AWS_SESSION_TOKEN') ? env.AWS_SESSION_TOKEN : undefined,
  };
}

/** What people call the place: a folder, or s3://bucket. */
export function storageName(storage: ProofStorage): string {
  return storage.kind === 'local' ? storage.folder : `s3://${storage.bucket}`;
}

function isSet(env: Env, name: string): boolean {
  return env[name] !== undefined && env[name] !== '';
}
