import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { isObjectName, type ProofStore } from '@stackctl/block-proof/proof-store';
import { type Clock, systemClock } from '@stackctl/runtime';
import { StackError } from '@stackctl/types';
import type { S3Credentials, S3Settings } from '../settings.ts';
import { type Outcome, PATIENCE, type Patience, persist } from './attempts.ts';
import { unreachable } from './failure.ts';
import { uploadParts } from './multipart.ts';

export interface S3StoreOptions {
  readonly patience?: Partial<Patience>;
  /** Objects above it are sent in parts of this size; S3 wants at least 5 MiB. */
  readonly partBytes?: number;
  readonly clock?: Clock;
}

/** A conditional write: only where nothing is, or only over what was seen there. */
export type WriteCondition = { readonly IfNoneMatch: '*' } | { readonly IfMatch: string };

/** Metadata of each object: SHA-256 of its bytes, in hex. */
const CHECKSUM = 'sha256';
const PART_BYTES = 16 << 20;
/** No proof is near it: a larger object is somebody else's. */
const MAXIMAL_BYTES = 1 << 28;
/** Reads of an object whose bytes do not fit its checksum: the line may be to blame, not the store. */
const READS = 3;
/** Others may write the same name between a look and a write. */
const ROUNDS = 4;

interface Found {
  readonly bytes: Uint8Array;
  readonly etag: string | undefined;
  readonly checksum: string | undefined;
}

/**
 * Proofs as objects of an S3 bucket. Every object carries its SHA-256, and `get` returns bytes that fit it
 * or fails. Writes are conditional (If-None-Match, If-Match), so an attempt whose answer was lost is
 * recognised, and a write never tears another one. Fails with STORE_UNREACHABLE after its attempts,
 * STORE_CORRUPT, CONFIG_INVALID (credentials, bucket, region).
 */
export class S3ProofStore implements ProofStore {
  readonly #client: S3Client;
  readonly #settings: S3Settings;
  readonly #patience: Patience;
  readonly #partBytes: number;
  readonly #clock: Clock;

  constructor(settings: S3Settings, credentials: S3Credentials, options: S3StoreOptions = {}) {
    const { accessKeyId, secretAccessKey, sessionToken } = credentials;
    this.#settings = settings;
    this.#patience = { ...PATIENCE, ...options.patience };
    this.#partBytes = options.partBytes ?? PART_BYTES;
    this.#clock = options.clock ?? systemClock;
    this.#client = new S3Client({
      region: settings.region,
      ...(settings.endpoint === undefined ? {} : { endpoint: settings.endpoint }),
      forcePathStyle: settings.pathStyle,
      credentials: {
        accessKeyId,
        secretAccessKey,
        ...(sessionToken === undefined ? {} : { sessionToken }),
      },
      // Servers other than Amazon's do not know the newer checksums; ours stands in the metadata, and
      // the signature covers what is sent.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      maxAttempts: 1, // `persist` counts, and also covers bodies that break off
    });
  }

  async put(name: string, bytes: Uint8Array): Promise<void> {
    const key = keyOf(name);
    let condition: WriteCondition = { IfNoneMatch: '*' };
    for (let round = 0; round < ROUNDS; round++) {
      const written = await this.#write(key, bytes, condition);
      if (written.kind === 'done') return;
      const there = await this.#read(key);
      if (there === undefined) condition = { IfNoneMatch: '*' };
      else if (Buffer.compare(there.bytes, bytes) === 0 && there.checksum === sha256(bytes)) return;
      else if (there.etag !== undefined) {
        // Still the same, and yet refused: radosgw 16 compares tags without their quotes.
        const isSame: boolean = 'IfMatch' in condition && condition.IfMatch === there.etag;
        condition = { IfMatch: isSame ? there.etag.replaceAll('"', '') : there.etag };
      }
    }
    throw unreachable(this.#settings, `${key} is being written by somebody else`);
  }

  async get(name: string): Promise<Uint8Array | undefined> {
    const key = keyOf(name);
    let reason = '';
    for (let read = 0; read < READS; read++) {
      const found = await this.#read(key);
      if (found === undefined) return undefined;
      if (found.checksum === undefined) {
        reason = 'it carries no checksum, so it was not written by stackctl';
        break;
      }
      if (sha256(found.bytes) === found.checksum) return found.bytes;
      reason = 'its bytes do not fit its checksum';
    }
    const path = `s3://${this.#settings.bucket}/${key}`;
    throw new StackError('STORE_CORRUPT', { path, reason });
  }

  async has(name: string): Promise<boolean> {
    const Key = keyOf(name);
    const answer = await this.#ask((abortSignal) =>
      this.#client.send(new HeadObjectCommand({ ...this.#bucket, Key }), { abortSignal }),
    );
    return answer.kind === 'done';
  }

  async list(): Promise<string[]> {
    const names: string[] = [];
    let ContinuationToken: string | undefined;
    do {
      const page = await this.#list({ ContinuationToken });
      for (const { Key } of page.Contents ?? [])
        if (Key !== undefined && isObjectName(Key)) names.push(Key);
      ContinuationToken = page.IsTruncated === true ? page.NextContinuationToken : undefined;
    } while (ContinuationToken !== undefined);
    return names;
  }

  /** Whether the bucket is there and the credentials are good. Throws what is wrong. */
  async check(): Promise<void> {
    await this.#list({ MaxKeys: 1 });
  }

  get #bucket(): { readonly Bucket: string } {
    return { Bucket: this.#settings.bucket };
  }

  #ask<T>(ask: (signal: AbortSignal) => Promise<T>): Promise<Outcome<T>> {
    return persist(ask, this.#settings, this.#patience, this.#clock);
  }

  async #list(options: { ContinuationToken?: string | undefined; MaxKeys?: number }) {
    const answer = await this.#ask((abortSignal) =>
      this.#client.send(new ListObjectsV2Command({ ...this.#bucket, ...options }), { abortSignal }),
    );
    if (answer.kind === 'done') return answer.value;
    throw unreachable(this.#settings, 'the bucket cannot be listed');
  }

  /** Anything but `done` says that the condition does not hold, or that an earlier attempt did the work. */
  #write(Key: string, Body: Uint8Array, condition: WriteCondition): Promise<Outcome<unknown>> {
    const object = {
      ...this.#bucket,
      Key,
      ContentType: 'application/octet-stream',
      Metadata: { [CHECKSUM]: sha256(Body) },
    };
    if (Body.length > this.#partBytes)
      return uploadParts(this.#client, object, Body, this.#partBytes, condition, (ask) =>
        this.#ask(ask),
      );
    return this.#ask((abortSignal) =>
      this.#client.send(new PutObjectCommand({ ...object, Body, ...condition }), { abortSignal }),
    );
  }

  async #read(Key: string): Promise<Found | undefined> {
    const answer = await this.#ask(async (abortSignal) => {
      const { Body, ContentLength, ETag, Metadata } = await this.#client.send(
        new GetObjectCommand({ ...this.#bucket, Key }),
        { abortSignal },
      );
      const stream = Body as Readable;
      if ((ContentLength ?? 0) > MAXIMAL_BYTES) {
        stream.destroy();
        const path = `s3://${this.#settings.bucket}/${Key}`;
        throw new StackError('STORE_CORRUPT', { path, reason: 'it is too large for a proof' });
      }
      const bytes = await collect(stream, ContentLength, abortSignal);
      return { bytes, etag: ETag, checksum: Metadata?.[CHECKSUM] };
    });
    return answer.kind === 'done' ? answer.value : undefined;
  }
}

function keyOf(name: string): string {
  if (!isObjectName(name)) throw new RangeError(`${JSON.stringify(name)} names no proof object`);
  return name;
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** A body, whole. A stream that ends early, or stands still until the signal, is an error. */
async function collect(
  stream: Readable,
  length: number | undefined,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const stop = () => stream.destroy(new Error('the time is up'));
  signal.addEventListener('abort', stop);
  try {
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk as Buffer);
    const bytes = Buffer.concat(chunks);
    if (length !== undefined && bytes.length !== length)
      throw new Error(`${bytes.length} bytes of ${length}`);
    return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
