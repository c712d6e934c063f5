import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { closeServer, createHttpServer, createLogger, listen } from '@stackctl/runtime';
import { StackError } from '@stackctl/types';
import { afterEach, expect, test } from 'vitest';
import { loadAssets } from '../src/assets.ts';
import { createExplorer } from '../src/server.ts';
import { createUpstream } from '../src/upstream.ts';

const log = createLogger('explorer-test');
const closers: Array<() => Promise<void>> = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function serve(server: Server): Promise<string> {
  await listen(server, '127.0.0.1', 0, 'test');
  closers.push(() => closeServer(server));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function built(): string {
  const folder = mkdtempSync(join(tmpdir(), 'explorer-assets-'));
  closers.push(async () => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'index.html'), '<!doctype html>page');
  writeFileSync(join(folder, 'assets', 'a.js'), `//${'x'.repeat(4_000)}`);
  return folder;
}

test('files, and the page for every other path', () => {
  const assets = loadAssets(built());
  const script = assets.file('/assets/a.js', true);
  expect(script?.headers).toMatchObject({
    'content-type': 'text/javascript; charset=utf-8',
    'content-encoding': 'gzip',
    'cache-control': 'public, max-age=31536000, immutable',
  });
  expect(assets.file('/assets/a.js', false)?.headers).not.toHaveProperty('content-encoding');
  expect(assets.file('/../package.json', false)).toBeUndefined();
  expect(assets.page(true).headers).toMatchObject({ 'cache-control': 'no-cache' });
});

test('an application that was not built is a mistake of the configuration', () => {
  expect(() => loadAssets(join(tmpdir(), 'there-is-no-such-folder'))).toThrow(StackError);
});

test('an upstream that does not answer is passed over, and the next stays the first choice', async () => {
  let broken = 0;
  const bad = await serve(
    createHttpServer({ 'POST /': () => ({ status: 500 + (broken++ && 0), json: {} }) }, { log }),
  );
  const good = await serve(
    createHttpServer({ 'POST /': () => ({ json: { answer: 1 } }) }, { log }),
  );
  const upstream = createUpstream(['http://127.0.0.1:1', bad, good]);
  const request = { method: 'POST', body: Buffer.from('{}') };
  for (let i = 0; i < 3; i++)
    expect(Buffer.from((await upstream(request)).body as Uint8Array).toString()).toContain('1');
  expect(broken).toBe(1);
  await expect(createUpstream(['http://127.0.0.1:1'])(request)).rejects.toMatchObject({
    status: 502,
  });
});

test('proofs by their names and no others; a store that is away says so', async () => {
  const asked: string[] = [];
  const origin = await serve(
    createExplorer(
      {
        assets: loadAssets(built()),
        store: {
          async get(name) {
            asked.push(name);
            if (name.startsWith('0xbad'))
              throw new StackError('STORE_UNREACHABLE', { url: 'x', reason: 'it is away' });
            return name === '0x1-proof' ? Uint8Array.of(1, 2) : undefined;
          },
        },
        rpcUrls: ['http://127.0.0.1:1'],
        l1Url: 'http://127.0.0.1:1',
        proverUrl: 'http://127.0.0.1:1',
        page: { runId: 'r', nodes: 1, verifyBlocks: true, chaos: false },
      },
      log,
    ),
  );
  const status = async (path: string, init?: RequestInit) =>
    (await fetch(origin + path, init)).status;
  expect(await status('/proofs/0x1-proof')).toBe(200);
  expect(await status('/proofs/0x2-proof')).toBe(404);
  expect(await status('/proofs/0xbad-proof')).toBe(503);
  for (const name of ['..%2f..%2fetc%2fpasswd', '0x1', '0x1-proof.json', 'x-proof'])
    expect(await status(`/proofs/${name}`)).toBe(404);
  expect(asked).toEqual(['0x1-proof', '0x2-proof', '0xbad-proof']);
  expect(await status('/assets/none.js')).toBe(404);
  expect(await status('/block/5')).toBe(200);
  expect(await status('/rpc', { method: 'POST', body: '{}' })).toBe(502);
  expect(await status('/rpc/7', { method: 'POST', body: '{}' })).toBe(404);
  expect(await status('/chaos', { method: 'POST', body: '{}' })).not.toBe(200);
});
