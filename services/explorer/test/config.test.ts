import { isStackError } from '@stackctl/types';
import { expect, test } from 'vitest';
import { readConfig } from '../src/config.ts';

const ENV = {
  RUN_ID: 'run',
  L2_RPC_URLS: 'http://127.0.0.1:1,http://127.0.0.1:2',
  L1_RPC_URL: 'http://127.0.0.1:3',
  PROVER_URL: 'http://127.0.0.1:4',
  HTTP_PORT: '4000',
  PROOFS_DIR: '/proofs',
};

test('one address a node, in their order', () => {
  expect(readConfig(ENV)).toMatchObject({ rpcUrls: ENV.L2_RPC_URLS.split(','), port: 4000 });
});

test.each([
  [undefined, false],
  ['false', false],
  ['0', false],
  ['true', true],
  ['1', true],
])('ENABLE_BLOCK_VERIFICATION=%s is %s', (text, expected) => {
  const env = text === undefined ? ENV : { ...ENV, ENABLE_BLOCK_VERIFICATION: text };
  expect(readConfig(env).verifyBlocks).toBe(expected);
});

test.each([
  ['ENABLE_BLOCK_VERIFICATION', 'perhaps'],
  ['L1_RPC_URL', 'http://127.0.0.1:1,http://127.0.0.1:2'],
  ['L2_RPC_URLS', 'nowhere'],
  ['HTTP_PORT', '-1'],
])('%s=%s is refused by name', (name, value) => {
  try {
    readConfig({ ...ENV, [name]: value });
  } catch (error) {
    expect(isStackError(error, 'CONFIG_INVALID') && error.facts.key).toBe(name);
    return;
  }
  expect.unreachable();
});
