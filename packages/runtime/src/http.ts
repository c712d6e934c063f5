import {
  createServer as createNodeServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo, Server as NetServer } from 'node:net';
import { StackError } from '@stackctl/types';
import { reasonOf, systemCode } from './files.ts';
import type { Logger } from './logger.ts';

/**
 * Listens and resolves with the port (of interest when 0 was asked for). A taken port is PORT_TAKEN,
 * a host that is not ours CONFIG_INVALID.
 */
export function listen(
  server: NetServer | Server,
  host: string,
  port: number,
  service = 'server',
): Promise<number> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => {
      const code = systemCode(error);
      if (code === 'EADDRINUSE' || code === 'EACCES') {
        reject(new StackError('PORT_TAKEN', { service, port }, { cause: error }));
      } else if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
        const facts = { file: service, key: 'host', expected: 'an address of this machine' };
        reject(new StackError('CONFIG_INVALID', { ...facts, got: host }, { cause: error }));
      } else reject(error);
    };
    server.once('error', fail);
    server.listen({ host, port, exclusive: true }, () => {
      server.off('error', fail);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

/** Stops listening and cuts what is open; resolves when the port is free. */
export function closeServer(server: NetServer | Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    if ('closeAllConnections' in server) server.closeAllConnections();
  });
}

export interface HttpRequest {
  readonly method: string;
  /** Path without the query, decoded by nobody. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** `:name` parts of the route, percent-decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly headers: IncomingMessage['headers'];
  /** Empty for GET and HEAD. */
  readonly body: Buffer;
  /** The body as JSON; HTTP 400 when it is none. */
  json(): unknown;
}

/**
 * What a route answers: `json` (any JSON value), or `body` (bytes or text with their type).
 * `raw` hands over the response itself, for streams.
 */
export interface HttpReply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly body?: string | Uint8Array;
  readonly raw?: (response: ServerResponse) => void;
}

export type HttpHandler = (request: HttpRequest) => HttpReply | Promise<HttpReply>;

/**
 * "GET /proofs/:file" -> handler. A part `:name` matches one path segment, a last part `*` whatever follows;
 * the first route that matches answers.
 */
export type HttpRoutes = Readonly<Record<string, HttpHandler>>;

export interface HttpServerOptions {
  /** Bodies above it are answered with 413. Default 1 MiB. */
  readonly bodyLimit?: number;
  readonly log?: Logger;
  /** Adds `access-control-allow-origin: *` and answers preflight requests. Default true. */
  readonly cors?: boolean;
}

/** Thrown by a handler to answer with a status of its own. */
export class HttpError extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.name = 'HttpError';
    this.status = status;
  }
}

interface Route {
  readonly method: string;
  readonly parts: readonly string[];
  readonly handler: HttpHandler;
}

function parseRoutes(routes: HttpRoutes): Route[] {
  return Object.entries(routes).map(([key, handler]) => {
    const [method = '', path = ''] = key.split(' ');
    return { method, parts: path.split('/'), handler };
  });
}

function match(parts: readonly string[], path: string): Record<string, string> | undefined {
  const segments = path.split('/');
  if (parts.at(-1) === '*') {
    const prefix = parts.slice(0, -1);
    return prefix.every((part, i) => part === segments[i]) ? {} : undefined;
  }
  if (segments.length !== parts.length) return undefined;
  const params: Record<string, string> = {};
  for (const [i, part] of parts.entries()) {
    const segment = segments[i] ?? '';
    if (part.startsWith(':')) {
      try {
        params[part.slice(1)] = decodeURIComponent(segment);
      } catch {
        return undefined;
      }
    } else if (part !== segment) return undefined;
  }
  return params;
}

/** Reads a body up to a limit; HttpError 413 above it, 400 when the client goes away. */
export function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= limit) chunks.push(chunk);
      else reject(new HttpError(413, `body above ${limit} bytes`));
    });
    request.once('end', () => resolve(Buffer.concat(chunks)));
    request.once('error', () => reject(new HttpError(400, 'the client went away')));
    request.once('close', () => reject(new HttpError(400, 'the client went away')));
  });
}

const CORS = {
  'access-control-allow-origin': '*',
  'access-control-allow-headers': '*',
  'access-control-allow-methods': 'GET, HEAD, POST, OPTIONS',
};

/**
 * A small HTTP server for JSON: routes as data, a body limit, 404 and 405 answered, HEAD as GET, a
 * handler's error as 500 without its details. It is not listening yet: see `listen`.
 */
export function createHttpServer(routes: HttpRoutes, options: HttpServerOptions = {}): Server {
  const table = parseRoutes(routes);
  const limit = options.bodyLimit ?? 1 << 20;
  const common = options.cors === false ? {} : CORS;

  const answer = async (request: IncomingMessage): Promise<HttpReply> => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const method = request.method ?? 'GET';
    const wanted = method === 'HEAD' ? 'GET' : method;
    if (method === 'OPTIONS' && options.cors !== false) return { status: 204 };
    let known = false;
    for (const route of table) {
      const params = match(route.parts, url.pathname);
      if (params === undefined) continue;
      known = true;
      if (route.method !== wanted) continue;
      const body = wanted === 'GET' ? Buffer.alloc(0) : await readBody(request, limit);
      return await route.handler({
        method,
        path: url.pathname,
        query: url.searchParams,
        params,
        headers: request.headers,
        body,
        json: () => {
          try {
            return JSON.parse(body.toString('utf8')) as unknown;
          } catch {
            throw new HttpError(400, 'the body is not JSON');
          }
        },
      });
    }
    throw known ? new HttpError(405, 'method not allowed') : new HttpError(404, 'not found');
  };

  const send = (request: IncomingMessage, response: ServerResponse, reply: HttpReply): void => {
    if (response.destroyed) return;
    const headers: Record<string, string> = { ...common, ...reply.headers };
    if (reply.raw !== undefined) {
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
      reply.raw(response);
      return;
    }
    const isJson = reply.json !== undefined;
    const body = isJson ? JSON.stringify(reply.json) : (reply.body ?? '');
    headers['content-type'] ??= isJson
      ? 'application/json'
      : typeof body === 'string'
        ? 'text/plain; charset=utf-8'
        : 'application/octet-stream';
    headers['content-length'] = String(Buffer.byteLength(body));
    response.writeHead(reply.status ?? 200, headers);
    response.end(request.method === 'HEAD' ? undefined : body);
  };

  return createNodeServer((request, response) => {
    answer(request).then(
      (reply) => send(request, response, reply),
      (error: unknown) => {
        const status = error instanceof HttpError ? error.status : 500;
        if (status === 500) {
          options.log?.error('request failed', { path: request.url ?? '/', error });
        }
        const message = error instanceof HttpError ? reasonOf(error) : 'internal error';
        // What is left of an oversized body is not read: the connection goes with the answer.
        const headers: Record<string, string> = status === 413 ? { connection: 'close' } : {};
        send(request, response, { status, headers, json: { error: message } });
      },
    );
  });
}
