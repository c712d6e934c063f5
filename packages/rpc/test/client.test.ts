import { isStackError } from '@stackctl/types';
import { describe, expect, it } from 'vitest';
import { createDispatcher, createRpcClient, type Handlers, rpcError } from '../src/index.ts';

const handlers: Handlers = {
  starknet_blockNumber: () => 7,
  starknet_getNonce: ({ block_id, contract_address }) => {
    if (block_id !== 'latest') throw rpcError('BLOCK_NOT_FOUND');
    return contract_address;
  },
};

/** A network of nodes by URL: each a dispatcher, or what fetch does instead. */
function network(nodes: Record<string, Handlers | (() => Promise<Response>)>) {
  const asked: string[] = [];
  const fake = async (url: unknown, init?: RequestInit): Promise<Response> => {
    asked.push(String(url));
    const node = nodes[String(url)];
    if (node === undefined)
      throw new TypeError('fetch failed', { cause: new Error('ECONNREFUSED') });
    if (typeof node === 'function') return node();
    return new Response(
      await createDispatcher({ handlers: node }).answerText(init?.body as string),
    );
  };
  return { asked, fetch: fake as typeof fetch };
}

describe('client', () => {
  it('speaks records on both sides', async () => {
    const rpc = createRpcClient(['a'], network({ a: handlers }));
    expect(await rpc.starknet_blockNumber()).toBe(7);
    expect(await rpc.starknet_getNonce({ block_id: 'latest', contract_address: 9n })).toBe(9n);
  });

  it('passes nodes over that do not answer, and stays with the one that did', async () => {
    const { asked, fetch } = network({
      b: async () => new Response('busy', { status: 503 }),
      c: async () => new Response('<html>'),
      d: handlers,
    });
    const rpc = createRpcClient(['a', 'b', 'c', 'd'], { fetch });
    expect(await rpc.starknet_blockNumber()).toBe(7);
    expect(await rpc.starknet_blockNumber()).toBe(7);
    expect(asked).toEqual(['a', 'b', 'c', 'd', 'd']);
  });

  it('says which node failed, and why', async () => {
    const error: unknown = await createRpcClient(['a'], network({}))
      .starknet_blockNumber()
      .catch((e: unknown) => e);
    expect(isStackError(error, 'RPC_UNREACHABLE') && error.facts).toEqual({
      url: 'a',
      reason: 'ECONNREFUSED',
    });
  });

  it('does not ask another node when one answered with an error', async () => {
    const { asked, fetch } = network({ a: handlers, b: handlers });
    const error: unknown = await createRpcClient(['a', 'b'], { fetch })
      .starknet_getNonce({ block_id: { number: 9 }, contract_address: 1n })
      .catch((e: unknown) => e);
    expect(isStackError(error, 'RPC_ERROR') && error.facts.code).toBe(24);
    expect(asked).toEqual(['a']);
  });

  it('refuses a response of another form', async () => {
    const answer = async () => new Response('{"jsonrpc":"2.0","id":1,"result":"seven"}');
    const error: unknown = await createRpcClient(['a'], network({ a: answer }))
      .starknet_blockNumber()
      .catch((e: unknown) => e);
    expect(isStackError(error, 'RPC_ERROR') && error.facts.message).toMatch(/malformed response/);
  });
});
