import { describe, expect, test } from 'vitest';
import { parseInterval } from '../src/interval-miner.ts';
import { isMutation } from '../src/records.ts';
import { answer } from '../src/rpc.ts';
import { errorBody, RpcError } from '../src/rpc-error.ts';

const handle = async (method: string, params: readonly unknown[]): Promise<unknown> => {
  if (method === 'fail') throw new RpcError(-32004, 'no such thing');
  if (method === 'nothing') return undefined;
  return [method, ...params];
};
const ask = (message: unknown) => answer(JSON.stringify(message), handle);
const request = (id: unknown, method: string, params?: unknown) => ({
  jsonrpc: '2.0',
  id,
  method,
  ...(params === undefined ? {} : { params }),
});

describe('answer', () => {
  test('answers a request under its id', async () => {
    expect(await ask(request(1, 'a', [2]))).toEqual({ jsonrpc: '2.0', id: 1, result: ['a', 2] });
    expect(await ask(request('x', 'a'))).toEqual({ jsonrpc: '2.0', id: 'x', result: ['a'] });
    expect(await ask(request(null, 'nothing'))).toEqual({ jsonrpc: '2.0', id: null, result: null });
  });

  test('answers a batch in its order, leaving notifications out', async () => {
    const notification = { jsonrpc: '2.0', method: 'a' };
    const answers = await ask([request(1, 'a'), notification, request(2, 'fail'), 3]);
    expect(answers).toMatchObject([
      { id: 1, result: ['a'] },
      { id: 2, error: { code: -32004 } },
      { id: null, error: { code: -32600 } },
    ]);
    expect(await ask([notification])).toBeUndefined();
    expect(await ask({ jsonrpc: '2.0', method: 'fail' })).toBeUndefined();
  });

  test.each([
    ['no JSON', '{"jsonrpc":', -32700],
    ['an empty text', '', -32700],
    ['a number', '1', -32600],
    ['null', 'null', -32600],
    ['an empty batch', '[]', -32600],
    ['an oversized batch', JSON.stringify(Array(1001).fill(request(1, 'a'))), -32600],
    ['no version', '{"id":1,"method":"a"}', -32600],
    ['a method that is no text', '{"jsonrpc":"2.0","id":1,"method":7}', -32600],
    ['an id that is an object', '{"jsonrpc":"2.0","id":{},"method":"a"}', -32600],
    ['named parameters', '{"jsonrpc":"2.0","id":1,"method":"a","params":{"b":1}}', -32602],
  ])('refuses %s', async (_, text, code) => {
    expect(await answer(text, handle)).toMatchObject({ error: { code } });
  });
});

describe('errorBody', () => {
  test('gives the data of a reverted call as it is', () => {
    const error = Object.assign(new Error('reverted'), { code: 3, data: '0x08c379a0' });
    expect(errorBody(error)).toEqual({ code: 3, message: 'reverted', data: '0x08c379a0' });
  });

  test('keeps hash and data of other failed transactions', () => {
    const data = { transactionHash: '0xaa', data: '0x' };
    const error = Object.assign(new Error('out of gas'), { code: -32000, data });
    expect(errorBody(error)).toEqual({
      code: -32000,
      message: 'out of gas',
      data: { message: 'out of gas', txHash: '0xaa', data: '0x' },
    });
  });

  test('calls anything else an internal error', () => {
    expect(errorBody(new TypeError('oops'))).toEqual({ code: -32603, message: 'oops' });
    expect(errorBody('oops')).toEqual({ code: -32603, message: 'oops' });
  });
});

test.each([
  ['eth_sendRawTransaction', true],
  ['eth_sendTransaction', true],
  ['evm_mine', true],
  ['evm_revert', true],
  ['hardhat_setBalance', true],
  ['hardhat_somethingNew', true],
  ['hardhat_metadata', false],
  ['eth_call', false],
  ['eth_estimateGas', false],
  ['debug_traceTransaction', false],
])('%s changes the chain: %s', (method, expected) => {
  expect(isMutation(method)).toBe(expected);
});

test.each([
  [0, 0],
  [250, 250],
  [
    [100, 200],
    [100, 200],
  ],
  [-1, undefined],
  [1.5, undefined],
  ['5', undefined],
  [[200, 100], undefined],
  [[1, 2, 3], undefined],
  [undefined, undefined],
])('interval %j is %j', (value, expected) => {
  expect(parseInterval(value)).toEqual(expected);
});
