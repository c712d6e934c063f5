import { request } from 'node:http';
import { createDispatcher } from '@stackctl/rpc';
import { closeServer, listen } from '@stackctl/runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRpcServer } from '../src/rpc/http-server.ts';

let ok = true;
const server = createRpcServer({
  dispatcher: createDispatcher({ handlers: { starknet_blockNumber: () => 7 } }),
  bodyLimit: 10_000,
  health: () => ({ ok, height: 7 }),
});
let base = '';

beforeAll(async () => {
  base = `http://127.0.0.1:${await listen(server, '127.0.0.1', 0)}`;
});
afterAll(() => closeServer(server));

const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'starknet_blockNumber' });
const post = (path: string, text = body) => fetch(base + path, { method: 'POST', body: text });

describe('RPC server', () => {
  it.each(['/', '/rpc', '/rpc/', '/rpc/v0_10', '/rpc/v0_10_2', '/v0_10', '/rpc/v0.10', '/?x=1'])(
    'serves JSON-RPC at %s',
    async (path) => {
      const response = await post(path);
      expect(response.status).toBe(200);
      expect(response.headers.get('access-control-allow-origin')).toBe('*');
      expect(await response.json()).toEqual({ jsonrpc: '2.0', id: 1, result: 7 });
    },
  );

  it.each(['/rpc/v0_8', '/v0_9', '/nothing'])('has no %s', async (path) => {
    const response = await post(path);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ error: { code: -32600 } });
  });

  it('answers probes, preflights and notifications', async () => {
    expect(await (await fetch(`${base}/is_alive`)).text()).toBe('Alive!!!');
    expect((await fetch(base, { method: 'OPTIONS' })).status).toBe(204);
    expect((await fetch(base)).status).toBe(405);
    const silent = await post('/', '{"jsonrpc":"2.0","method":"starknet_blockNumber"}');
    expect([silent.status, await silent.text()]).toEqual([204, '']);
    const healthy = await fetch(`${base}/health`);
    expect([healthy.status, await healthy.json()]).toEqual([200, { status: 'ok', height: 7 }]);
    ok = false;
    expect((await fetch(`${base}/health`)).status).toBe(503);
    ok = true;
  });

  it('answers a body that is too large, and goes on', async () => {
    const response = await post('/', `"${'x'.repeat(2_000_000)}"`);
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ id: null, error: { code: -32600 } });
    expect((await post('/')).status).toBe(200);
  });

  it('survives a client that leaves in the middle of its request', async () => {
    const url = new URL(base);
    const broken = request({ host: url.hostname, port: url.port, method: 'POST' });
    broken.on('error', () => {});
    broken.setHeader('content-length', '5000');
    broken.write('{"jsonrpc"');
    await new Promise((resolve) => setTimeout(resolve, 50));
    broken.destroy();
    expect((await post('/')).status).toBe(200);
  });
});
