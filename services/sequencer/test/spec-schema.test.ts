import { feltToHex } from '@stackctl/types';
import { describe, expect, it } from 'vitest';
import { loadSpec } from './spec-schema.ts';

const spec = loadSpec();
if (spec === undefined) console.warn('spec-schema.test.ts: skipped, ../shared/spec is not there');

// The harness must be able to say no, or the integration tests that use it show nothing.
describe.skipIf(spec === undefined)('schemas of the specification', () => {
  const check = (method: string, value: unknown) => spec?.get(method)?.(value) === true;

  it('accept what is right and refuse what is wrong', () => {
    expect(check('starknet_blockNumber', 5)).toBe(true);
    expect(check('starknet_blockNumber', -5)).toBe(false);
    expect(check('starknet_chainId', feltToHex(5n))).toBe(true);
    expect(check('starknet_getNonce', '0x05')).toBe(false);
    expect(check('starknet_getTransactionStatus', { finality_status: 'RECEIVED' })).toBe(true);
    expect(check('starknet_getTransactionStatus', { finality_status: 'PENDING' })).toBe(false);
    expect(check('starknet_getBlockWithTxHashes', { transactions: [] })).toBe(false);
    expect(check('starknet_addInvokeTransaction', {})).toBe(false);
    expect(check('starknet_subscribeNewHeads', '5')).toBe(true);
    expect(check('starknet_subscribeNewHeads', 5)).toBe(false);
    expect(check('starknet_subscriptionNewHeads', {})).toBe(false);
  });
});
