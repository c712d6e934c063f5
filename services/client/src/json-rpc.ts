import { StackError } from '@stackctl/types';

/** A JSON-RPC error that the node itself answered (so the request did arrive). */
export type RpcFailure = StackError<'RPC_ERROR'>;

const REQUEST_TIMEOUT_MS = 15_000;
let nextId = 1;

/**
 * One JSON-RPC 2.0 request.
 * @throws StackError RPC_ERROR when the node answers an error, RPC_UNREACHABLE when no proper answer
 * comes (then it is unknown whether the node took the request).
 */
export async function request(url: string, method: string, params: unknown): Promise<unknown> {
  let answer: unknown;
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: nextId++, method, params }),
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    });
    answer = await response.json();
  } catch (error) {
    throw new StackError('RPC_UNREACHABLE', { url, reason: reasonOf(error) }, { cause: error });
  }
  if (typeof answer !== 'object' || answer === null)
    throw new StackError('RPC_UNREACHABLE', { url, reason: 'the answer is not a JSON-RPC object' });
  const { result, error } = answer as {
    result?: unknown;
    error?: { code?: unknown; message?: unknown; data?: unknown };
  };
  if (error !== undefined) {
    const detail = error.data === undefined ? '' : `: ${JSON.stringify(error.data)}`;
    throw new StackError('RPC_ERROR', {
      url,
      method,
      code: typeof error.code === 'number' ? error.code : 0,
      message: `${String(error.message)}${detail}`,
    });
  }
  return result;
}

/** Asks the nodes in turn, from `first` on, until one answers (a result or a proper error). */
export async function requestAny(
  urls: readonly string[],
  first: number,
  method: string,
  params: unknown,
): Promise<unknown> {
  let last: unknown;
  for (let step = 0; step < urls.length; step++) {
    try {
      return await request(urls[(first + step) % urls.length] as string, method, params);
    } catch (error) {
      last = error;
      if (error instanceof StackError && error.code === 'RPC_ERROR') throw error;
    }
  }
  throw last;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause;
  return cause instanceof Error ? `${error.message}: ${cause.message}` : error.message;
}
