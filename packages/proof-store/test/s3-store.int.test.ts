import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { proofNames } from '@stackctl/block-proof/proof-store';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { S3ProofStore } from '../src/s3/store.ts';
import { type Fault, type FaultProxy, startFaultProxy } from './support/fault-proxy.ts';
import { missingPrograms, type Radosgw, startRadosgw } from './support/radosgw.ts';

const why = missingPrograms.length === 0 ? '' : ` (skipped: no ${missingPrograms.join(', ')})`;
const BUCKET = 'proofs';
const QUICK = { attempts: 8, firstMs: 5, maxMs: 40, timeoutMs: 1_500 };

/** Bytes that look like a proof's: every object another. */
function bytesOf(length: number, seed: number): Uint8Array {
  let state = seed + 1;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
}

describe.skipIf(missingPrograms.length > 0)(`S3ProofStore on radosgw${why}`, () => {
  let server: Radosgw;
  let proxy: FaultProxy;
  let admin: S3Client;
  let block = 0n;
  let names: ReturnType<typeof proofNames>;

  function storeAt(port: number, change: { bucket?: string; secret?: string; key?: string } = {}) {
    return new S3ProofStore(
      {
        bucket: change.bucket ?? BUCKET,
        region: 'us-east-1',
        endpoint: `http://127.0.0.1:${port}`,
        pathStyle: true,
      },
      {
        accessKeyId: change.key ?? server.accessKeyId,
        secretAccessKey: change.secret ?? server.secretAccessKey,
      },
      { patience: QUICK, partBytes: 5 << 20 },
    );
  }

  beforeAll(async () => {
    server = await startRadosgw();
    proxy = await startFaultProxy(server.port);
    const { accessKeyId, secretAccessKey } = server;
    admin = new S3Client({
      region: 'us-east-1',
      endpoint: `http://127.0.0.1:${server.port}`,
      forcePathStyle: true,
      credentials: { accessKeyId, secretAccessKey },
      requestChecksumCalculation: 'WHEN_REQUIRED',
    });
    await server.createBucket(BUCKET);
  });
  afterAll(async () => {
    admin?.destroy();
    await proxy?.stop();
    await server?.stop();
  });
  beforeEach(() => {
    names = proofNames(++block);
    proxy.faults = [];
    proxy.next = () => ({ kind: 'pass' });
    proxy.requests = 0;
    proxy.applied = 0;
  });

  it('keeps, replaces and lists objects', async () => {
    const store = storeAt(server.port);
    await store.check();
    expect(await store.get(names.proof)).toBeUndefined();
    expect(await store.has(names.proof)).toBe(false);
    await store.put(names.proof, bytesOf(1000, 1));
    await store.put(names.proof, bytesOf(1000, 2));
    expect(await store.get(names.proof)).toEqual(bytesOf(1000, 2));
    expect(await store.has(names.proof)).toBe(true);
    await store.put(names.publicInputs, new Uint8Array());
    expect(await store.get(names.publicInputs)).toEqual(new Uint8Array());
    expect((await store.list()).sort()).toEqual([names.proof, names.publicInputs].sort());
  });

  it('writes an equal object once', async () => {
    const store = storeAt(proxy.port);
    await store.put(names.proof, bytesOf(5000, 1));
    const written = proxy.requests;
    await store.put(names.proof, bytesOf(5000, 1));
    expect(written).toBe(1);
    expect(proxy.requests - written).toBe(2); // refused, looked at, found equal
  });

  it('lets two writers of one name end with one whole object', async () => {
    const [one, two] = [bytesOf(200_000, 1), bytesOf(200_000, 2)];
    await Promise.all([one, two].map((bytes) => storeAt(server.port).put(names.proof, bytes)));
    const found = Buffer.from((await storeAt(server.port).get(names.proof)) ?? []);
    expect(found.equals(one) || found.equals(two)).toBe(true);
  });

  it('sends large objects in parts, through losses of requests and answers', async () => {
    const large = Buffer.from(bytesOf(11 << 20, 3));
    const kinds: Fault['kind'][] = ['pass', 'drop-answer', 'pass', 'drop-request'];
    proxy.faults = kinds.map((kind) => ({ kind }) as Fault);
    const store = storeAt(proxy.port);
    await store.put(names.proof, large);
    expect(large.equals((await store.get(names.proof)) ?? Buffer.alloc(0))).toBe(true);
    expect(proxy.applied).toBeGreaterThan(0);
    // The answer to the last request is lost: asked again, the upload is gone, and the object is there.
    proxy.faults = [];
    const again = Buffer.from(bytesOf(6 << 20, 4));
    let requests = 0;
    proxy.next = () => (++requests === 6 ? { kind: 'drop-answer' } : { kind: 'pass' });
    await store.put(names.publicInputs, again);
    proxy.next = () => ({ kind: 'pass' });
    expect(again.equals((await store.get(names.publicInputs)) ?? Buffer.alloc(0))).toBe(true);
  });

  it.each<[string, Fault]>([
    ['a lost request', { kind: 'drop-request' }],
    ['a lost answer', { kind: 'drop-answer' }],
    ['a late answer', { kind: 'delay', ms: 300 }],
    ['an answer that breaks off in its head', { kind: 'truncate', bytes: 40 }],
  ])('writes once through %s', async (_name, fault) => {
    proxy.faults = [fault];
    await storeAt(proxy.port).put(names.proof, bytesOf(3000, 5));
    expect(proxy.applied).toBe(1);
    expect(await storeAt(server.port).get(names.proof)).toEqual(bytesOf(3000, 5));
  });

  it.each<[string, Fault[]]>([
    ['a lost request', [{ kind: 'drop-request' }]],
    [
      'bodies that break off',
      [
        { kind: 'truncate', bytes: 900 },
        { kind: 'truncate', bytes: 2500 },
      ],
    ],
    ['a body with a flipped bit', [{ kind: 'flip', fromEnd: 1 }]],
    ['an answer later than its deadline', [{ kind: 'delay', ms: 2_500 }]],
  ])('reads the right bytes through %s', async (_name, faults) => {
    await storeAt(server.port).put(names.proof, bytesOf(3000, 6));
    proxy.faults = [...faults];
    expect(await storeAt(proxy.port).get(names.proof)).toEqual(bytesOf(3000, 6));
    expect(proxy.applied).toBe(faults.length);
  });

  it('ends right, or with a clear error, on a line that loses every third request', async () => {
    const store = storeAt(proxy.port);
    let state = 7; // seed
    const random = (below: number) => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    const faults: Array<() => Fault> = [
      () => ({ kind: 'drop-request' }),
      () => ({ kind: 'drop-answer' }),
      () => ({ kind: 'truncate', bytes: random(4000) }),
      () => ({ kind: 'delay', ms: random(50) }),
      () => ({ kind: 'flip', fromEnd: random(100) }),
    ];
    proxy.next = () =>
      random(3) > 0 ? { kind: 'pass' } : (faults[random(faults.length)] as () => Fault)();
    const kept = new Map<string, Uint8Array>();
    const errors: unknown[] = [];
    for (let i = 0; i < 20; i++) {
      const { proof } = proofNames(block * 1000n + BigInt(random(8)));
      const bytes = bytesOf(500 + random(8000), i);
      try {
        await store.put(proof, bytes);
        kept.set(proof, bytes);
        expect(await store.get(proof)).toEqual(bytes);
      } catch (error) {
        errors.push(error);
        kept.delete(proof);
      }
    }
    expect(proxy.applied).toBeGreaterThan(10);
    expect(errors.map(String)).toEqual([]);
    for (const [name, bytes] of kept) expect(await storeAt(server.port).get(name)).toEqual(bytes);
  });

  it('says that a store is out of reach, in bounded time', async () => {
    proxy.next = () => ({ kind: 'drop-request' });
    const store = storeAt(proxy.port);
    await expect(store.get(names.proof)).rejects.toMatchObject({ code: 'STORE_UNREACHABLE' });
    await expect(store.put(names.proof, bytesOf(10, 1))).rejects.toMatchObject({
      code: 'STORE_UNREACHABLE',
    });
  });

  it('never returns bytes that do not fit their checksum', async () => {
    const put = (Metadata: Record<string, string>) =>
      admin.send(
        new PutObjectCommand({ Bucket: BUCKET, Key: names.proof, Body: bytesOf(9, 1), Metadata }),
      );
    const store = storeAt(server.port);
    await put({});
    await expect(store.get(names.proof)).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
    await put({ sha256: '00'.repeat(32) });
    await expect(store.get(names.proof)).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
    await store.put(names.proof, bytesOf(9, 1)); // and it can be mended
    expect(await store.get(names.proof)).toEqual(bytesOf(9, 1));
  });

  it.each([
    ['a missing bucket', { bucket: 'no-such-bucket' }, 'S3_BUCKET_NAME'],
    ['an unknown key', { key: 'AKIANOBODY' }, 'AWS_ACCESS_KEY_ID'],
    ['a wrong secret', { secret: 'wrong-secret' }, 'AWS_SECRET_ACCESS_KEY'],
  ])('names the variable behind %s at once', async (_name, change, key) => {
    const store = storeAt(proxy.port, change);
    const attempts = [
      () => store.check(),
      () => store.get(names.proof),
      () => store.put(names.proof, bytesOf(10, 1)),
    ];
    for (const attempt of attempts) {
      const error = await attempt().then(
        () => undefined,
        (reason: unknown) => reason,
      );
      expect(error).toMatchObject({ code: 'CONFIG_INVALID', facts: { key } });
      expect(String(error)).not.toContain('wrong-secret');
    }
    expect(proxy.requests).toBe(3);
  });
});
