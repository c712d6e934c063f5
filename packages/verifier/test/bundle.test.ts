import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Bundle, bundleLibrary, bundleWorker, wasmPath } from '../scripts/bundle.ts';
import { loadVerifier, type ModuleSource } from '../src/browser.ts';
import { decodeStatement, verify } from '../src/index.ts';
import { serveVerifier, type VerifyReply, type VerifyRequest } from '../src/serve.ts';
import { sample } from './sample.ts';

const MAXIMAL_WASM_BYTES = 300_000;
const MAXIMAL_LIBRARY_BYTES = 40_000;

const wasm = new Uint8Array(readFileSync(wasmPath));
let made: ReturnType<typeof sample>;
let library: Bundle;
beforeAll(async () => {
  made = sample();
  library = await bundleLibrary();
});

const statement = () =>
  decodeStatement(made.statement) as NonNullable<ReturnType<typeof decodeStatement>>;
const flipped = (bytes: Uint8Array) =>
  bytes.map((byte, at) => (at === bytes.length >> 1 ? byte ^ 1 : byte));

it.each(['verifier.wasm', 'verifier-full.wasm', 'verifier-mods.wasm'])('%s is small', (name) => {
  const { size } = statSync(new URL(name, pathToFileURL(wasmPath)));
  expect(size).toBeLessThan(MAXIMAL_WASM_BYTES);
});

describe('in Node', () => {
  it('verifies, and refuses a flipped byte', () => {
    expect(verify(made.proof, statement())).toMatchObject({ ok: true, securityBits: 98 });
    expect(verify(flipped(made.proof), statement()).ok).toBe(false);
    expect(verify(made.proof, { ...statement(), layout: 'tall' })).toEqual({
      ok: false,
      reason: 'the layout is unknown',
    });
  });

  it('reads no WebAssembly but its own, and that only to verify', () => {
    const script = `
      import fs from 'node:fs';
      import { syncBuiltinESMExports } from 'node:module';
      const read = fs.readFileSync;
      const files = [];
      fs.readFileSync = (path, ...rest) => {
        if (String(path).endsWith('.wasm')) files.push(String(path).split('/').at(-1));
        return read(path, ...rest);
      };
      syncBuiltinESMExports();
      const { verify } = await import('@stackctl/verifier');
      const before = files.length;
      verify(new Uint8Array(9), { layout: 'lite', logSteps: 8, initial: { pc: 1, ap: 1, fp: 1 },
        final: { pc: 1, ap: 1, fp: 1 }, segments: [], publicMemory: [], context: new Uint8Array(32) });
      console.log(JSON.stringify({ before, files }));`;
    const folder = fileURLToPath(new URL('..', import.meta.url));
    const args = ['--input-type=module', '--eval', script];
    const output = execFileSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
    expect(JSON.parse(output)).toEqual({ before: 0, files: ['verifier.wasm'] });
  });
});

describe('in a browser', () => {
  it('is small, and holds nothing of the prover', () => {
    expect(wasm.length).toBeLessThan(MAXIMAL_WASM_BYTES);
    expect(library.code.length).toBeLessThan(MAXIMAL_LIBRARY_BYTES);
    expect(Object.keys(library.inputs).filter((path) => path.includes('stark/src/prover'))).toEqual(
      [],
    );
    expect(library.code).not.toMatch(/node:/);
  });

  it('runs as bundled', async () => {
    const url = `data:text/javascript;base64,${Buffer.from(library.code).toString('base64')}`;
    const bundled = (await import(/* @vite-ignore */ url)) as typeof import('../src/browser.ts');
    const verifier = await bundled.loadVerifier({ lite: wasm });
    const decoded = bundled.decodeStatement(made.statement);
    if (decoded === undefined) throw new Error('the statement does not decode');
    expect(verifier.verify(made.proof, decoded)).toMatchObject({ ok: true });
    expect(verifier.verify(flipped(made.proof), decoded)).toMatchObject({ ok: false });
  });

  it.each<[string, () => ModuleSource]>([
    ['bytes', () => wasm],
    ['a buffer', () => wasm.buffer],
    ['a module', () => new WebAssembly.Module(wasm)],
    ['base64', () => ({ base64: Buffer.from(wasm).toString('base64') })],
    [
      'a URL',
      () => new URL(`data:application/wasm;base64,${Buffer.from(wasm).toString('base64')}`),
    ],
  ])('takes its module as %s', async (_name, source) => {
    const verifier = await loadVerifier({ lite: source() });
    expect(verifier.verify(made.proof, statement())).toMatchObject({ ok: true });
  });

  it('has a worker in one file, which knows nothing of Node', async () => {
    const { code } = await bundleWorker();
    expect(code).not.toMatch(/node:/);
    expect(code.length).toBeLessThan(MAXIMAL_LIBRARY_BYTES + (wasm.length * 4) / 3 + 100);
  });
});

describe('behind messages', () => {
  /** A worker's scope whose answers are collected. */
  async function ask(loading: ReturnType<typeof loadVerifier>, requests: readonly VerifyRequest[]) {
    const replies: VerifyReply[] = [];
    let deliver: (event: { data: VerifyRequest }) => void = () => undefined;
    const all = new Promise<void>((resolve) => {
      const scope = {
        addEventListener: (_type: 'message', listener: typeof deliver) => {
          deliver = listener;
        },
        postMessage: (reply: VerifyReply) => {
          if (replies.push(reply) === requests.length) resolve();
        },
      };
      serveVerifier(scope, loading);
    });
    for (const data of requests) deliver({ data });
    await all;
    return replies;
  }

  it('answers each request with a result, whatever it holds', async () => {
    const { proof, statement: bytes } = made;
    const replies = await ask(loadVerifier({ lite: wasm }), [
      { id: 1, proof, statement: bytes },
      { id: 2, proof: flipped(proof), statement: bytes },
      { id: 3, proof, statement: new Uint8Array(3) },
      { id: 4, proof, statement: bytes, minSecurityBits: 99 },
      { id: 5, proof: null as unknown as Uint8Array, statement: bytes },
    ]);
    expect(replies.map(({ id, result }) => [id, result.ok])).toEqual([
      [1, true],
      [2, false],
      [3, false],
      [4, false],
      [5, false],
    ]);
  });

  it('says why there is no verifier', async () => {
    const replies = await ask(loadVerifier({ lite: new Uint8Array(4) }), [
      { id: 1, proof: made.proof, statement: made.statement },
    ]);
    expect(replies[0]?.result).toMatchObject({
      ok: false,
      reason: expect.stringContaining('cannot run'),
    });
  });
});
