import type { Server } from 'node:http';
import { isObjectName, type ProofStore } from '@stackctl/block-proof/proof-store';
import {
  createHttpServer,
  HttpError,
  type HttpHandler,
  type HttpReply,
  type HttpRequest,
  type Logger,
} from '@stackctl/runtime';
import { isStackError } from '@stackctl/types';
import type { Assets } from './assets.ts';
import { createChaos } from './chaos.ts';
import { SECURITY_HEADERS } from './security.ts';
import { createUpstream } from './upstream.ts';

/** A class may be declared through the page's own RPC: as large as the nodes take. */
const BODY_LIMIT = 8 << 20;

export interface Sources {
  readonly assets: Assets;
  readonly store: Pick<ProofStore, 'get'>;
  readonly rpcUrls: readonly string[];
  readonly l1Url: string;
  readonly proverUrl: string;
  /** The supervisor's socket, when pages may make validators fail. */
  readonly controlSocket?: string | undefined;
  /** What the page is told about the stack that it shows. */
  readonly page: PageConfig;
}

/** GET /config */
export interface PageConfig {
  readonly runId: string;
  readonly nodes: number;
  readonly verifyBlocks: boolean;
  /** Whether validators can be made to fail here. */
  readonly chaos: boolean;
}

/** The application, and one door to each of its sources. */
export function createExplorer(sources: Sources, log: Logger): Server {
  const { assets, store, rpcUrls, page } = sources;
  const any = createUpstream(rpcUrls);
  const each = rpcUrls.map((url) => createUpstream([url]));
  const l1 = createUpstream([sources.l1Url]);
  const proverStatus = createUpstream([`${sources.proverUrl}/status`]);

  const routes: Record<string, HttpHandler> = {
    'GET /health': () => ({ json: { status: 'ok' } }),
    'GET /config': () => ({ headers: { 'cache-control': 'no-store' }, json: page }),
    'POST /rpc': (request) => any(request),
    'POST /rpc/:node': (request) => {
      const node = /^\d{1,3}$/.test(request.params.node ?? '') ? Number(request.params.node) : -1;
      const upstream = each[node];
      if (upstream === undefined) throw new HttpError(404, 'no such node');
      return upstream(request);
    },
    'POST /l1': (request) => l1(request),
    'GET /prover/status': (request) => proverStatus(request),
    'GET /proofs/:name': ({ params }) => readProof(store, params.name ?? ''),
    ...(sources.controlSocket === undefined
      ? {}
      : { 'POST /chaos': createChaos(sources.controlSocket) }),
    'GET /*': (request) => asset(assets, request),
  };
  const guarded = Object.fromEntries(
    Object.entries(routes).map(([route, handler]) => [route, withSecurity(handler)]),
  );
  return createHttpServer(guarded, { log, bodyLimit: BODY_LIMIT, cors: false });
}

function asset(assets: Assets, { path, headers }: HttpRequest): HttpReply {
  const acceptsGzip = /\bgzip\b/.test(String(headers['accept-encoding'] ?? ''));
  const file = assets.file(path, acceptsGzip);
  if (file !== undefined) return file;
  if (path.startsWith('/assets/')) throw new HttpError(404, 'not found');
  return assets.page(acceptsGzip);
}

async function readProof(store: Pick<ProofStore, 'get'>, name: string): Promise<HttpReply> {
  if (!isObjectName(name)) throw new HttpError(404, 'no such proof');
  try {
    const body = await store.get(name);
    if (body === undefined) throw new HttpError(404, 'no such proof');
    return { headers: { 'cache-control': 'no-store' }, body };
  } catch (error) {
    // A store that is away, or an object that is not what was stored, is for the reader to know.
    if (isStackError(error)) throw new HttpError(503, error.message);
    throw error;
  }
}

function withSecurity(handler: HttpHandler): HttpHandler {
  return async (request) => {
    const reply = await handler(request);
    return { ...reply, headers: { ...SECURITY_HEADERS, ...reply.headers } };
  };
}
