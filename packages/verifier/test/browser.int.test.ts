import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { type BrowserContext, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleWorker } from '../scripts/bundle.ts';
import type { VerifyReply } from '../src/serve.ts';
import { sample } from './sample.ts';

/** The browser that is installed; undefined when there is none. */
function findChromium(): string | undefined {
  const names = ['chromium', 'chromium-browser', 'google-chrome'];
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

const executablePath = findChromium();
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const why = executablePath === undefined ? ' (skipped: no chromium)' : '';

describe.skipIf(executablePath === undefined)(`in a Web Worker${why}`, () => {
  let server: Server;
  let browser: BrowserContext;
  let folder: string;
  let origin: string;

  beforeAll(async () => {
    const { proof, statement } = sample();
    const { code } = await bundleWorker();
    const files: Record<string, readonly [type: string, body: string | Uint8Array]> = {
      '/': ['text/html', '<!doctype html><title>verifier</title>'],
      '/worker.js': ['text/javascript', code],
      '/proof': ['application/octet-stream', proof],
      '/statement': ['application/octet-stream', statement],
    };
    server = createServer((request, response) => {
      const [type, body] = files[request.url ?? ''] ?? ['text/plain', ''];
      response.writeHead(files[request.url ?? ''] === undefined ? 404 : 200, {
        'content-type': type,
      });
      response.end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    folder = mkdtempSync(join(tmpdir(), 'verifier-browser-'));
    browser = await chromium.launchPersistentContext(folder, {
      ...(executablePath === undefined ? {} : { executablePath }),
      headless: true,
      args: FLAGS,
    });
  });
  afterAll(async () => {
    await browser?.close();
    await new Promise((resolve) => server.close(resolve));
    rmSync(folder, { recursive: true, force: true });
  });

  it('verifies a proof, and refuses a flipped byte', async () => {
    const page = await browser.newPage();
    await page.goto(origin);
    // Runs in the page, which has no types here.
    const replies = (await page.evaluate(`(async () => {
      const load = async (path) => new Uint8Array(await (await fetch(path)).arrayBuffer());
      const [proof, statement] = await Promise.all([load('/proof'), load('/statement')]);
      const worker = new Worker('/worker.js', { type: 'module' });
      const flipped = proof.slice();
      flipped[flipped.length >> 1] ^= 1;
      const replies = [];
      const all = new Promise((resolve, reject) => {
        worker.onmessage = ({ data }) => { if (replies.push(data) === 2) resolve(); };
        worker.onerror = ({ message }) => reject(new Error(message));
      });
      worker.postMessage({ id: 1, proof, statement });
      worker.postMessage({ id: 2, proof: flipped, statement });
      await all;
      worker.terminate();
      return replies;
    })()`)) as VerifyReply[];
    expect(replies.map(({ id, result }) => [id, result.ok])).toEqual([
      [1, true],
      [2, false],
    ]);
    expect(replies[0]?.result).toMatchObject({ securityBits: 98 });
  });
});
