import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type Dispatcher, failure, rpcError } from '@stackctl/rpc';
import { type FeederAnswer, isFeederPath } from '../feeder/http.ts';

export interface RpcServerOptions {
  readonly dispatcher: Dispatcher;
  /** Largest body in bytes; default 8 MiB (a declared class with room to spare). */
  readonly bodyLimit?: number;
  /** What GET /health answers; `ok` decides between 200 and 503. */
  readonly health: () => { readonly ok: boolean; readonly [detail: string]: unknown };
  /** Answers GET below /feeder_gateway/ (path and query). */
  readonly feeder?: (url: string) => Promise<FeederAnswer>;
}

const CORS = {
  'access-control-allow-origin': '*',
  'access-control-allow-headers': '*',
  'access-control-allow-methods': 'GET, HEAD, POST, OPTIONS',
  'access-control-max-age': '86400',
};

/** `/`, `/rpc`, and the versioned paths of the version that is served: `/rpc/v0_10`, `/v0_10_2`. */
const RPC_PATH = /^\/(rpc\/?)?$|^\/(rpc\/)?v0[._]10([._]2)?\/?$/;

/** What is left of an oversized body is read and thrown away, up to this, so that the client sees the answer. */
const DRAIN_LIMIT = 64 << 20;

/**
 * JSON-RPC over HTTP: POST on the RPC paths, GET /is_alive (what devnet tools poll) and /health.
 * It is not listening yet.
 */
export function createRpcServer(options: RpcServerOptions): Server {
  const { dispatcher, health, feeder, bodyLimit = 8 << 20 } = options;

  const answerRpc = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const read = await readBody(request, bodyLimit);
    if (read.outcome === 'aborted') return;
    if (read.outcome === 'oversized') {
      const error = rpcError('INVALID_REQUEST', `a body of more than ${bodyLimit} bytes`);
      send(response, 413, JSON.stringify(failure(null, error.toObject())), { connection: 'close' });
      return;
    }
    const text = await dispatcher.answerText(read.body);
    if (text === undefined) send(response, 204, '');
    else send(response, 200, text);
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = (request.url ?? '/').split('?', 1)[0] as string;
    const { method } = request;
    const reads = method === 'GET' || method === 'HEAD';
    if (method === 'OPTIONS') return send(response, 204, '');
    if (path === '/is_alive' && reads) return send(response, 200, 'Alive!!!', PLAIN);
    if (path === '/health' && reads) {
      const { ok, ...details } = health();
      const status = ok ? 'ok' : 'starting';
      return send(response, ok ? 200 : 503, JSON.stringify({ status, ...details }));
    }
    if (feeder !== undefined && isFeederPath(path)) {
      if (!reads) return notServed(response, 405, 'the feeder gateway is served by GET');
      const answered = await feeder(request.url ?? path);
      return send(response, answered.status, JSON.stringify(answered.json));
    }
    if (!RPC_PATH.test(path)) return notServed(response, 404, `no such path: ${path.slice(0, 80)}`);
    if (method !== 'POST') return notServed(response, 405, 'JSON-RPC is served by POST');
    return answerRpc(request, response);
  };

  const server = createServer((request, response) => {
    // A client that goes away in the middle is its own affair.
    response.on('error', () => {});
    answer(request, response).catch(() => {
      if (!response.headersSent)
        send(response, 500, JSON.stringify(failure(null, rpcError('INTERNAL_ERROR').toObject())));
    });
  });
  server.keepAliveTimeout = 65_000;
  server.headersTimeout = 70_000;
  server.requestTimeout = 60_000;
  return server;
}

const PLAIN = { 'content-type': 'text/plain; charset=utf-8' };

function send(
  response: ServerResponse,
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  if (response.destroyed || response.headersSent) return;
  const type = body === '' ? {} : { 'content-type': 'application/json' };
  const length = status === 204 ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  response.writeHead(status, { ...CORS, ...type, ...length, ...headers });
  response.end(response.req.method === 'HEAD' ? undefined : body);
}

function notServed(response: ServerResponse, status: number, reason: string): void {
  const error = rpcError('INVALID_REQUEST', reason);
  send(response, status, JSON.stringify(failure(null, error.toObject())));
}

type ReadBody =
  | { readonly outcome: 'read'; readonly body: string }
  | { readonly outcome: 'oversized' }
  | { readonly outcome: 'aborted' };

function readBody(request: IncomingMessage, limit: number): Promise<ReadBody> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= limit) {
        chunks.push(chunk);
        return;
      }
      chunks.length = 0;
      resolve({ outcome: 'oversized' });
      if (length > limit + DRAIN_LIMIT) request.destroy();
    });
    request.once('end', () =>
      resolve({ outcome: 'read', body: Buffer.concat(chunks).toString('utf8') }),
    );
    request.once('error', () => resolve({ outcome: 'aborted' }));
    request.once('close', () => resolve({ outcome: 'aborted' }));
  });
}
