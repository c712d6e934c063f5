import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { createDispatcher, type Handlers, METHODS, RPC_ERRORS, rpcError } from '../src/index.ts';

const handlers: Handlers = {
  starknet_blockNumber: () => 7,
  starknet_chainId: () => 0x535441434bn,
  starknet_getNonce: ({ contract_address }) => contract_address + 1n,
  starknet_getStorageAt: ({ contract_address, key, response_flags }) => ({
    value: contract_address * 100n + key,
    ...(response_flags !== undefined && { lastUpdateBlock: 3 }),
  }),
  starknet_getTransactionReceipt: () => {
    throw rpcError('TXN_HASH_NOT_FOUND');
  },
  starknet_call: () => {
    throw rpcError('CONTRACT_ERROR', { revert_error: 'assert failed' });
  },
  starknet_syncing: () => {
    throw new Error('a secret of the node');
  },
};

async function post(request: unknown): Promise<never> {
  const text = await createDispatcher({ handlers }).answerText(
    typeof request === 'string' ? request : JSON.stringify(request),
  );
  return (text === undefined ? undefined : JSON.parse(text)) as never;
}

const ask = (method: string, params?: unknown, id: unknown = 1) =>
  post({ jsonrpc: '2.0', id, method, params });

describe('JSON-RPC 2.0', () => {
  it('answers with the id of the request', async () => {
    expect(await ask('starknet_blockNumber', [], 'x')).toEqual({
      jsonrpc: '2.0',
      id: 'x',
      result: 7,
    });
    expect(await ask('starknet_blockNumber', undefined, null)).toEqual({
      jsonrpc: '2.0',
      id: null,
      result: 7,
    });
  });

  it('takes parameters by name and by position', async () => {
    const byName = await ask('starknet_getStorageAt', {
      block_id: 'latest',
      key: '0x2',
      contract_address: '0x1',
    });
    expect(byName).toMatchObject({ result: '0x66' });
    expect(await ask('starknet_getStorageAt', ['0x1', '0x2', 'latest'])).toMatchObject({
      result: '0x66',
    });
    const flagged = ['0x1', '0x2', 'latest', ['INCLUDE_LAST_UPDATE_BLOCK']];
    expect(await ask('starknet_getStorageAt', flagged)).toMatchObject({
      result: { value: '0x66', last_update_block: 3 },
    });
  });

  it.each([
    ['not JSON', '{"jsonrpc":', -32700],
    ['empty body', '', -32700],
    ['a text', '"x"', -32600],
    ['null', 'null', -32600],
    ['a number', '1', -32600],
    ['an empty batch', '[]', -32600],
    ['no version', '{"id":1,"method":"starknet_chainId"}', -32600],
    ['version 1.0', '{"jsonrpc":"1.0","id":1,"method":"starknet_chainId"}', -32600],
    ['a method that is no text', '{"jsonrpc":"2.0","id":1,"method":5}', -32600],
    ['an id that is an object', '{"jsonrpc":"2.0","id":{},"method":"starknet_chainId"}', -32600],
  ])('answers %s with id null and an error', async (_what, body, code) => {
    expect(await post(body)).toMatchObject({ jsonrpc: '2.0', id: null, error: { code } });
  });

  it.each([
    ['an unknown method', 'starknet_pendingTransactions', [], -32601],
    ['a name of Object.prototype', 'constructor', [], -32601],
    ['a method without a handler', 'starknet_specVersion', [], -32601],
    ['a method of the WebSocket', 'starknet_subscribeNewHeads', [], -32601],
    ['too many parameters', 'starknet_blockNumber', [1], -32602],
    ['an unknown parameter', 'starknet_blockNumber', { x: 1 }, -32602],
    ['parameters of a wrong kind', 'starknet_blockNumber', 'x', -32602],
    ['a missing parameter', 'starknet_getNonce', ['latest'], -32602],
    ['a wrong type', 'starknet_getNonce', ['latest', 5], -32602],
    ['what the handler throws', 'starknet_getTransactionReceipt', ['0x1'], 29],
    ['an unexpected failure', 'starknet_syncing', [], -32603],
  ])('answers %s', async (_what, method, params, code) => {
    expect(await ask(method, params)).toMatchObject({ id: 1, error: { code } });
  });

  it('carries the data of errors, and none of the node', async () => {
    const request = { contract_address: '0x1', entry_point_selector: '0x2', calldata: [] };
    expect(await ask('starknet_call', [request, 'latest'])).toMatchObject({
      error: { code: 40, message: 'Contract error', data: { revert_error: 'assert failed' } },
    });
    expect(await ask('starknet_getNonce', { block_id: 'latest', contract_address: '0xg' })).toEqual(
      {
        jsonrpc: '2.0',
        id: 1,
        error: {
          code: -32602,
          message: 'Invalid params',
          data: 'contract_address: expected a felt (0x and hex digits, below the prime), got "0xg"',
        },
      },
    );
    const onInternalError = vi.fn();
    const dispatcher = createDispatcher({ handlers, onInternalError });
    const response = await dispatcher.answer({ jsonrpc: '2.0', id: 1, method: 'starknet_syncing' });
    expect(response).toEqual({
      jsonrpc: '2.0',
      id: 1,
      error: { code: -32603, message: 'Internal error' },
    });
    expect(onInternalError).toHaveBeenCalledOnce();
  });

  it('answers batches in order, without the notifications', async () => {
    const one = { jsonrpc: '2.0', id: 1, method: 'starknet_blockNumber' };
    const silent = { jsonrpc: '2.0', method: 'starknet_blockNumber' };
    const answers = await post([one, silent, { foo: 1 }, { ...one, id: 2, method: 'nope' }]);
    expect(answers).toMatchObject([
      { id: 1, result: 7 },
      { id: null, error: { code: -32600 } },
      { id: 2, error: { code: -32601 } },
    ]);
    expect(await post([silent])).toBeUndefined();
    expect(await post(silent)).toBeUndefined();
    expect(await post(Array.from({ length: 1025 }, () => one))).toMatchObject({
      error: { code: -32600 },
    });
  });

  it('lets others work during a long batch', async () => {
    const busy: Handlers = {
      starknet_blockNumber: () => {
        const until = performance.now() + 6;
        while (performance.now() < until);
        return 7;
      },
    };
    const pause = vi.fn(async () => {});
    const one = { jsonrpc: '2.0', id: 1, method: 'starknet_blockNumber' };
    const batch = JSON.stringify([one, one, one, one]);
    await createDispatcher({ handlers: busy, pause }).answerText(batch);
    expect(pause).toHaveBeenCalled();
  });

  it('survives any JSON', async () => {
    const dispatcher = createDispatcher({ handlers });
    const names = Object.keys(METHODS);
    const request = fc.record({
      jsonrpc: fc.constant('2.0'),
      id: fc.integer(),
      method: fc.constantFrom(...names),
      params: fc.jsonValue(),
    });
    await fc.assert(
      fc.asyncProperty(request, async (value) => {
        const response = await dispatcher.answer(JSON.parse(JSON.stringify(value)));
        expect(response).toBeDefined();
        if (response !== undefined && 'error' in response && value.method !== 'starknet_syncing')
          expect(response.error.code).not.toBe(-32603);
      }),
      { numRuns: 500 },
    );
  });
});

describe('error catalogue', () => {
  it('has each code once', () => {
    const codes = Object.values(RPC_ERRORS).map(([code]) => code);
    expect(new Set(codes).size).toBe(codes.length);
  });
});
