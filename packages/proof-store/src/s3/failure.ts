import { isStackError, StackError } from '@stackctl/types';
import type { S3Settings } from '../settings.ts';

/** What an S3 server's refusal, or its silence, comes to. */
export type Failure =
  /** No such object, or no such upload. */
  | { readonly kind: 'absent' }
  /** The condition of a conditional write does not hold. */
  | { readonly kind: 'condition' }
  /** Worth another attempt. */
  | { readonly kind: 'again'; readonly reason: string }
  | { readonly kind: 'final'; readonly error: StackError };

/** Codes of a 4xx that say that the request was damaged, or came at a bad time. */
const TRANSIENT = new Set([
  'BadDigest',
  'ConditionalRequestConflict',
  'IncompleteBody',
  'OperationAborted',
  // The client sets its idea of the time by each answer, so the next attempt may be right.
  'RequestTimeTooSkewed',
  'RequestTimeout',
  'SlowDown',
  'Throttling',
  'XAmzContentSHA256Mismatch',
]);
const TRANSIENT_STATUS = new Set([408, 409, 425, 429]);

/** The variable that is to blame, and what it should hold. */
const MISCONFIGURED: Readonly<Record<string, readonly [key: string, expected: string]>> = {
  NoSuchBucket: ['S3_BUCKET_NAME', 'an existing bucket'],
  InvalidBucketName: ['S3_BUCKET_NAME', 'the name of a bucket'],
  AccessDenied: ['S3_BUCKET_NAME', 'a bucket that these credentials may read and write'],
  AllAccessDisabled: ['S3_BUCKET_NAME', 'a bucket that these credentials may read and write'],
  InvalidAccessKeyId: ['AWS_ACCESS_KEY_ID', 'a key that the server knows'],
  SignatureDoesNotMatch: ['AWS_SECRET_ACCESS_KEY', 'the secret of AWS_ACCESS_KEY_ID'],
  ExpiredToken: ['AWS_SESSION_TOKEN', 'a token that has not expired'],
  InvalidToken: ['AWS_SESSION_TOKEN', 'a valid token'],
  AuthorizationHeaderMalformed: ['AWS_REGION', 'the region of the bucket'],
  PermanentRedirect: ['AWS_REGION', 'the region of the bucket'],
};

/**
 * Judges what a request threw. Only codes go into messages, never what was sent: no header, no
 * credential.
 */
export function judge(error: unknown, settings: S3Settings): Failure {
  if (isStackError(error)) return { kind: 'final', error };
  const { name, message, status, code } = parts(error);
  if (name === 'NoSuchKey' || name === 'NotFound' || name === 'NoSuchUpload')
    return { kind: 'absent' };
  if (status === 412) return { kind: 'condition' };
  const blamed =
    MISCONFIGURED[name] ?? (status === 301 ? MISCONFIGURED.PermanentRedirect : undefined);
  if (blamed !== undefined) {
    const [key, expected] = blamed;
    // What a secret variable holds is not shown.
    const got = key === 'S3_BUCKET_NAME' ? `"${settings.bucket}" (${name})` : `a refusal (${name})`;
    const facts = { file: 'environment', key, expected, got };
    return { kind: 'final', error: new StackError('CONFIG_INVALID', facts) };
  }
  if (status === undefined || status < 400)
    return { kind: 'again', reason: code ?? (message === '' ? name : message) };
  const reason = `HTTP ${status} ${name}`;
  if (status >= 500 || TRANSIENT.has(name) || TRANSIENT_STATUS.has(status))
    return { kind: 'again', reason };
  return { kind: 'final', error: unreachable(settings, reason) };
}

export function unreachable(settings: S3Settings, reason: string): StackError<'STORE_UNREACHABLE'> {
  const url = settings.endpoint ?? `https://s3.${settings.region}.amazonaws.com`;
  return new StackError('STORE_UNREACHABLE', { url: `${url} (bucket ${settings.bucket})`, reason });
}

function parts(error: unknown): {
  readonly name: string;
  readonly message: string;
  /** Absent when no answer came, or none that could be read. */
  readonly status: number | undefined;
  /** Of the operating system. */
  readonly code: string | undefined;
} {
  if (!(error instanceof Error))
    return { name: 'Unknown', message: String(error), status: undefined, code: undefined };
  const { $metadata, code } = error as Error & {
    readonly $metadata?: { readonly httpStatusCode?: number };
    readonly code?: unknown;
  };
  const status = $metadata?.httpStatusCode;
  return {
    name: error.name,
    message: error.message,
    status,
    code: typeof code === 'string' ? code : undefined,
  };
}
