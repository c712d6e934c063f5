import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { isStackError } from '@stackctl/types';
import { Wallet } from 'ethers';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { PersistentNode } from '../src/node.ts';

/** Hardhat's first account. */
const ALICE = new Wallet('0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80');
const STRANGER = `0x${'57'.repeat(20)}`;
const TARGET = `0x${'7a'.repeat(20)}`;

let folder: string;
let opened: PersistentNode[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'l1-node-'));
  opened = [];
});
afterEach(async () => {
  await Promise.all(opened.map((node) => node.close()));
  rmSync(folder, { recursive: true, force: true });
});

async function open(path = join(folder, 'journal'), runId = 'run-a'): Promise<PersistentNode> {
  const node = await PersistentNode.open({
    journalPath: path,
    runId,
    chainId: 31_337,
    now: Math.floor(Date.now() / 1000),
    onFatal: (error) => {
      throw error;
    },
  });
  opened.push(node);
  return node;
}

/** What a kill leaves behind is what is on disk now: opens a copy of it. */
async function reopen(name = 'copy'): Promise<PersistentNode> {
  copyFileSync(join(folder, 'journal'), join(folder, name));
  return await open(join(folder, name));
}

async function raw(node: PersistentNode, nonceTag = 'pending', data = '0x'): Promise<unknown> {
  const nonce = await node.request('eth_getTransactionCount', [ALICE.address, nonceTag]);
  const signed = await ALICE.signTransaction({
    chainId: 31_337,
    to: data === '0x' ? TARGET : null,
    data,
    value: 1n,
    nonce: Number(nonce),
    gasLimit: 100_000,
    maxFeePerGas: 10n ** 11n,
    maxPriorityFeePerGas: 10n ** 9n,
  });
  return await node.request('eth_sendRawTransaction', [signed]);
}

/** Everything of the chain that a user could compare. */
async function picture(node: PersistentNode): Promise<unknown> {
  const head = Number(await node.request('eth_blockNumber', []));
  const first = Math.max(0, head - 40);
  const numbers = Array.from(
    { length: head - first + 1 },
    (_, i) => `0x${(first + i).toString(16)}`,
  );
  return {
    blocks: await Promise.all(numbers.map((n) => node.request('eth_getBlockByNumber', [n, true]))),
    balances: await Promise.all(
      [ALICE.address, STRANGER, TARGET].map((at) => node.request('eth_getBalance', [at, 'latest'])),
    ),
    pool: await node.request('eth_pendingTransactions', []),
    automine: await node.request('hardhat_getAutomine', []),
    head: node.head,
  };
}

type Action = readonly [name: string, run: (node: PersistentNode) => Promise<unknown>];

const ACTIONS: readonly Action[] = [
  ['raw transaction', (node) => raw(node)],
  ['reverting transaction', (node) => raw(node, 'pending', '0x60006000fd')],
  [
    'transaction with everything left to the node',
    (node) =>
      node.request('eth_sendTransaction', [{ from: ALICE.address, to: TARGET, value: '0x5' }]),
  ],
  [
    'impersonated send',
    async (node) => {
      await node.request('hardhat_setBalance', [STRANGER, '0xde0b6b3a7640000']);
      await node.request('hardhat_impersonateAccount', [STRANGER]);
      return node.request('eth_sendTransaction', [{ from: STRANGER, to: TARGET, value: '0x7' }]);
    },
  ],
  ['mine', (node) => node.request('evm_mine', [])],
  ['mine many', (node) => node.request('hardhat_mine', ['0x5', '0x3c'])],
  ['automine off', (node) => node.request('evm_setAutomine', [false])],
  ['automine on', (node) => node.request('evm_setAutomine', [true])],
  ['later', (node) => node.request('evm_increaseTime', [3600])],
  ['base fee', (node) => node.request('hardhat_setNextBlockBaseFeePerGas', ['0x77359400'])],
  ['randomness', (node) => node.request('hardhat_setPrevRandao', [`0x${'ab'.repeat(32)}`])],
  ['code', (node) => node.request('hardhat_setCode', [TARGET, '0x00'])],
  ['snapshot', (node) => node.request('evm_snapshot', [])],
  ['revert to the first snapshot', (node) => node.request('evm_revert', ['0x1'])],
  ['revert to the second snapshot', (node) => node.request('evm_revert', ['0x2'])],
  ['refused', (node) => node.request('hardhat_setBalance', [1, 2])],
  ['pending block', (node) => node.request('eth_getBlockByNumber', ['pending', true])],
];

describe('PersistentNode', () => {
  test('any sequence of requests gives the same chain after a restart', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...ACTIONS), { minLength: 1, maxLength: 12 }),
        async (actions) => {
          rmSync(join(folder, 'journal'), { force: true });
          const node = await open();
          for (const [, run] of actions) await run(node).catch(() => undefined);
          const before = await picture(node);
          const again = await reopen();
          expect(await picture(again)).toEqual(before);
          // And both go on alike: nonces, snapshots and the pool are where they were.
          for (const each of [node, again]) {
            await each.request('evm_setNextBlockTimestamp', [4_000_000_000]);
            await raw(each).catch(() => undefined);
            await each.request('evm_mine', [4_000_000_001]);
          }
          expect(await picture(again)).toEqual(await picture(node));
          await Promise.all(opened.splice(0).map((each) => each.close()));
        },
      ),
      { numRuns: 40 },
    );
  }, 60_000);

  test('blocks after a restart carry the chain’s time, not the wall clock’s', async () => {
    const node = await open();
    await node.request('evm_increaseTime', [86_400]);
    await node.request('evm_mine', []);
    const again = await reopen();
    await again.request('evm_mine', []);
    const block = (await again.request('eth_getBlockByNumber', ['latest', false])) as {
      timestamp: string;
    };
    const ahead = Number(block.timestamp) - Date.now() / 1000;
    expect(ahead).toBeGreaterThan(86_390);
    expect(ahead).toBeLessThan(86_410);
  });

  test('journals what the node filled into a transaction', async () => {
    const node = await open();
    await node.request('eth_sendTransaction', [{ to: TARGET, value: '0x5' }]);
    const lines = readFileSync(join(folder, 'journal'), 'utf8').trimEnd().split('\n');
    const record = JSON.parse(lines.at(-1)?.slice(9) ?? '');
    expect(record.params[0]).toMatchObject({
      from: ALICE.address.toLowerCase(),
      to: TARGET,
      value: '0x5',
      nonce: '0x0',
      gas: expect.stringMatching(/^0x/),
      maxFeePerGas: expect.stringMatching(/^0x/),
      maxPriorityFeePerGas: expect.stringMatching(/^0x/),
    });
  });

  test('answers nothing before it is on disk', async () => {
    const node = await open();
    const before = readFileSync(join(folder, 'journal')).length;
    const sent = raw(node);
    const read = node.request('eth_blockNumber', []);
    await sent;
    const size = readFileSync(join(folder, 'journal')).length;
    expect(size).toBeGreaterThan(before);
    expect(await read).toMatch(/^0x[01]$/);
    expect(await (await reopen()).request('eth_blockNumber', [])).toBe('0x1');
  });

  test('mines by the clock, before and after a restart', async () => {
    const node = await open();
    await node.request('evm_setAutomine', [false]);
    await node.request('evm_setIntervalMining', [20]);
    await expect.poll(() => node.head.number, { timeout: 5000 }).toBeGreaterThan(2);
    await node.close();
    opened = [];
    const again = await open();
    const height = again.head.number;
    expect(height).toBe(node.head.number);
    await expect.poll(() => again.head.number, { timeout: 5000 }).toBeGreaterThan(height);
    await again.request('evm_setIntervalMining', [0]);
    const stopped = again.head.number;
    await new Promise((resolve) => setTimeout(resolve, 80));
    expect(again.head.number).toBe(stopped);
  });

  test('refuses a journal of another run or chain', async () => {
    await open();
    await expect(open(join(folder, 'journal'), 'run-b')).rejects.toSatisfy((error) =>
      isStackError(error, 'STALE_STATE'),
    );
  });

  test('refuses a journal that does not reproduce its blocks', async () => {
    const node = await open();
    await raw(node);
    await raw(node);
    const lines = readFileSync(join(folder, 'journal'), 'utf8').trimEnd().split('\n');
    const record = JSON.parse(lines[1]?.slice(9) ?? '');
    record.minedAt += 1;
    const json = JSON.stringify(record);
    lines[1] = `${crc32(json).toString(16).padStart(8, '0')} ${json}`;
    writeFileSync(join(folder, 'forged'), `${lines.join('\n')}\n`);
    await expect(open(join(folder, 'forged'))).rejects.toSatisfy((error) =>
      isStackError(error, 'STORE_CORRUPT'),
    );
  });
});
