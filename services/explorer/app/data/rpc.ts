import { createRpcClient, type RpcClient } from '@stackctl/rpc';

const TIMEOUT_MS = 15_000;

/** Any node that answers: the chain is the same on all. */
export const rpc: RpcClient = createRpcClient([`${location.origin}/rpc`], {
  timeoutMs: TIMEOUT_MS,
});

/** One node, for what only it can say of itself. */
export function nodeRpc(index: number): RpcClient {
  return createRpcClient([`${location.origin}/rpc/${index}`], { timeoutMs: 3_000 });
}
