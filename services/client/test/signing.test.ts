import { Signer } from 'starknet';
import { describe, expect, it } from 'vitest';
import { contractCall } from '../src/kinds.ts';
import { type Bounds, SIGNERS, signInvoke } from '../src/signing.ts';

const bound = { max_amount: 12_345n, max_price_per_unit: 2_000_000_000n };
const bounds: Bounds = { l1_gas: bound, l2_gas: bound, l1_data_gas: bound };
const account = { address: '0x1234', privateKey: '0x71d7bb07b9a64f6f78ac4c816aff4da9' };

describe('signInvoke', () => {
  it.each([
    ['fibonacci', 'starknet.js'],
    ['factorial', 'starknet.js'],
    ['erc20', 'starknet.js'],
    ['fibonacci', 'native'],
    ['factorial', 'native'],
    ['erc20', 'native'],
  ] as const)('signs a %s call as the Signer of starknet.js does: %s', async (kind, name) => {
    const call = contractCall({ kind, argument: 17, recipient: 0 }, '0xc0ffee', '0xbeef');
    const chainId = '0x535441434b43544c';
    const signed = signInvoke(account, call, 5n, bounds, chainId, SIGNERS[name]);
    const signature = await new Signer(account.privateKey).signTransaction([call], {
      walletAddress: account.address,
      chainId: chainId as never,
      cairoVersion: '1',
      nonce: 5n,
      version: '0x3',
      resourceBounds: bounds,
      tip: 0n,
      paymasterData: [],
      accountDeploymentData: [],
      nonceDataAvailabilityMode: 'L1',
      feeDataAvailabilityMode: 'L1',
    });
    const { r, s } = signature as { r: bigint; s: bigint };
    expect(signed.body.signature).toEqual([`0x${r.toString(16)}`, `0x${s.toString(16)}`]);
    expect(signed.body.nonce).toBe('0x5');
  });

  it('writes every felt of the body without leading zeros', () => {
    const call = contractCall({ kind: 'erc20', argument: 0, recipient: 0 }, '0x1', '0x2');
    const { body } = signInvoke(account, call, 0n, bounds, '0x1', SIGNERS['starknet.js']);
    for (const felt of body.calldata as string[]) expect(felt).toMatch(/^0x(0|[1-9a-f][0-9a-f]*)$/);
  });
});
