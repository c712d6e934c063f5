/** A refusal of our own, in the shape in which Hardhat throws its errors. */
export class RpcError extends Error {
  readonly code: number;
  constructor(code: number, message: string) {
    super(message);
    this.name = 'RpcError';
    this.code = code;
  }
}

/** JSON-RPC 2.0, section 5.1, and EIP-1474. */
export const RPC = {
  parse: -32700,
  invalidRequest: -32600,
  invalidParams: -32602,
  internal: -32603,
  unavailable: -32002,
  unsupported: -32004,
} as const;

/** Code with which nodes answer reverted calls; `data` is then the plain revert data. */
const REVERTED = 3;

function textIn(value: unknown, key: string): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const member = (value as Record<string, unknown>)[key];
  return typeof member === 'string' ? member : undefined;
}

/** Hash of the transaction that an error is about: it may have been mined all the same. */
export function transactionOf(error: unknown): string | undefined {
  const data = (error as { data?: unknown } | undefined)?.data;
  return textIn(error, 'transactionHash') ?? textIn(data, 'transactionHash');
}

/** The `error` member that answers a request, as Hardhat's own server would write it. */
export function errorBody(error: unknown): { code: number; message: string; data?: unknown } {
  const { code, data } = (error ?? {}) as { code?: unknown; data?: unknown };
  const message = error instanceof Error ? error.message : String(error);
  const number = typeof code === 'number' ? code : RPC.internal;
  const returned = typeof data === 'string' ? data : textIn(data, 'data');
  if (number === REVERTED) {
    return { code: number, message, ...(returned === undefined ? {} : { data: returned }) };
  }
  const txHash = transactionOf(error);
  if (txHash === undefined && returned === undefined) return { code: number, message };
  return { code: number, message, data: { message, txHash, data: returned } };
}
