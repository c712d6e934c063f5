import { Wallet } from 'ethers';
import { expect, test } from 'vitest';
import { unitsOf } from '../app/wallet/amount.ts';
import { keyMessage, signKeyMessage } from '../app/wallet/ethereum.ts';
import { grind, keyOfSignature } from '../app/wallet/key.ts';

async function signatureOf(privateKey: string, chainId: number): Promise<string> {
  const { domain, types, message } = keyMessage(chainId);
  return await new Wallet(privateKey).signTypedData(domain, { Constant: types.Constant }, message);
}

// Vectors of Paradex's key derivation (its SDK's tests), and Hardhat's first account.
test.each([
  [
    '0xf8e4d1d772cdd44e5e77615ad11cc071c94e4c06dc21150d903f28e6aa6abdff',
    11155111,
    0x543b6cf6c91817a87174aaea4fb370ac1c694e864d7740d728f8344d53e815n,
    0x2c144d2f2d4fc61b6f8967f3ba0012a87d90140bcfe5a3e92e8df83258c960fn,
  ],
  [
    '0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80',
    31337,
    0x295138053dcee4389ae75e0d12b3226172896121437ac82ef55dc64be3aa09bn,
    0x30c83a75377dc381193af224fc2f40f40ddce89f12f8679504b88f66712d48cn,
  ],
])('the Stark key of an Ethereum key: %s', async (privateKey, chainId, secret, publicKey) => {
  const signature = await signatureOf(privateKey, chainId);
  expect(await grind(signature)).toBe(secret);
  const key = await keyOfSignature(signature);
  expect(key.publicKey).toBe(publicKey);
  // Nothing that prints or copies the key shows the number.
  expect(
    JSON.stringify([key, Object.entries(key)], (_, value: unknown) =>
      typeof value === 'bigint' ? String(value) : value,
    ),
  ).not.toContain(String(secret));
});

test('what is no signature gives no key', async () => {
  await expect(grind('0x1234')).rejects.toThrow(RangeError);
});

test('a wallet that signs differently each time is refused', async () => {
  let calls = 0;
  const provider = {
    request: async ({ method }: { method: string }) =>
      method === 'eth_requestAccounts' ? ['0x1'] : `0x${calls++}`,
  };
  await expect(signKeyMessage(provider, 1)).rejects.toThrow('deterministic');
});

test('amounts of STRK', () => {
  expect(unitsOf('1.5')).toBe(1_500_000_000_000_000_000n);
  expect(unitsOf('2')).toBe(2n * 10n ** 18n);
  for (const odd of ['', '-1', '1e9', '.5', '1.0000000000000000001'])
    expect(unitsOf(odd)).toBeUndefined();
});
