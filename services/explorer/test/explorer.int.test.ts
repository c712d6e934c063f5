import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { proofNames } from '@stackctl/block-proof/proof-store';
import { classes } from '@stackctl/contracts-l2';
import { FileProofStore } from '@stackctl/proof-store';
import { closeServer, createLogger, freePort, listen } from '@stackctl/runtime';
import { feltToHex, shortString } from '@stackctl/types';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium, openBrowser, type TestBrowser } from '../scripts/chromium.ts';
import { places, STRK } from '../scripts/places.ts';
import { loadAssets } from '../src/assets.ts';
import { createExplorer } from '../src/server.ts';
import { relay } from './support/relay.ts';
import { type Stack, startStack } from './support/stack.ts';
import { visit } from './support/visit.ts';

const executablePath = findChromium();
const why = executablePath === undefined ? ' (skipped: no chromium)' : '';

/** Sends one token to somebody; gives the hash. */
async function transfer(stack: Stack, index: number): Promise<string> {
  const account = await stack.account(index);
  const { transaction_hash } = await account.execute({
    contractAddress: STRK,
    entrypoint: 'transfer',
    calldata: ['0x123', '1', '0'],
  });
  return feltToHex(BigInt(transaction_hash));
}

/** Waits for the state of the page's proof; a word of NAMES in app/verify/proof-panel.tsx. */
async function expectProof(page: Page, state: string): Promise<void> {
  await page
    .getByTestId('proof-state')
    .filter({ hasText: new RegExp(`^${state}$`) })
    .waitFor({ timeout: 45_000 });
}

describe.skipIf(executablePath === undefined)(`explorer in a browser${why}`, () => {
  let stack: Stack;
  let browser: TestBrowser;
  let blockOfTransfer = 1;
  const open = (path: string) => visit(browser.context, stack.origin, path);
  const names = async (number: number) => {
    const block = await stack.rpc.starknet_getBlockWithTxHashes({ block_id: { number } });
    if (block.status === 'PRE_CONFIRMED') throw new Error('a number names a final block');
    const { proof, publicInputs } = proofNames(block.header.hash);
    return { proof: join(stack.proofs, proof), publicInputs: join(stack.proofs, publicInputs) };
  };

  beforeAll(async () => {
    [stack, browser] = await Promise.all([startStack(), openBrowser(executablePath as string)]);
  });
  afterAll(async () => {
    await browser?.close();
    await stack?.close();
  });

  it('shows a transfer within one block, and later its proof as Verified', async () => {
    const home = await open('/');
    await home.page.getByTestId('stat-height').filter({ hasText: /\d/ }).waitFor();
    const hash = await transfer(stack, 0);
    const short = `${hash.slice(0, 8)}…${hash.slice(-6)}`;
    const row = home.page.locator('tr', { has: home.page.locator(`a[href="/tx/${hash}"]`) });
    await row.first().waitFor({ timeout: 8_000 });
    const shown = await stack.rpc.starknet_blockNumber();
    expect(await row.first().textContent()).toContain(short);
    const { blockNumber } = await stack.rpc.starknet_getTransactionReceipt({
      transaction_hash: BigInt(hash),
    });
    expect(shown - blockNumber).toBeLessThanOrEqual(1);
    blockOfTransfer = blockNumber;

    await row.first().locator('a').first().click();
    await home.page.getByRole('heading', { name: 'Transaction', exact: true }).waitFor();
    await expectProof(home.page, 'Verified');
    expect(home.complaints).toEqual([]);
    expect(home.strayed).toEqual([]);
    await home.page.close();
  });

  it('checks the votes of a block', async () => {
    const { page, complaints } = await open('/block/1');
    const state = page.getByTestId('certificate-state');
    await state.filter({ hasText: 'More than two thirds signed this block' }).waitFor();
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('verifies in a worker, without long tasks of the page', async () => {
    const { page } = await open(`/block/${blockOfTransfer}`);
    await expectProof(page, 'Verified');
    expect(page.workers()).toHaveLength(1);
    // Runs in the page, which has no types here.
    await page.evaluate(`
      window.longTasks = [];
      new PerformanceObserver((list) => {
        window.longTasks.push(...list.getEntries().map(({ duration }) => duration));
      }).observe({ entryTypes: ['longtask'] });
    `);
    await page.getByRole('button', { name: 'Verify again' }).click();
    await page.waitForTimeout(500);
    await expectProof(page, 'Verified');
    const long = (await page.evaluate('window.longTasks')) as number[];
    const time = await page.locator('dd', { hasText: 'in a worker' }).textContent();
    console.info(`verified: ${time}; long tasks of the page: ${JSON.stringify(long)}`);
    // Verifying on the page's thread would show as one task of its whole length, every time.
    expect(long.length).toBeLessThanOrEqual(1);
    await page.close();
  });

  it('Failed for a flipped byte and for the proof of another block, Pending without one', async () => {
    const hash = await transfer(stack, 1);
    const visited = await open(`/tx/${hash}`);
    await expectProof(visited.page, 'Verified');
    await visited.page.close();
    const { blockNumber } = await stack.rpc.starknet_getTransactionReceipt({
      transaction_hash: BigInt(hash),
    });
    const own = await names(blockNumber);
    const other = await names(blockNumber - 1);
    const proof = readFileSync(own.proof);
    const inputs = readFileSync(own.publicInputs);
    const look = async (state: string, reason?: RegExp) => {
      const { page, complaints } = await open(`/block/${blockNumber}`);
      await expectProof(page, state);
      if (reason !== undefined)
        expect(await page.getByTestId('proof-reason').textContent()).toMatch(reason);
      await page.close();
      return complaints;
    };

    const flipped = Buffer.from(proof);
    flipped[flipped.length >> 1] = (flipped[flipped.length >> 1] ?? 0) ^ 1;
    writeFileSync(own.proof, flipped);
    await look('Failed', /not valid for this block/);

    copyFileSync(other.proof, own.proof);
    copyFileSync(other.publicInputs, own.publicInputs);
    await look('Failed', /not valid for this block/);

    rmSync(own.proof);
    await look('Pending');

    writeFileSync(own.proof, proof);
    writeFileSync(own.publicInputs, inputs);
    expect(await look('Verified')).toEqual([]);
  });

  it('keeps hostile names, calldata and reasons as text', async () => {
    const account = await stack.account(2);
    const [name, symbol] = ['<img src=x onerror=alert(1)>', '<script>alert(2)</script>'];
    const { transaction_hash, contract_address } = await account.deployContract({
      classHash: feltToHex(classes.erc20.classHash),
      constructorCalldata: [
        feltToHex(shortString(name)),
        feltToHex(shortString(symbol)),
        '18',
        '1000',
        '0',
        account.address,
        account.address,
      ],
    });
    await account.provider.waitForTransaction(transaction_hash);
    const token = await open(`/contract/${contract_address}`);
    await token.page.getByRole('heading', { name: `${name} (${symbol})` }).waitFor();

    const sent = await open(`/tx/${feltToHex(BigInt(transaction_hash))}`);
    await sent.page.getByText(name).first().waitFor();

    // A node that lies: what it says of a reason is text too.
    const reason = `</pre><img src=x onerror=alert(3)>"'\u202e`;
    const lied = await browser.context.newPage();
    const complaints: string[] = [];
    lied.on('dialog', (dialog) => {
      complaints.push(dialog.message());
      void dialog.dismiss();
    });
    await lied.route('**/rpc', async (route) => {
      const response = await route.fetch();
      const text = (await response.text()).replaceAll(
        '"execution_status":"SUCCEEDED"',
        `"execution_status":"REVERTED","revert_reason":${JSON.stringify(reason)}`,
      );
      await route.fulfill({ response, body: text });
    });
    await lied.goto(`${stack.origin}/tx/${feltToHex(BigInt(transaction_hash))}`);
    const shown = lied.getByTestId('revert-reason');
    await shown.waitFor();
    expect(await shown.textContent()).toBe(reason);
    for (const page of [token.page, sent.page, lied]) {
      expect(await page.locator('img[src=x], main script').count()).toBe(0);
      await page.close();
    }
    expect([...token.complaints, ...sent.complaints, ...complaints]).toEqual([]);
  });

  it('shows every page, clean for axe, the console and the network', async () => {
    for (const [name, path] of Object.entries(await places(stack.origin))) {
      const { page, complaints, strayed } = await open(path);
      await page.locator('h1').first().waitFor({ state: 'attached' });
      // Pages poll: what they ask for first is there by now.
      await page.waitForTimeout(600);
      const { violations } = await new AxeBuilder({ page }).analyze();
      const found = violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
      expect([name, ...found, ...complaints, ...strayed]).toEqual([name]);
      await page.close();
    }
  });

  it('leads through one transaction, from signature to verified proof', async () => {
    const { page, complaints } = await open('/tour');
    await page.getByRole('button', { name: 'Send a transaction' }).click();
    await page.getByText('More than two thirds signed this block').waitFor();
    await expectProof(page, 'Verified');
    await page.locator('.step.done', { hasText: 'Proven' }).waitFor();
    expect(await page.locator('.step:not(.done)').count()).toBe(0);
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('finds things, and can be used by keyboard alone', async () => {
    const { page, complaints } = await open('/');
    const box = page.getByRole('searchbox');
    await box.waitFor();
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to content');
    for (const [text, place] of [
      ['1', '/block/1'],
      [STRK, `/contract/${STRK}`],
      [feltToHex(classes.erc20.classHash), `/class/${feltToHex(classes.erc20.classHash)}`],
    ] as const) {
      await box.focus();
      await box.fill(text);
      await page.keyboard.press('Enter');
      await page.waitForURL(stack.origin + place);
    }
    await box.fill('0xdead');
    await page.keyboard.press('Enter');
    await page.getByText('Nothing on this chain has that hash.').waitFor();
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('allows nothing but its own origin', async () => {
    const { headers } = await fetch(stack.origin);
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe-inline|unsafe-eval'? |\*|https?:|data:|blob:/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect((await fetch(`${stack.origin}/proofs/..%2f..%2fgenesis.json`)).status).toBe(404);
  });

  it('makes a validator hang, and heals it', async () => {
    const { page } = await open('/validators');
    const row = page.getByRole('row', { name: /sequencer-1/ });
    await row.getByText('healthy').waitFor();
    await row.getByRole('button', { name: /^Pause/ }).click();
    await row.getByText('does not answer').waitFor();
    await row.getByRole('button', { name: /^Heal/ }).click();
    await row.getByText('healthy').waitFor();
    await page.close();
    const chaos = (origin: string, body: object) =>
      fetch(`${stack.origin}/chaos`, {
        method: 'POST',
        headers: { origin },
        body: JSON.stringify(body),
      });
    const foreign = await chaos('http://elsewhere.example', { node: 0, fault: 'kill' });
    expect(foreign.status).toBe(403);
    expect((await chaos(stack.origin, { node: 0, fault: 'tickle' })).status).toBe(400);
    expect((await chaos(stack.origin, { node: 9, fault: 'kill' })).status).toBe(400);
  });

  it('says that no node answers, and recovers', async () => {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const server: Server = createExplorer(
      {
        assets: loadAssets(new URL('../build/app', import.meta.url).pathname),
        store: new FileProofStore(stack.proofs),
        rpcUrls: [url],
        l1Url: url,
        proverUrl: url,
        page: { runId: 'test', nodes: 1, verifyBlocks: false, chaos: false },
      },
      createLogger('explorer-test'),
    );
    await listen(server, '127.0.0.1', 0, 'explorer');
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    let chain = await relay(port, stack.rpcUrl);
    const { page } = await visit(browser.context, origin, '/blocks');
    await page.locator('tbody tr').first().waitFor();
    const banner = page.getByTestId('rpc-down');
    expect(await banner.count()).toBe(0);
    await chain.close();
    await banner.waitFor();
    expect(await page.locator('tbody tr').count()).toBeGreaterThan(0);
    chain = await relay(port, stack.rpcUrl);
    await banner.waitFor({ state: 'detached' });
    await page.close();
    await chain.close();
    await closeServer(server);
  });
});
