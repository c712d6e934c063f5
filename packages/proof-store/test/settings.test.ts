import { describe, expect, it } from 'vitest';
import { credentialsFromEnv, openProofStore, storageFromEnv, storageName } from '../src/index.ts';
import { judge } from '../src/s3/failure.ts';

const AWS = { PROVER_STORAGE: 's3', S3_BUCKET_NAME: 'proofs', AWS_REGION: 'eu-west-1' };

describe('storageFromEnv', () => {
  it('keeps files unless told otherwise', () => {
    const local = { kind: 'local', folder: '/data/proofs' };
    expect(storageFromEnv({ PROOFS_DIR: '/data/proofs' })).toEqual(local);
    expect(storageFromEnv({ PROVER_STORAGE: 'local', PROOFS_DIR: '/data/proofs' })).toEqual(local);
  });

  it('reads a bucket at Amazon, and one of another server', () => {
    const bucket = { kind: 's3', bucket: 'proofs' };
    expect(storageFromEnv(AWS)).toEqual({ ...bucket, region: 'eu-west-1', pathStyle: false });
    const own = { ...bucket, region: 'us-east-1', endpoint: 'http://127.0.0.1:9000' };
    const { AWS_REGION: _region, ...rest } = AWS;
    for (const name of ['AWS_ENDPOINT_URL_S3', 'S3_ENDPOINT']) {
      const env = { ...rest, [name]: 'http://127.0.0.1:9000/' };
      expect(storageFromEnv(env)).toEqual({ ...own, pathStyle: true });
      expect(storageFromEnv({ ...env, S3_FORCE_PATH_STYLE: 'false' })).toEqual({
        ...own,
        pathStyle: false,
      });
    }
    expect(storageName(storageFromEnv(AWS))).toBe('s3://proofs');
  });

  it.each([
    ['PROVER_STORAGE', { PROVER_STORAGE: 'tape' }],
    ['PROOFS_DIR', {}],
    ['S3_BUCKET_NAME', { ...AWS, S3_BUCKET_NAME: '' }],
    ['S3_BUCKET_NAME', { ...AWS, S3_BUCKET_NAME: 'a/b' }],
    ['AWS_REGION', { ...AWS, AWS_REGION: '' }],
    ['S3_ENDPOINT', { ...AWS, S3_ENDPOINT: 'localhost:9000' }],
    ['S3_FORCE_PATH_STYLE', { ...AWS, S3_FORCE_PATH_STYLE: 'maybe' }],
  ])('names %s when it is wrong', (key, env) => {
    expect(() => storageFromEnv(env)).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', facts: expect.objectContaining({ key }) }),
    );
  });

  it('wants both halves of the credentials, and shows neither', async () => {
    const secrets = { AWS_ACCESS_KEY_ID: 'AKIAONE', AWS_SECRET_ACCESS_KEY: 'secretsecret' };
    expect(credentialsFromEnv(secrets).accessKeyId).toBe('AKIAONE');
    for (const key of Object.keys(secrets)) {
      const error = await openProofStore(storageFromEnv(AWS), { ...secrets, [key]: '' }).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      expect(error).toMatchObject({ code: 'CONFIG_INVALID', facts: { key } });
      expect(String(error)).not.toMatch(/AKIAONE|secretsecret/);
    }
  });
});

describe('judge', () => {
  const settings = { bucket: 'proofs', region: 'eu-west-1', pathStyle: false };
  const answer = (name: string, httpStatusCode?: number) =>
    Object.assign(new Error('text'), { name, $metadata: { httpStatusCode } });

  it.each([
    ['NoSuchKey', 404, 'absent'],
    ['NoSuchUpload', 404, 'absent'],
    ['PreconditionFailed', 412, 'condition'],
    ['InternalError', 500, 'again'],
    ['SlowDown', 503, 'again'],
    ['RequestTimeout', 400, 'again'],
    ['ConditionalRequestConflict', 409, 'again'],
    ['TimeoutError', undefined, 'again'],
    ['NoSuchBucket', 404, 'final'],
    ['AccessDenied', 403, 'final'],
    ['InvalidArgument', 400, 'final'],
  ])('%s (%s) is %s', (name, status, kind) => {
    expect(judge(answer(name, status), settings).kind).toBe(kind);
  });
});
