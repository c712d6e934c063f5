import { StackError } from '@stackctl/types';
import { Malformed } from './codec/core.ts';
import { METHODS, type MethodName, type ParamsOf, type ResultOf } from './methods/index.ts';
import type { Param } from './methods/method.ts';

export interface RpcClientOptions {
  /** For one attempt at one node; default 10,000. */
  readonly timeoutMs?: number;
  /** Default: the global fetch. */
  readonly fetch?: typeof fetch;
}

type Optional<P> = Record<never, never> extends P ? [params?: P] : [params: P];

/** One function a method of the table, called with parameters by name. */
export type RpcClient = {
  readonly [M in MethodName]: (...params: Optional<ParamsOf<M>>) => Promise<ResultOf<M>>;
};

/**
 * A client over one or several nodes of the same chain. A node that does not answer (connection,
 * timeout, HTTP 5xx, not JSON) is passed over for the next one, which then stays the first choice.
 *
 * Throws RPC_UNREACHABLE when no node answers, RPC_ERROR for an error that a node answered with.
 */
export function createRpcClient(
  urls: readonly string[],
  options: RpcClientOptions = {},
): RpcClient {
  if (urls.length === 0) throw new StackError('USAGE', { reason: 'no RPC URL was given' });
  const { timeoutMs = 10_000, fetch: post = fetch } = options;
  let first = 0;
  let lastId = 0;

  const request = async (method: MethodName, params: unknown): Promise<unknown> => {
    const body = JSON.stringify({ jsonrpc: '2.0', id: ++lastId, method, params });
    let unreachable: StackError | undefined;
    for (let attempt = 0; attempt < urls.length; attempt++) {
      const choice = (first + attempt) % urls.length;
      const url = urls[choice] as string;
      try {
        const response = await exchange(post, url, body, timeoutMs);
        first = choice;
        return resultOf(url, method, response);
      } catch (error) {
        if (!(error instanceof StackError) || error.code !== 'RPC_UNREACHABLE') throw error;
        unreachable = error;
      }
    }
    throw unreachable;
  };

  const call = async (method: MethodName, params: Record<string, unknown>): Promise<unknown> => {
    const { params: table, result } = METHODS[method];
    const encoded = encodeParams(
      table as Readonly<Record<string, Param<unknown, boolean>>>,
      params,
    );
    const value = await request(method, encoded);
    try {
      return result.decode(value);
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      const message = `malformed response: ${error.sentence()}`;
      throw new StackError('RPC_ERROR', {
        url: urls[first] as string,
        method,
        code: -32603,
        message,
      });
    }
  };

  const names = Object.keys(METHODS) as MethodName[];
  return Object.fromEntries(
    names.map((name) => [name, (params: Record<string, unknown> = {}) => call(name, params)]),
  ) as unknown as RpcClient;
}

function encodeParams(
  table: Readonly<Record<string, Param<unknown, boolean>>>,
  params: Record<string, unknown>,
): Record<string, unknown> {
  const encoded: Record<string, unknown> = {};
  for (const [name, { codec }] of Object.entries(table))
    if (params[name] !== undefined) encoded[name] = codec.encode(params[name]);
  return encoded;
}

interface Answer {
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown };
}

async function exchange(
  post: typeof fetch,
  url: string,
  body: string,
  timeoutMs: number,
): Promise<Answer> {
  try {
    const response = await post(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (response.status >= 500) throw new Error(`HTTP ${response.status}`);
    return (await response.json()) as Answer;
  } catch (error) {
    throw new StackError(
      'RPC_UNREACHABLE',
      { url, reason: reasonOf(error, timeoutMs) },
      { cause: error },
    );
  }
}

function reasonOf(error: unknown, timeoutMs: number): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `no answer within ${timeoutMs} ms`;
  // fetch says only "fetch failed"; its cause says why.
  return error.cause instanceof Error ? error.cause.message || error.cause.name : error.message;
}

function resultOf(url: string, method: string, answer: Answer): unknown {
  if (answer?.error !== undefined) {
    const { code, message, data } = answer.error;
    const detail =
      data === undefined ? '' : `: ${typeof data === 'string' ? data : JSON.stringify(data)}`;
    throw new StackError('RPC_ERROR', { url, method, code, message: `${message}${detail}` });
  }
  return answer?.result;
}
