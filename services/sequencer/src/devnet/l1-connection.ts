import { type MessagingContract, openMessaging } from '@stackctl/contracts-l1';
import { StackError } from '@stackctl/types';

/** An L1 node on the same machine answers at once; a transaction may wait for its block. */
const TIMEOUT_MS = 10_000;

export interface L1Options {
  /** JSON-RPC over HTTP. */
  readonly url: string;
  readonly address?: string | undefined;
  /** Private key that pays on L1. */
  readonly key?: string | undefined;
}

/**
 * Opens the messaging contract of an L1 node, or deploys one there.
 *
 * @throws StackError RPC_UNREACHABLE, RPC_ERROR
 */
export function openL1({ url, address, key }: L1Options): Promise<MessagingContract> {
  let id = 0;
  const request = async ({ method, params }: { method: string; params?: unknown }) => {
    const answer = await post(url, { jsonrpc: '2.0', id: ++id, method, params: params ?? [] });
    if (answer.error === undefined) return answer.result;
    const { code = -32000, message = 'no reason given' } = answer.error;
    throw new StackError('RPC_ERROR', { url, method, code, message });
  };
  return openMessaging(
    { request },
    { ...(address !== undefined && { address }), ...(key !== undefined && { key }) },
  );
}

interface Answer {
  readonly result?: unknown;
  readonly error?: { readonly code?: number; readonly message?: string };
}

async function post(url: string, body: unknown): Promise<Answer> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return (await response.json()) as Answer;
  } catch (error) {
    const { cause, message } = error as Error;
    const reason = cause instanceof Error ? cause.message : message;
    throw new StackError('RPC_UNREACHABLE', { url, reason }, { cause: error });
  }
}
