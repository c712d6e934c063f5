import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { proofNames, verifyFiles, verifyStored } from '@stackctl/block-proof';
import { FileProofStore, openProofStore, storageFromEnv } from '@stackctl/proof-store';
import { createRpcClient, type RpcClient } from '@stackctl/rpc';
import { freePort } from '@stackctl/runtime';
import { feltToHex } from '@stackctl/types';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { mixedSample } from '../../../packages/block-proof/test/support/real-block.ts';
import {
  missingPrograms,
  startRadosgw,
} from '../../../packages/proof-store/test/support/radosgw.ts';
import { serveChain } from './support/chain-node.ts';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
let node: Awaited<ReturnType<typeof serveChain>>;
let rpc: RpcClient;
let folder: string;
let running: ChildProcess | undefined;

beforeAll(async () => {
  node = await serveChain('run-1');
  rpc = createRpcClient([node.url]);
  folder = mkdtempSync(join(tmpdir(), 'watcher-prover-'));
});
afterAll(async () => {
  await node.stop();
  rmSync(folder, { recursive: true, force: true });
});
afterEach(() => {
  running?.kill('SIGKILL');
  running = undefined;
});

interface Status {
  readonly provenHeight: number;
  readonly height: number;
  readonly lag: number;
  readonly queue: number;
  readonly failures: number;
  readonly proving: { readonly block: number; readonly phase: string } | null;
  readonly lastProof: { readonly block: number; readonly securityBits: number } | null;
}

/** Starts the service on a free port. */
async function start(env: Record<string, string> = {}) {
  const port = await freePort();
  const child = spawn(process.execPath, [main], {
    env: {
      PATH: process.env.PATH,
      RUN_ID: 'run-1',
      L2_RPC_URLS: `http://127.0.0.1:1,${node.url}`,
      L2_CHAIN_ID: feltToHex(node.chain.chainId),
      PROOFS_DIR: join(folder, 'proofs'),
      DATA_DIR: join(folder, 'data'),
      HTTP_PORT: String(port),
      PROVER_POLL_MS: '50',
      ...env,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  running = child;
  let log = '';
  child.stderr?.on('data', (chunk) => (log += chunk));
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const url = `http://127.0.0.1:${port}`;
  async function status(): Promise<Status | undefined> {
    try {
      return (await (await fetch(`${url}/status`)).json()) as Status;
    } catch {
      return undefined;
    }
  }
  async function until(enough: (status: Status) => boolean): Promise<Status> {
    const deadline = performance.now() + 90_000;
    for (;;) {
      const now = await status();
      if (performance.now() > deadline)
        throw new Error(`the service stands at ${JSON.stringify(now)}:\n${log}`);
      if (now !== undefined && enough(now)) return now;
      if (child.exitCode !== null) throw new Error(`the service ended:\n${log}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
  return { child, url, exited, until, log: () => log };
}

const store = () => new FileProofStore(join(folder, 'proofs'));
const hashOf = (block: number) => node.chain.blocks[block]?.header.hash ?? 0n;

describe('watcher-prover', () => {
  it('proves every block, and anybody can verify it', async () => {
    node.chain.next(mixedSample(node.chain.genesis.addresses));
    node.chain.next([]);
    const service = await start();
    await service.until(({ provenHeight }) => provenHeight === 2);
    node.chain.next(mixedSample(node.chain.genesis.addresses));
    const status = await service.until(({ provenHeight }) => provenHeight === 3);
    expect(status).toMatchObject({ height: 3, lag: 0, queue: 0, failures: 0 });
    expect(status.lastProof).toMatchObject({ block: 3 });
    expect(status.lastProof?.securityBits).toBeGreaterThanOrEqual(96);
    for (let block = 0; block <= 3; block++) {
      const report = await verifyStored(rpc, store(), { number: block });
      expect(report).toMatchObject({ status: 'verified', block, reason: 'the proof verifies' });
      expect(report.parts).toBeGreaterThan(0);
    }
    expect(await verifyStored(rpc, store(), { hash: hashOf(1) })).toMatchObject({ block: 1 });
    const { proof } = proofNames(hashOf(3));
    const served = await fetch(`${service.url}/proofs/${proof}`);
    expect(new Uint8Array(await served.arrayBuffer())).toEqual(await store().get(proof));
    expect((await fetch(`${service.url}/proofs/0x1-proof`)).status).toBe(404);
    expect((await fetch(`${service.url}/proofs/..%2Fidentity.json`)).status).toBe(404);
    expect((await fetch(`${service.url}/health`)).status).toBe(200);
    expect(await (await fetch(`${service.url}/metrics`)).text()).toMatch(/proofs_total 4/);
    service.child.kill('SIGTERM');
    expect(await service.exited).toBe(0);
  });

  it('says pending and unavailable where there is nothing to verify', async () => {
    node.chain.next([]);
    expect(await verifyStored(rpc, store(), { number: 4 })).toMatchObject({ status: 'pending' });
    expect(await verifyStored(rpc, store(), { number: 99 })).toMatchObject({
      status: 'unavailable',
    });
  });

  it('does not verify another block’s proof, nor one with a byte flipped', async () => {
    const names = proofNames(hashOf(1));
    const proof = (await store().get(names.proof)) as Uint8Array;
    const publicInputs = (await store().get(names.publicInputs)) as Uint8Array;
    const swapped = await verifyFiles(rpc, { proof, publicInputs }, { number: 3 });
    expect(swapped).toMatchObject({ status: 'failed', block: 3 });
    const empty = proofNames(hashOf(2));
    const other = (await store().get(empty.proof)) as Uint8Array;
    expect(await verifyFiles(rpc, { proof: other, publicInputs })).toMatchObject({
      status: 'failed',
    });
    for (let sample = 0; sample < 24; sample++) {
      for (const which of ['proof', 'publicInputs'] as const) {
        const files = { proof: proof.slice(), publicInputs: publicInputs.slice() };
        const at = Math.floor((files[which].length * sample) / 24);
        files[which][at] = (files[which][at] as number) ^ (1 << (sample % 8));
        const report = await verifyFiles(rpc, files, { number: 1 });
        expect(report, `${which} byte ${at}`).toMatchObject({ status: 'failed', block: 1 });
      }
    }
  });

  it('resumes after kill -9 without a gap or a duplicate', async () => {
    const { blocks, next, genesis } = node.chain;
    while (blocks.length <= 10) next(blocks.length % 2 === 0 ? mixedSample(genesis.addresses) : []);
    for (const victim of [5, 7, 9]) {
      const service = await start();
      await service.until(
        ({ proving, provenHeight }) => Math.max(proving?.block ?? 0, provenHeight) >= victim,
      );
      service.child.kill('SIGKILL');
      await service.exited;
    }
    const before = new Map(
      readdirSync(join(folder, 'proofs')).map((name) => [
        name,
        readFileSync(join(folder, 'proofs', name)),
      ]),
    );
    const service = await start();
    await service.until(({ provenHeight }) => provenHeight === 10);
    for (let block = 0; block <= 10; block++)
      expect(await verifyStored(rpc, store(), { number: block })).toMatchObject({
        status: 'verified',
      });
    const names = readdirSync(join(folder, 'proofs')).filter((name) => !name.startsWith('.'));
    expect(names).toHaveLength(22);
    for (const [name, bytes] of before)
      if (!name.startsWith('.'))
        expect(readFileSync(join(folder, 'proofs', name)).equals(bytes)).toBe(true);
    service.child.kill('SIGTERM');
    expect(await service.exited).toBe(0);
  });

  it('waits for nodes that are away, and makes a broken proof anew', async () => {
    node.behaviour.isDown = true;
    const service = await start();
    expect((await fetch(`${service.url}/health`).catch(() => undefined))?.status ?? 503).toBe(503);
    node.behaviour.isDown = false;
    await service.until(({ provenHeight }) => provenHeight === 10);
    service.child.kill('SIGTERM');
    await service.exited;
    // A proof that stands in the store but is not marked done: the queue knows the block only.
    node.chain.next([]);
    const names = proofNames(hashOf(11));
    writeFileSync(join(folder, 'proofs', names.proof), 'broken');
    writeFileSync(join(folder, 'proofs', names.publicInputs), 'broken');
    const again = await start();
    await again.until(({ provenHeight }) => provenHeight === 11);
    expect(await verifyStored(rpc, store(), { number: 11 })).toMatchObject({ status: 'verified' });
  });

  it('refuses the data of another run', async () => {
    const service = await start({ RUN_ID: 'run-2' });
    expect(await service.exited).toBe(2);
    expect(service.log()).toMatch(/STALE_STATE/);
  });

  it.each([
    ['RUN_ID', ''],
    ['L2_CHAIN_ID', 'zz'],
    ['HTTP_PORT', '70000'],
    ['PROVER_STORAGE', 'tape'],
  ])('refuses a bad %s', async (name, value) => {
    const service = await start({ [name]: value });
    expect(await service.exited).toBe(2);
    expect(service.log()).toContain(name);
  });
});

const why = missingPrograms.length === 0 ? '' : ` (skipped: no ${missingPrograms.join(', ')})`;
describe.skipIf(missingPrograms.length > 0)(`watcher-prover on S3${why}`, () => {
  it('keeps proofs in a bucket; says which setting is wrong, and no secret', async () => {
    const server = await startRadosgw();
    try {
      await server.createBucket('proofs');
      const env = {
        PROVER_STORAGE: 's3',
        S3_BUCKET_NAME: 'proofs',
        AWS_REGION: 'us-east-1',
        S3_ENDPOINT: `http://127.0.0.1:${server.port}`,
        AWS_ACCESS_KEY_ID: server.accessKeyId,
        AWS_SECRET_ACCESS_KEY: server.secretAccessKey,
        DATA_DIR: join(folder, 's3'),
      };
      for (const [change, named] of [
        [{ AWS_SECRET_ACCESS_KEY: 'not-the-secret' }, 'AWS_SECRET_ACCESS_KEY'],
        [{ AWS_ACCESS_KEY_ID: '' }, 'AWS_ACCESS_KEY_ID'],
        [{ S3_BUCKET_NAME: 'nowhere' }, 'S3_BUCKET_NAME'],
      ] as const) {
        const refused = await start({ ...env, ...change });
        expect(await refused.exited).toBe(2);
        expect(refused.log()).toContain(named);
        expect(refused.log()).not.toMatch(/not-the-secret|a-secret-for-tests-only/);
      }
      const service = await start(env);
      await service.until(({ provenHeight, height }) => height >= 0 && provenHeight === height);
      const bucket = await openProofStore(storageFromEnv(env), env);
      const report = await verifyStored(rpc, bucket, { number: 1 });
      expect(report).toMatchObject({ status: 'verified', block: 1 });
      const { proof } = proofNames(hashOf(1));
      const served = await fetch(`${service.url}/proofs/${proof}`);
      expect(new Uint8Array(await served.arrayBuffer())).toEqual(await bucket.get(proof));
      await server.stop();
      expect((await fetch(`${service.url}/proofs/${proof}`)).status).toBe(503);
      expect(service.log()).not.toContain('a-secret-for-tests-only');
    } finally {
      await server.stop();
    }
  });
});
