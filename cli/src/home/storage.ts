import type { LoadedConfig } from '@stackctl/config';
import type { ProofStorage } from '@stackctl/proof-store';
import { StackError } from '@stackctl/types';

/** A store of objects, as the run's record keeps it: where, never with what credentials. */
export type RemoteStorage = Extract<ProofStorage, { kind: 's3' }>;

/** Region names mean nothing to most servers of one's own. */
const ANY_REGION = 'us-east-1';

function missing(key: string, expected: string): StackError<'CONFIG_INVALID'> {
  const facts = { file: 'proof storage s3', key: `proofStorage.${key}`, expected, got: 'nothing' };
  return new StackError('CONFIG_INVALID', facts);
}

/**
 * The store of objects that the configuration asks for; undefined for local files. Throws
 * CONFIG_INVALID when it says too little.
 */
export function remoteStorage({ config, isSet }: LoadedConfig): RemoteStorage | undefined {
  const { kind, bucket, region, endpoint, pathStyle } = config.proofStorage;
  if (kind === 'local') return undefined;
  if (bucket === '') throw missing('bucket', 'the name of a bucket (or S3_BUCKET_NAME)');
  if (endpoint === '') {
    if (region === '') throw missing('region', 'a region (or AWS_REGION), or an endpoint');
    return { kind, bucket, region, pathStyle };
  }
  return {
    kind,
    bucket,
    region: region === '' ? ANY_REGION : region,
    endpoint,
    pathStyle: isSet('proofStorage.pathStyle') ? pathStyle : true,
  };
}

/** Where a run's proofs are. */
export function storageOf(run: {
  readonly proofsDir: string;
  readonly proofStorage?: RemoteStorage;
}): ProofStorage {
  return run.proofStorage ?? { kind: 'local', folder: run.proofsDir };
}

/** The variables that tell the prover, and other programs, where proofs are. */
export function storageVariables(storage: ProofStorage): Record<string, string> {
  if (storage.kind === 'local') return { PROVER_STORAGE: 'local', PROOFS_DIR: storage.folder };
  const { bucket, region, endpoint, pathStyle } = storage;
  return {
    PROVER_STORAGE: 's3',
    S3_BUCKET_NAME: bucket,
    AWS_REGION: region,
    ...(endpoint === undefined ? {} : { AWS_ENDPOINT_URL_S3: endpoint }),
    S3_FORCE_PATH_STYLE: String(pathStyle),
  };
}
