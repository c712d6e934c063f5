import { isObject, locate, Malformed } from './codec/core.ts';
import { RpcError, type RpcErrorObject, rpcError } from './errors.ts';
import {
  isMethodName,
  isSubscriptionMethodName,
  METHODS,
  type MethodName,
  type ParamsOf,
  type ResultOf,
  SUBSCRIPTION_METHODS,
  type SubscriptionMethodName,
  type SubscriptionParamsOf,
  type SubscriptionResultOf,
} from './methods/index.ts';
import type { Param } from './methods/method.ts';

/** What a node answers. A method of the table without a handler answers that it is missing. */
export type Handlers = {
  readonly [M in MethodName]?: (params: ParamsOf<M>) => ResultOf<M> | Promise<ResultOf<M>>;
};

/** What one WebSocket connection answers to the methods that need one. */
export type SubscriptionHandlers = {
  readonly [M in SubscriptionMethodName]: (
    params: SubscriptionParamsOf<M>,
  ) => SubscriptionResultOf<M> | Promise<SubscriptionResultOf<M>>;
};

export interface DispatcherOptions {
  readonly handlers: Handlers;
  /** Most requests in one batch; default 1024. */
  readonly maxBatch?: number;
  /**
   * Lets other work of the process run; awaited between the requests of a batch when they have taken
   * some time, so that one batch cannot hold up a node.
   */
  readonly pause?: () => Promise<void>;
  /** Told about failures that callers only see as an internal error. */
  readonly onInternalError?: (method: string, error: unknown) => void;
}

type Id = string | number | null;

export type RpcResponse =
  | { readonly jsonrpc: '2.0'; readonly id: Id; readonly result: unknown }
  | { readonly jsonrpc: '2.0'; readonly id: Id; readonly error: RpcErrorObject };

export interface Dispatcher {
  /**
   * Answers the text of a request or a batch; undefined when nothing is to be answered.
   * `subscriptions` are the methods of the connection that it came over, if that can carry them.
   */
  answerText(body: string, subscriptions?: SubscriptionHandlers): Promise<string | undefined>;
  /** Answers one parsed request; undefined for a notification. */
  answer(request: unknown, subscriptions?: SubscriptionHandlers): Promise<RpcResponse | undefined>;
}

const PAUSE_AFTER_MS = 10;

/** JSON-RPC 2.0 (jsonrpc.org/specification) over the method table; never throws. */
export function createDispatcher(options: DispatcherOptions): Dispatcher {
  const { handlers, maxBatch = 1024, pause, onInternalError } = options;

  const answer: Dispatcher['answer'] = async (request, subscriptions) => {
    const checked = checkRequest(request);
    if (checked instanceof RpcError) return failure(null, checked.toObject());
    const { id, method, params } = checked;
    let response: RpcResponse;
    try {
      const result = await run(method, params, handlers, subscriptions);
      response = { jsonrpc: '2.0', id: id ?? null, result };
    } catch (error) {
      if (!(error instanceof RpcError)) onInternalError?.(method, error);
      const told = error instanceof RpcError ? error : rpcError('INTERNAL_ERROR');
      response = failure(id ?? null, told.toObject());
    }
    return id === undefined ? undefined : response;
  };

  const answerBatch = async (
    requests: readonly unknown[],
    subscriptions: SubscriptionHandlers | undefined,
  ): Promise<RpcResponse[]> => {
    const responses: RpcResponse[] = [];
    let since = performance.now();
    for (const request of requests) {
      const response = await answer(request, subscriptions);
      if (response !== undefined) responses.push(response);
      if (pause === undefined || performance.now() - since < PAUSE_AFTER_MS) continue;
      await pause();
      since = performance.now();
    }
    return responses;
  };

  const answerText: Dispatcher['answerText'] = async (body, subscriptions) => {
    let request: unknown;
    try {
      request = JSON.parse(body);
    } catch {
      return JSON.stringify(failure(null, rpcError('PARSE_ERROR').toObject()));
    }
    if (!Array.isArray(request)) {
      const response = await answer(request, subscriptions);
      return response && JSON.stringify(response);
    }
    const wrong =
      request.length === 0
        ? rpcError('INVALID_REQUEST', 'an empty batch')
        : request.length > maxBatch
          ? rpcError('INVALID_REQUEST', `a batch of more than ${maxBatch} requests`)
          : undefined;
    if (wrong !== undefined) return JSON.stringify(failure(null, wrong.toObject()));
    const responses = await answerBatch(request, subscriptions);
    return responses.length === 0 ? undefined : JSON.stringify(responses);
  };

  return { answer, answerText };
}

/** A response for a request that never became one (for transports: body too large, ...). */
export function failure(id: Id, error: RpcErrorObject): RpcResponse {
  return { jsonrpc: '2.0', id, error };
}

interface CheckedRequest {
  /** Absent in a notification. */
  readonly id: Id | undefined;
  readonly method: string;
  readonly params: unknown;
}

function checkRequest(request: unknown): CheckedRequest | RpcError {
  if (!isObject(request)) return rpcError('INVALID_REQUEST', 'a request is an object');
  const { jsonrpc, method, params, id } = request;
  if (jsonrpc !== '2.0') return rpcError('INVALID_REQUEST', 'jsonrpc must be "2.0"');
  if (typeof method !== 'string') return rpcError('INVALID_REQUEST', 'method must be a string');
  const idIsFine =
    id === undefined || id === null || typeof id === 'string' || typeof id === 'number';
  if (!idIsFine) return rpcError('INVALID_REQUEST', 'id must be a string, a number or null');
  return { id: id as Id | undefined, method, params };
}

async function run(
  name: string,
  params: unknown,
  handlers: Handlers,
  subscriptions: SubscriptionHandlers | undefined,
): Promise<unknown> {
  if (isSubscriptionMethodName(name)) {
    if (subscriptions === undefined)
      throw rpcError('METHOD_NOT_FOUND', `${name} is only served over a WebSocket`);
    return serve(SUBSCRIPTION_METHODS[name], params, subscriptions[name] as Handler);
  }
  if (!isMethodName(name)) throw rpcError('METHOD_NOT_FOUND', name.slice(0, 80));
  const missing = (): never => {
    throw rpcError('METHOD_NOT_FOUND', `this node does not implement ${name}`);
  };
  return serve(METHODS[name], params, (handlers[name] as Handler | undefined) ?? missing);
}

type Handler = (params: unknown) => unknown;

async function serve(
  method: { readonly params: object; readonly result: { encode(value: never): unknown } },
  params: unknown,
  handler: Handler,
): Promise<unknown> {
  const answered = await handler(decodeParams(method.params as ParamTable, params));
  return method.result.encode(answered as never);
}

type ParamTable = Readonly<Record<string, Param<unknown, boolean>>>;

/** By position or by name; every violation is INVALID_PARAMS with the place and the expectation. */
export function decodeParams(table: ParamTable, params: unknown): Record<string, unknown> {
  const names = Object.keys(table);
  const given = byName(names, params);
  const decoded: Record<string, unknown> = {};
  try {
    for (const name of names) {
      const { codec, optional } = table[name] as Param<unknown, boolean>;
      const value = given[name];
      if (optional && (value === undefined || value === null)) continue;
      try {
        decoded[name] = codec.decode(value);
      } catch (error) {
        locate(error, name);
      }
    }
  } catch (error) {
    if (error instanceof Malformed) throw rpcError('INVALID_PARAMS', error.sentence());
    throw error;
  }
  return decoded;
}

function byName(names: readonly string[], params: unknown): Readonly<Record<string, unknown>> {
  if (params === undefined || params === null) return {};
  if (Array.isArray(params)) {
    if (params.length > names.length)
      throw rpcError(
        'INVALID_PARAMS',
        `at most ${names.length} parameters (${names.join(', ')}), got ${params.length}`,
      );
    return Object.fromEntries(params.map((value, i) => [names[i], value]));
  }
  if (!isObject(params)) throw rpcError('INVALID_PARAMS', 'params must be a list or an object');
  const unknown = Object.keys(params).find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw rpcError(
      'INVALID_PARAMS',
      `unknown parameter "${unknown.slice(0, 80)}"; known: ${names.join(', ') || 'none'}`,
    );
  return params;
}
