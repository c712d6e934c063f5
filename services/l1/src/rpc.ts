import { errorBody, RPC, RpcError } from './rpc-error.ts';

/** More requests than this in one batch are refused. */
const BATCH_LIMIT = 1000;

type Id = string | number | null;

export interface RpcAnswer {
  readonly jsonrpc: '2.0';
  readonly id: Id;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown };
}

/** Runs a method; throws an error with a numeric `code` to refuse. */
export type RpcHandler = (method: string, params: readonly unknown[]) => Promise<unknown>;

export function failure(id: Id, error: unknown): RpcAnswer {
  return { jsonrpc: '2.0', id, error: errorBody(error) };
}

function isId(value: unknown): value is Id {
  return value === null || typeof value === 'string' || typeof value === 'number';
}

/** Answers one request; undefined for a notification (a request without an id). */
async function answerOne(request: unknown, handle: RpcHandler): Promise<RpcAnswer | undefined> {
  if (typeof request !== 'object' || request === null || Array.isArray(request)) {
    return failure(null, new RpcError(RPC.invalidRequest, 'a request is an object'));
  }
  const { jsonrpc, id, method, params = [] } = request as Record<string, unknown>;
  if (jsonrpc !== '2.0' || typeof method !== 'string' || !(id === undefined || isId(id))) {
    const message = 'expected {"jsonrpc": "2.0", "id", "method", "params"}';
    return failure(isId(id) ? id : null, new RpcError(RPC.invalidRequest, message));
  }
  try {
    if (!Array.isArray(params)) throw new RpcError(RPC.invalidParams, 'params is a list');
    const result = await handle(method, params);
    return id === undefined ? undefined : { jsonrpc: '2.0', id, result: result ?? null };
  } catch (error) {
    return id === undefined ? undefined : failure(id, error);
  }
}

/**
 * Answers the text of one JSON-RPC 2.0 message: a request or a batch. Undefined when there is
 * nothing to answer (notifications only).
 */
export async function answer(
  text: string,
  handle: RpcHandler,
): Promise<RpcAnswer | readonly RpcAnswer[] | undefined> {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    return failure(null, new RpcError(RPC.parse, 'the body is not JSON'));
  }
  if (!Array.isArray(message)) return await answerOne(message, handle);
  if (message.length === 0 || message.length > BATCH_LIMIT) {
    const expected = `a batch has 1 to ${BATCH_LIMIT} requests`;
    return failure(null, new RpcError(RPC.invalidRequest, expected));
  }
  const answers = await Promise.all(message.map((request) => answerOne(request, handle)));
  const given = answers.filter((item) => item !== undefined);
  return given.length === 0 ? undefined : given;
}
