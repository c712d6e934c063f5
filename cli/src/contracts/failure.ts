import { reasonOf } from '@stackctl/runtime';
import { isStackError, StackError } from '@stackctl/types';
import { RpcError } from 'starknet';

/**
 * What starknet.js throws, as an error of the catalogue: REFUSED when a node said no (with what it
 * gave as the reason), RPC_UNREACHABLE when none answered.
 */
export function failureOf(what: string, error: unknown): StackError {
  if (isStackError(error)) return error;
  if (error instanceof RpcError) {
    const { code, message, data } = error.baseError as {
      code: number;
      message: string;
      data?: unknown;
    };
    const detail = reasonIn(data);
    const reason = `${message} (${code})${detail === '' ? '' : `: ${detail}`}`;
    return new StackError('REFUSED', { what, reason }, { cause: error });
  }
  if (error instanceof TypeError && error.message.includes('fetch')) {
    const reason = error.cause instanceof Error ? error.cause.message : error.message;
    return new StackError('RPC_UNREACHABLE', { url: what, reason }, { cause: error });
  }
  return new StackError('REFUSED', { what, reason: reasonOf(error) }, { cause: error });
}

/** The innermost text of an error's data. */
function reasonIn(data: unknown): string {
  if (typeof data === 'string') return data;
  if (typeof data !== 'object' || data === null) return '';
  const { revert_error, execution_error, error } = data as Readonly<Record<string, unknown>>;
  return reasonIn(revert_error ?? execution_error ?? error);
}
