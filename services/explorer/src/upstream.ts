import { HttpError, type HttpReply, type HttpRequest } from '@stackctl/runtime';

/** Who takes longer than this is as good as away. */
const TIMEOUT_MS = 20_000;

type Forwarded = Pick<HttpRequest, 'method' | 'body'>;

/** Hands requests on. Throws HttpError 502 when nobody answers: naming no address, which is no reader's affair. */
export type Upstream = (request: Forwarded) => Promise<HttpReply>;

/**
 * Several servers of the same things: whoever does not answer (connection, time, HTTP 5xx) is passed over for
 * the next, which then stays the first choice.
 */
export function createUpstream(urls: readonly string[]): Upstream {
  let first = 0;
  return async (request) => {
    for (let attempt = 0; attempt < urls.length; attempt++) {
      const choice = (first + attempt) % urls.length;
      const reply = await exchange(urls[choice] as string, request);
      if (reply === undefined) continue;
      first = choice;
      return reply;
    }
    throw new HttpError(502, 'nobody answers');
  };
}

async function exchange(url: string, { method, body }: Forwarded): Promise<HttpReply | undefined> {
  const content =
    body.length === 0
      ? {}
      : { headers: { 'content-type': 'application/json' }, body: new Uint8Array(body) };
  try {
    const response = await fetch(url, {
      method,
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...content,
    });
    if (response.status >= 500) {
      await response.body?.cancel();
      return undefined;
    }
    const type = response.headers.get('content-type') ?? 'application/octet-stream';
    return {
      status: response.status,
      headers: { 'content-type': type, 'cache-control': 'no-store' },
      body: new Uint8Array(await response.arrayBuffer()),
    };
  } catch {
    return undefined;
  }
}
