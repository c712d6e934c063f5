import type { Server } from 'node:http';
import { isObjectName, type ProofStore } from '@stackctl/block-proof';
import { createHttpServer, HttpError, type Logger } from '@stackctl/runtime';
import { isStackError } from '@stackctl/types';
import { metricsOf, type StatusSources, statusOf } from './status.ts';

/** A store elsewhere may be away: that is for the client to know, and not our own error. */
async function read(store: Pick<ProofStore, 'get'>, name: string): Promise<Uint8Array | undefined> {
  try {
    return await store.get(name);
  } catch (error) {
    if (isStackError(error, 'STORE_UNREACHABLE')) throw new HttpError(503, error.message);
    throw error;
  }
}

/** Health, status, metrics and the proofs themselves. */
export function createApi(
  sources: StatusSources,
  store: Pick<ProofStore, 'get'>,
  log: Logger,
): Server {
  return createHttpServer(
    {
      'GET /health': () => {
        // Ready once the chain has answered: before that there is nothing to serve.
        const ready = sources.view.height >= 0;
        return {
          status: ready ? 200 : 503,
          json: {
            status: ready ? 'ok' : 'starting',
            ...(sources.view.error === null ? {} : { error: sources.view.error }),
          },
        };
      },
      'GET /status': () => ({ json: statusOf(sources, Date.now()) }),
      'GET /metrics': () => ({
        headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' },
        body: metricsOf(sources, Date.now()),
      }),
      'GET /proofs/:name': async ({ params }) => {
        const name = params.name ?? '';
        const bytes = isObjectName(name) ? await read(store, name) : undefined;
        if (bytes === undefined) throw new HttpError(404, 'no such proof');
        return {
          headers: { 'content-type': 'application/octet-stream', 'cache-control': 'no-cache' },
          body: bytes,
        };
      },
    },
    { log },
  );
}
