import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import type { Outcome } from './attempts.ts';
import type { WriteCondition } from './store.ts';

/** The object that is written: its place and its metadata. */
interface Target {
  readonly Bucket: string;
  readonly Key: string;
  readonly ContentType: string;
  readonly Metadata: Record<string, string>;
}

type Ask = <T>(ask: (signal: AbortSignal) => Promise<T>) => Promise<Outcome<T>>;

/**
 * Writes a large object in parts; it appears at once, with the last request. Each request has its own
 * attempts, so that a broken connection costs one part. What cannot be completed is given up, so that
 * the bucket keeps no parts. Older servers (radosgw 16) ignore the condition on the last request: the
 * later of two writers then wins, and both wrote a whole object.
 */
export async function uploadParts(
  client: S3Client,
  target: Target,
  bytes: Uint8Array,
  partBytes: number,
  condition: WriteCondition,
  ask: Ask,
): Promise<Outcome<unknown>> {
  const { Bucket, Key } = target;
  const created = await ask((abortSignal) =>
    client.send(new CreateMultipartUploadCommand(target), { abortSignal }),
  );
  if (created.kind !== 'done') return created;
  const upload = { Bucket, Key, UploadId: created.value.UploadId };
  try {
    const Parts: Array<{ PartNumber: number; ETag: string | undefined }> = [];
    for (let at = 0; at < bytes.length; at += partBytes) {
      const PartNumber = Parts.length + 1;
      const Body = bytes.subarray(at, at + partBytes);
      const part = await ask((abortSignal) =>
        client.send(new UploadPartCommand({ ...upload, PartNumber, Body }), { abortSignal }),
      );
      if (part.kind !== 'done') return part;
      Parts.push({ PartNumber, ETag: part.value.ETag });
    }
    const complete = { ...upload, MultipartUpload: { Parts }, ...condition };
    // Asked again after a lost answer, some servers say that there is no such upload (any more).
    const done = await ask((abortSignal) =>
      client.send(new CompleteMultipartUploadCommand(complete), { abortSignal }),
    );
    if (done.kind === 'condition') await abandon(client, upload);
    return done;
  } catch (error) {
    await abandon(client, upload);
    throw error;
  }
}

/** Gives up the parts. Should that fail too, they stay until the bucket's own rules clear them. */
async function abandon(
  client: S3Client,
  upload: { readonly Bucket: string; readonly Key: string; readonly UploadId: string | undefined },
): Promise<void> {
  const abortSignal = AbortSignal.timeout(2_000);
  await client
    .send(new AbortMultipartUploadCommand(upload), { abortSignal })
    .catch(() => undefined);
}
