import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { compiledContract } from '@stackctl/contracts-l1';
import { Contract, JsonRpcProvider, parseEther, Wallet, WebSocketProvider } from 'ethers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DeploymentManifest } from '../src/deployment.ts';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));

interface Service {
  readonly process: ChildProcess;
  readonly url: string;
  readonly log: readonly Record<string, unknown>[];
}

let dataDir: string;
let processes: ChildProcess[];

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'l1-service-'));
  processes = [];
});
afterEach(async () => {
  for (const process of processes) await kill(process);
  rmSync(dataDir, { recursive: true, force: true });
});

async function kill(process: ChildProcess, signal: NodeJS.Signals = 'SIGKILL'): Promise<number> {
  if (process.exitCode === null && process.signalCode === null) {
    process.kill(signal);
    await once(process, 'exit');
  }
  return process.exitCode ?? -1;
}

function launch(env: Record<string, string> = {}): Omit<Service, 'url'> {
  const child = spawn(process.execPath, [MAIN], {
    env: { ...process.env, RUN_ID: 'run-a', DATA_DIR: dataDir, L1_PORT: '0', ...env },
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  processes.push(child);
  const log: Record<string, unknown>[] = [];
  createInterface({ input: child.stderr as NodeJS.ReadableStream }).on('line', (line) =>
    log.push(JSON.parse(line)),
  );
  return { process: child, log };
}

/** Starts the service and waits until it says that it listens. */
async function start(env: Record<string, string> = {}): Promise<Service> {
  const { process: child, log } = launch(env);
  await expect
    .poll(() => log.some(({ msg }) => msg === 'listening') || child.exitCode, { timeout: 30_000 })
    .toBe(true);
  const { port } = log.find(({ msg }) => msg === 'listening') as { port: number };
  return { process: child, log, url: `http://127.0.0.1:${port}` };
}

/** Starts the service where it must refuse to; its exit code and last words. */
async function refusal(env: Record<string, string>): Promise<{ exit: number; code: unknown }> {
  const { process: child, log } = launch(env);
  await once(child, 'close');
  return { exit: child.exitCode ?? -1, code: log.at(-1)?.code };
}

function manifest(): DeploymentManifest {
  return JSON.parse(readFileSync(join(dataDir, 'manifest.json'), 'utf8'));
}

async function withProvider<T>(url: string, use: (p: JsonRpcProvider) => Promise<T>): Promise<T> {
  const provider = new JsonRpcProvider(url, undefined, { cacheTimeout: -1, pollingInterval: 50 });
  try {
    return await use(provider);
  } finally {
    provider.destroy();
  }
}

async function blockHashes(provider: JsonRpcProvider): Promise<ReadonlyArray<string | null>> {
  const height = await provider.getBlockNumber();
  const numbers = Array.from({ length: height + 1 }, (_, number) => number);
  const blocks = await Promise.all(numbers.map((number) => provider.getBlock(number)));
  return blocks.map((block) => block?.hash ?? null);
}

const FRIEND = '0x00000000000000000000000000000000000f00d5';

/** Sends ether and tokens from the first account. */
async function spend(provider: JsonRpcProvider): Promise<void> {
  const { accounts, contracts } = manifest();
  const wallet = new Wallet(accounts[0]?.privateKey ?? '', provider);
  const sent = await wallet.sendTransaction({ to: FRIEND, value: parseEther('1.5') });
  await sent.wait();
  const token = new Contract(contracts.strk, compiledContract('Token').abi, wallet);
  await (await token.getFunction('transfer')(FRIEND, 42n)).wait();
}

async function balances(provider: JsonRpcProvider): Promise<readonly bigint[]> {
  const { contracts } = manifest();
  const token = new Contract(contracts.strk, compiledContract('Token').abi, provider);
  const held = (await token.getFunction('balanceOf')(FRIEND)) as bigint;
  return [await provider.getBalance(FRIEND), held];
}

async function post(url: string, body: string): Promise<{ status: number; json: unknown }> {
  const response = await fetch(url, { method: 'POST', body });
  return { status: response.status, json: await response.json() };
}

describe('the L1 service', () => {
  test('boots, deploys the contracts and says so', async () => {
    const { url, process: child } = await start();
    expect(await (await fetch(`${url}/health`)).json()).toMatchObject({ status: 'ok', height: 4 });
    const { runId, chainId, contracts, accounts, operator } = manifest();
    expect({ runId, chainId }).toEqual({ runId: 'run-a', chainId: 31_337 });
    expect(accounts[0]?.address).toBe('0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266');
    await withProvider(url, async (provider) => {
      const rollup = new Contract(contracts.rollup, compiledContract('Rollup').abi, provider);
      expect(await rollup.getFunction('stateBlockNumber')()).toBe(-1n);
      expect(await rollup.getFunction('operator')()).toBe(operator);
      expect(await rollup.getFunction('factRegistry')()).toBe(contracts.factRegistry);
      const eth = new Contract(contracts.eth, compiledContract('Token').abi, provider);
      expect(await eth.getFunction('balanceOf')(accounts[3]?.address)).toBe(10n ** 24n);
      expect(await provider.getTransactionCount(accounts[0]?.address ?? '')).toBe(0);
    });
    expect(await kill(child, 'SIGTERM')).toBe(0);
  });

  test('killed at any time, comes back with the same blocks and balances', async () => {
    let service = await start();
    let expected: unknown;
    for (let round = 0; round < 3; round += 1) {
      await withProvider(service.url, async (provider) => {
        if (round > 0) {
          expect({ hashes: await blockHashes(provider), held: await balances(provider) }).toEqual(
            expected,
          );
        }
        await spend(provider);
        expected = { hashes: await blockHashes(provider), held: await balances(provider) };
      });
      await kill(service.process);
      // The last write of a machine that lost its power:
      if (round === 1) appendFileSync(join(dataDir, 'journal'), '1234abcd {"kind":"requ');
      service = await start();
      expect(service.log.some(({ level }) => level === 'warn')).toBe(round === 1);
    }
    await withProvider(service.url, async (provider) => {
      expect(await blockHashes(provider)).toHaveLength(4 + 1 + 6);
      expect(await balances(provider)).toEqual([parseEther('4.5'), 126n]);
    });
  });

  test('killed while it deploys, finishes the deployment', async () => {
    const { process: child } = launch();
    const journal = join(dataDir, 'journal');
    await expect
      .poll(() => statSync(journal, { throwIfNoEntry: false })?.size ?? 0, {
        interval: 1,
        timeout: 30_000,
      })
      .toBeGreaterThan(500);
    await kill(child);
    const { url } = await start();
    expect(await (await fetch(`${url}/health`)).json()).toMatchObject({ height: 4 });
  });

  test('refuses what belongs to another run, bad settings and a taken port', async () => {
    const { url } = await start();
    expect(await refusal({ RUN_ID: 'run-b' })).toEqual({ exit: 2, code: 'STALE_STATE' });
    expect(await refusal({ CHAIN_ID: '1' })).toEqual({ exit: 2, code: 'STALE_STATE' });
    expect(await refusal({ CHAIN_ID: 'x' })).toEqual({ exit: 2, code: 'CONFIG_INVALID' });
    expect(await refusal({ RUN_ID: '' })).toEqual({ exit: 2, code: 'CONFIG_INVALID' });
    const taken = { L1_PORT: new URL(url).port };
    expect(await refusal(taken)).toEqual({ exit: 3, code: 'PORT_TAKEN' });
    expect((await fetch(`${url}/health`)).status).toBe(200);
  });

  test('answers malformed requests and goes on', async () => {
    const { url } = await start();
    expect(await post(url, '{')).toMatchObject({ status: 200, json: { error: { code: -32700 } } });
    expect(await post(url, '[]')).toMatchObject({ json: { error: { code: -32600 } } });
    expect(await post(url, '{"jsonrpc":"2.0","id":1,"method":"eth_nonsense"}')).toMatchObject({
      json: { id: 1, error: { code: -32004 } },
    });
    expect((await post(url, 'x'.repeat(11 << 20)).catch(() => ({ status: 413 }))).status).toBe(413);
    const batch = ['eth_chainId', 'web3_clientVersion'].map((method, id) => ({
      jsonrpc: '2.0',
      id,
      method,
    }));
    expect((await post(url, JSON.stringify(batch))).json).toMatchObject([
      { id: 0, result: '0x7a69' },
      { id: 1, result: expect.stringMatching(/^HardhatNetwork\//) },
    ]);
  });

  test('delivers subscriptions over WebSocket, each to its owner', async () => {
    const { url, process: child } = await start();
    const over = url.replace('http', 'ws');
    const [first, second] = [new WebSocketProvider(over), new WebSocketProvider(over)];
    const heard: number[] = [];
    await first.on('block', (height: number) => heard.push(height));
    await second.on('block', () => undefined);
    await withProvider(url, async (provider) => {
      for (let i = 0; i < 3; i += 1) {
        await provider.send('evm_mine', []);
      }
    });
    await expect.poll(() => heard, { timeout: 5000 }).toEqual([5, 6, 7]);
    expect(
      await post(url, '{"jsonrpc":"2.0","id":1,"method":"eth_subscribe","params":["newHeads"]}'),
    ).toMatchObject({ json: { error: { code: -32004 } } });
    await first.destroy();
    // An open connection does not keep the service from stopping.
    second.websocket.onerror = () => undefined;
    expect(await kill(child, 'SIGTERM')).toBe(0);
    await second.destroy();
  });

  test('gives callers the reason of a revert', async () => {
    const { url } = await start();
    const { contracts, accounts } = manifest();
    await withProvider(url, async (provider) => {
      const wallet = new Wallet(accounts[0]?.privateKey ?? '', provider);
      const registry = new Contract(
        contracts.factRegistry,
        compiledContract('FactRegistry').abi,
        wallet,
      );
      const register = registry.getFunction('registerFact');
      await expect(register.staticCall(`0x${'11'.repeat(32)}`)).rejects.toMatchObject({
        revert: { name: 'OnlyVerifier', args: [wallet.address] },
      });
    });
  });
});
