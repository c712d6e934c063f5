import { request } from 'node:http';
import { isStackError } from '@stackctl/types';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  closeServer,
  createHttpServer,
  freePort,
  HttpError,
  isListening,
  isPortFree,
  listen,
  nextFreePort,
  silentLogger,
} from '../src/index.ts';

const server = createHttpServer(
  {
    'GET /health': () => ({ json: { status: 'ok' } }),
    'GET /proofs/:file': ({ params, query }) => ({
      body: new TextEncoder().encode(`${params.file} ${query.get('q')}`),
    }),
    'POST /echo': (r) => ({ json: r.json(), status: 201 }),
    'GET /refused': () => {
      throw new HttpError(409, 'not now');
    },
    'GET /broken': () => {
      throw new Error('a secret');
    },
  },
  { bodyLimit: 100, log: silentLogger },
);
let base = '';
beforeAll(async () => {
  base = `http://127.0.0.1:${await listen(server, '127.0.0.1', 0)}`;
});
afterAll(() => closeServer(server));

test('routes, parameters, HEAD, and the types of bodies', async () => {
  const health = await fetch(`${base}/health?x=1`);
  expect(health.headers.get('content-type')).toBe('application/json');
  expect(await health.json()).toEqual({ status: 'ok' });
  const proof = await fetch(`${base}/proofs/0x1%2F-proof?q=2`);
  expect(proof.headers.get('content-type')).toBe('application/octet-stream');
  expect(await proof.text()).toBe('0x1/-proof 2');
  const head = await fetch(`${base}/health`, { method: 'HEAD' });
  expect([head.status, await head.text()]).toEqual([200, '']);
  const echo = await fetch(`${base}/echo`, { method: 'POST', body: '{"a":[1]}' });
  expect([echo.status, await echo.json()]).toEqual([201, { a: [1] }]);
});

test.each([
  ['unknown path', '/nowhere', {}, 404],
  ['wrong method', '/health', { method: 'POST' }, 405],
  ['broken escape', '/proofs/%zz', {}, 404],
  ['bad JSON', '/echo', { method: 'POST', body: '{' }, 400],
  ['oversized body', '/echo', { method: 'POST', body: 'x'.repeat(200) }, 413],
  ['a refusal of the handler', '/refused', {}, 409],
  ['a failure of the handler', '/broken', {}, 500],
  ['preflight', '/echo', { method: 'OPTIONS' }, 204],
] as const)('%s', async (_name, path, init, status) => {
  const response = await fetch(`${base}${path}`, init);
  expect(response.status).toBe(status);
  expect(response.headers.get('access-control-allow-origin')).toBe('*');
  expect(await response.text()).not.toContain('secret');
});

test('a client that goes away mid-body does no harm', async () => {
  const outgoing = request(`${base}/echo`, { method: 'POST', headers: { 'content-length': '90' } });
  outgoing.on('error', () => {});
  outgoing.write('{"a"');
  await new Promise((resolve) => setTimeout(resolve, 50));
  outgoing.destroy();
  expect((await fetch(`${base}/health`)).status).toBe(200);
});

test('a taken port is PORT_TAKEN, a foreign host CONFIG_INVALID', async () => {
  const port = Number(new URL(base).port);
  const other = createHttpServer({});
  const taken = await listen(other, '127.0.0.1', port, 'l1').catch((e: unknown) => e);
  expect(isStackError(taken, 'PORT_TAKEN') && taken.facts).toEqual({ service: 'l1', port });
  const foreign = await listen(other, '192.0.2.1', 0).catch((e: unknown) => e);
  expect(isStackError(foreign, 'CONFIG_INVALID')).toBe(true);
});

test('ports: free, taken, next', async () => {
  const port = Number(new URL(base).port);
  expect(await isPortFree(port)).toBe(false);
  expect(await isListening(port)).toBe(true);
  const free = await freePort();
  expect(await isPortFree(free)).toBe(true);
  expect(await nextFreePort(port, { avoid: new Set([port + 1]) })).toBeGreaterThan(port + 1);
});
