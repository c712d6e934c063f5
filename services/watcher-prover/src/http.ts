import type { Server } from 'node:http';
import { isObjectName, type ProofStore } from '@stackctl/block-proof';
import { createHttpServer, HttpError, type Logger } from '@stackctl/runtime';
import { metricsOf, type StatusSources, statusOf } from './status.ts';

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
        const bytes = isObjectName(name) ? await store.get(name) : undefined;
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
