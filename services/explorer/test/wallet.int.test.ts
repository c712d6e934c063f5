import { Wallet } from 'ethers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium, openBrowser, type TestBrowser } from '../scripts/chromium.ts';
import { type Stack, startStack } from './support/stack.ts';

const executablePath = findChromium();
const why = executablePath === undefined ? ' (skipped: no chromium)' : '';

/** Hardhat's first account; on chain 31337 its Stark key is known (vector of the derivation's specification). */
const PRIVATE_KEY = '0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80';
const STARK_SECRET = '295138053dcee4389ae75e0d12b3226172896121437ac82ef55dc64be3aa09b';
const STARK_PUBLIC = '0x30c83a75377dc381193af224fc2f40f40ddce89f12f8679504b88f66712d48c';

interface TypedData {
  readonly domain: { chainId: number };
  readonly types: Record<string, Array<{ name: string; type: string }>>;
  readonly message: Record<string, unknown>;
}

/** An EIP-1193 wallet in the page, which signs outside of it; `drift` makes its signatures differ. */
async function injectWallet(
  browser: TestBrowser,
  drift = false,
): Promise<{ signatures: string[] }> {
  const wallet = new Wallet(PRIVATE_KEY);
  const signatures: string[] = [];
  await browser.context.exposeFunction('signOutside', async (text: string) => {
    const { domain, types, message } = JSON.parse(text) as TypedData;
    const { EIP712Domain: _, ...own } = types;
    const suffix = drift && signatures.length > 0 ? '!' : '';
    const signature = await wallet.signTypedData(domain, own, {
      ...message,
      action: `${String(message.action)}${suffix}`,
    });
    signatures.push(signature);
    return signature;
  });
  await browser.context.addInitScript(`window.ethereum = {
    request: async ({ method, params }) => {
      if (method === 'eth_requestAccounts') return ['${wallet.address}'];
      if (method === 'eth_signTypedData_v4') return await window.signOutside(params[1]);
      throw new Error('unsupported');
    },
  };`);
  return { signatures };
}

describe.skipIf(executablePath === undefined)(`wallet in a browser${why}`, () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack();
  });
  afterAll(() => stack?.close());

  it('derives the key, creates the account, sends, and keeps the key to itself', async () => {
    const browser = await openBrowser(executablePath as string);
    const { signatures } = await injectWallet(browser);
    const page = await browser.context.newPage();
    const traffic: string[] = [];
    page.on('request', (request) =>
      traffic.push(
        `${request.url()} ${JSON.stringify(request.headers())} ${request.postData() ?? ''}`,
      ),
    );
    const complaints: string[] = [];
    page.on('console', (message) => {
      traffic.push(message.text());
      if (message.type() === 'error') complaints.push(message.text());
    });
    await page.goto(`${stack.origin}/wallet`);
    await page.getByRole('button', { name: 'Sign and derive the key' }).click();
    await page.getByText(STARK_PUBLIC).waitFor();
    expect(signatures).toHaveLength(2);

    await page.getByRole('button', { name: 'Fund and create the account' }).click();
    await page
      .getByTestId('wallet-state')
      .filter({ hasText: /^deployed$/ })
      .waitFor();
    await page.getByLabel('To (address)').fill('0x123');
    await page.getByLabel('Amount (STRK)').fill('1.5');
    await page.getByRole('button', { name: 'Sign and send' }).click();
    await page
      .getByTestId('proof-state')
      .filter({ hasText: /^Verified$/ })
      .waitFor({ timeout: 60_000 });
    const received = await stack.rpc.devnet_getAccountBalance({ address: 0x123n });
    expect(String(received.amount)).toBe('1500000000000000000');
    // What reading for a block that is not there yet prints is not the page's.
    expect(complaints).toEqual([]);

    const stored = (await page.evaluate(`(async () => JSON.stringify([
      { ...localStorage }, { ...sessionStorage }, document.cookie, location.href, history.state,
      await indexedDB.databases(), await caches.keys(), document.documentElement.outerHTML,
      [...document.querySelectorAll('input')].map(({ value }) => value), window.name,
    ]))()`)) as string;
    const secrets = [
      STARK_SECRET,
      BigInt(`0x${STARK_SECRET}`).toString(),
      Buffer.from(STARK_SECRET.padStart(64, '0'), 'hex').toString('base64').slice(0, 40),
      (signatures[0] ?? '').slice(2, 66),
    ];
    const everything = [stored, ...traffic].join('\n').toLowerCase();
    expect(everything).toContain(STARK_PUBLIC.slice(2));
    for (const secret of secrets) expect(everything).not.toContain(secret.toLowerCase());

    // Gone with the page: it has to be derived again.
    await page.reload();
    await page.getByRole('button', { name: 'Sign and derive the key' }).waitFor();
    await browser.close();
  });

  it('refuses a wallet that signs differently each time', async () => {
    const browser = await openBrowser(executablePath as string);
    await injectWallet(browser, true);
    const page = await browser.context.newPage();
    await page.goto(`${stack.origin}/wallet`);
    await page.getByRole('button', { name: 'Sign and derive the key' }).click();
    await page.getByText('wallet does not support deterministic signing').waitFor();
    await browser.close();
  });
});
