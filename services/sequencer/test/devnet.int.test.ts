import { METHODS } from '@stackctl/rpc';
import { type Felt, feltToHex } from '@stackctl/types';
import fc from 'fast-check';
import { Account, cairo } from 'starknet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestNet, type TestNet, type TestNode, waitForHeight } from './harness.ts';
import { accountOf, providerOf, raw } from './starknet-js.ts';

const STRK = '0x04718f5a0fc34cc1af16a1cdee98ffb20c31f5cd61d6ab07201858f4287c938d';
const NOBODY = 0x6e0b0d1n;

let net: TestNet;
let nodes: TestNode[] = [];

beforeAll(async () => {
  net = await createTestNet({ validators: 4, blockTimeMs: 5_000, emptyBlockTimeMs: 60_000 });
  nodes = await net.startAll();
});
afterAll(() => net?.close());

const node = (index: number): TestNode => nodes[index] as TestNode;

/** What all nodes answer once they have the block; they must agree. */
async function everywhere<T>(blockHash: Felt, ask: (node: TestNode) => Promise<T>): Promise<T> {
  const answers = await Promise.all(
    nodes.map(async (each) => {
      for (let tries = 0; ; tries++) {
        const block_id = { hash: blockHash };
        const block = await each.rpc.starknet_getBlockWithTxHashes({ block_id }).catch(() => {});
        if (block !== undefined) return ask(each);
        if (tries > 100) throw new Error(`${each.name} has no block ${feltToHex(blockHash)}`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }),
  );
  for (const answer of answers) expect(answer).toEqual(answers[0]);
  return answers[0] as T;
}

async function header(of: TestNode, blockHash: Felt) {
  const block = await of.rpc.starknet_getBlockWithTxHashes({ block_id: { hash: blockHash } });
  if (block.status === 'PRE_CONFIRMED') throw new Error('a hash names a final block');
  return block.header;
}

async function transferThrough(of: TestNode, index: number) {
  return transferBy(await accountOf(of, index));
}

function transferBy(account: Account) {
  const amount = cairo.uint256(1n);
  return account.execute({
    contractAddress: STRK,
    entrypoint: 'transfer',
    calldata: ['0x123', String(amount.low), String(amount.high)],
  });
}

const balance = (of: TestNode) => of.rpc.devnet_getAccountBalance({ address: NOBODY });

describe('development commands on four validators', () => {
  it('create a block at once, which every node has', async () => {
    await waitForHeight(nodes, 1);
    const begun = performance.now();
    const { blockHash } = await node(1).rpc.devnet_createBlock();
    expect(performance.now() - begun).toBeLessThan(4_000);
    const { transactionCount } = await everywhere(blockHash, (each) => header(each, blockHash));
    expect(transactionCount).toBe(0);
  });

  it('mint on all nodes at once, without a clash', async () => {
    const before = BigInt((await balance(node(0))).amount);
    const mints = nodes.flatMap((each) =>
      [1n, 1n].map((amount) => each.rpc.devnet_mint({ address: NOBODY, amount })),
    );
    const hurry = setInterval(
      () =>
        void node(0)
          .rpc.devnet_createBlock()
          .catch(() => {}),
      300,
    );
    const results = await Promise.all(mints).finally(() => clearInterval(hurry));
    expect(new Set(results.map(({ txHash }) => txHash)).size).toBe(mints.length);
    const { blockHash } = await node(0).rpc.devnet_createBlock();
    const { amount, unit } = await everywhere(blockHash, balance);
    expect([BigInt(amount) - before, unit]).toEqual([8n, 'FRI']);
  });

  it('move time, in the blocks of all nodes from then on', async () => {
    const { timestamp: before } = await header(node(0), (await createBlock(0)).blockHash);
    const target = before + 1_000_000;
    const set = await node(2).rpc.devnet_setTime({ time: target });
    expect(set.blockTimestamp).toBe(target);
    const at = await everywhere(set.blockHash as Felt, (each) =>
      header(each, set.blockHash as Felt),
    );
    expect(at.timestamp).toBe(target);

    const { blockHash } = await node(3).rpc.devnet_increaseTime({ time: 5_000 });
    const { timestamp } = await everywhere(blockHash, (each) => header(each, blockHash));
    expect(timestamp).toBeGreaterThanOrEqual(target + 5_000);
    expect(timestamp).toBeLessThan(target + 5_060);
    const next = await header(node(0), (await createBlock(1)).blockHash);
    expect(next.timestamp).toBeGreaterThanOrEqual(timestamp);

    const later = next.timestamp + 777;
    expect(await node(0).rpc.devnet_setTime({ time: later, generate_block: false })).toEqual({
      blockTimestamp: later,
    });
    expect((await header(node(0), (await createBlock(0)).blockHash)).timestamp).toBe(later);
    const back = await raw(node(0), 'devnet_setTime', { time: before });
    expect(back.error?.data).toMatch(/cannot go back/);
  });

  it('set gas prices, which fees follow', async () => {
    const prices = await node(1).rpc.devnet_setGasPrice({
      l2_gas_price_fri: 3n * 10n ** 9n,
      gas_price_wei: 7n,
      generate_block: true,
    });
    expect(prices).toMatchObject({ l2GasFri: 3n * 10n ** 9n, l1GasWei: 7n, l1GasFri: 10n ** 9n });
    const block = await createBlock(1);
    const { gasPrices } = await everywhere(block.blockHash, (each) =>
      header(each, block.blockHash),
    );
    expect([gasPrices.l2Gas.fri, gasPrices.l1Gas.wei]).toEqual([3n * 10n ** 9n, 7n]);
    const { transaction_hash } = await transferThrough(node(0), 1);
    await createBlock(0);
    const receipt = await providerOf(node(0)).waitForTransaction(transaction_hash);
    expect(receipt.isSuccess()).toBe(true);
    const none = await raw(node(0), 'devnet_setGasPrice', { gas_price_wei: 0 });
    expect(none.error?.data).toMatch(/at least 1/);
  });

  it('let anyone act for an impersonated account, on every node', async () => {
    const [victim] = await node(0).rpc.devnet_getPredeployedAccounts();
    const stranger = new Account({
      provider: providerOf(node(0)),
      address: feltToHex(victim?.address ?? 0n),
      signer: '0x1234',
    });
    await expect(transferBy(stranger)).rejects.toThrow(/validat/i);
    const account_address = victim?.address ?? 0n;
    await node(1).rpc.devnet_impersonateAccount({ account_address });
    await everywhere((await createBlock(0)).blockHash, (each) => each.rpc.devnet_getStatus());
    const { transaction_hash } = await transferBy(stranger);
    await createBlock(2);
    const receipt = await providerOf(node(3)).waitForTransaction(transaction_hash);
    expect(receipt.isSuccess()).toBe(true);
    const trace = await node(1).rpc.starknet_traceTransaction({
      transaction_hash: BigInt(transaction_hash),
    });
    expect(trace.validate).toBeUndefined();
    await node(2).rpc.devnet_stopImpersonateAccount({ account_address });
    await everywhere((await createBlock(0)).blockHash, (each) => each.rpc.devnet_getStatus());
    await expect(transferBy(stranger)).rejects.toThrow(/validat/i);
    const nobody = await raw(node(0), 'devnet_impersonateAccount', { account_address: '0x5' });
    expect(nobody.error?.data).toMatch(/no such account/);
  });

  it('handle a message as if it came from L1, once', async () => {
    const [target] = await node(0).rpc.devnet_getPredeployedAccounts();
    const message = {
      l2_contract_address: target?.address ?? 0n,
      entry_point_selector: 0x77n,
      l1_contract_address: 0xe7f1725e7734ce288f8367e1bb143e90bb3f0512n,
      payload: [1n, 2n],
      nonce: 5n,
    };
    const { transactionHash } = await node(3).rpc.devnet_postmanSendMessageToL2(message);
    const { blockHash } = await createBlock(0);
    const { receipt } = await everywhere(blockHash, (each) =>
      each.rpc.starknet_getTransactionReceipt({ transaction_hash: transactionHash }),
    );
    // No predeployed contract has a handler: as on Starknet, its message is a reverted transaction.
    expect(receipt).toMatchObject({ type: 'L1_HANDLER', status: 'REVERTED', actualFee: 0n });
    expect(receipt.messageHash).toBeDefined();
    await expect(node(0).rpc.devnet_postmanSendMessageToL2(message)).rejects.toThrow(/refused/);
  });

  it('say why not where a final chain cannot', async () => {
    const refused: Array<[string, object, RegExp]> = [
      ['devnet_restart', {}, /final/],
      ['devnet_abortBlocks', { starting_block_id: 'latest' }, /final/],
      ['devnet_acceptOnL1', {}, /proofs/],
      ['devnet_postmanFlush', {}, /devnet_postmanLoad/],
      ['devnet_postmanLoad', { network_url: 'http://127.0.0.1:1' }, /does not answer/],
      ['devnet_dump', { path: 'x' }, /no files/],
    ];
    for (const [method, params, reason] of refused) {
      const { error } = await raw(node(0), method, params);
      expect([method, error?.code, error?.data]).toEqual([
        method,
        -1,
        expect.stringMatching(reason),
      ]);
    }
  });

  it('tell tools what they look for', async () => {
    const config = await node(0).rpc.devnet_getConfig();
    expect(config).toMatchObject({ seed: '0', total_accounts: 10, block_generation_on: 5 });
    const { account_contract_class_hash: hash } = config as { account_contract_class_hash: string };
    const sierra = await node(0).rpc.starknet_getClass({
      block_id: 'latest',
      class_hash: BigInt(hash),
    });
    expect(sierra.sierra_program.length).toBeGreaterThan(0);
  });

  it('dump what another chain of the same seed can load', async () => {
    const events = await node(0).rpc.devnet_dump({});
    expect(events.length).toBeGreaterThan(8);
    const other = await createTestNet({
      validators: 1,
      blockTimeMs: 0,
      blockMode: 'transaction',
    });
    try {
      const [copy] = (await other.startAll()) as [TestNode];
      // The stranger's transaction is valid where its account is impersonated.
      await copy.rpc.devnet_autoImpersonate();
      expect(await copy.rpc.devnet_load({ events })).toEqual({ loaded: events.length });
      expect((await balance(copy)).amount).toBe((await balance(node(0))).amount);
      await surviveRandomCommands(copy);
    } finally {
      await other.close();
    }
  });

  it('keep the parameters over a restart of a node', async () => {
    const { blockHash } = await createBlock(0);
    const before = await everywhere(blockHash, (each) => each.rpc.devnet_getStatus());
    expect(before.timeOffset).toBeGreaterThan(1_000_000);
    await node(3).end('SIGKILL');
    nodes[3] = await net.start(3);
    const after = await createBlock(0);
    const { time: _then, ...kept } = before;
    const now = await everywhere(after.blockHash, async (each) => {
      const { time: _now, ...rest } = await each.rpc.devnet_getStatus();
      return rest;
    });
    expect(now).toEqual(kept);
  });
});

/** Random commands are answered, none with an internal error, and the chain goes on. */
async function surviveRandomCommands(of: TestNode): Promise<void> {
  const names = Object.keys(METHODS).filter((name) => name.startsWith('devnet_'));
  const known = [0, 1, 2 ** 60, -1, 0.5, '0x1', '0', true, 'WEI', null, [], {}, 'latest'];
  const value = fc.oneof(fc.constantFrom(...known), fc.jsonValue({ maxDepth: 2 }));
  const request = fc.constantFrom(...names).chain((method) => {
    const params = Object.keys(METHODS[method as keyof typeof METHODS].params);
    const members = Object.fromEntries(params.map((name) => [name, value]));
    return fc.record({
      method: fc.constant(method),
      params: fc.oneof(fc.record(members, { requiredKeys: [] }), fc.array(value)),
    });
  });
  await fc.assert(
    fc.asyncProperty(request, async ({ method, params }) => {
      const { error } = await raw(of, method, params);
      expect(error?.code).not.toBe(-32603);
    }),
    { numRuns: 150 },
  );
  const before = await of.rpc.starknet_blockNumber();
  await of.rpc.devnet_createBlock();
  expect(await of.rpc.starknet_blockNumber()).toBe(before + 1);
}

async function createBlock(index: number): Promise<{ blockHash: Felt }> {
  return node(index).rpc.devnet_createBlock();
}

describe('a chain without development commands', () => {
  it('refuses them, and serves what only reads', async () => {
    const plain = await createTestNet({ validators: 1, devnet: false });
    try {
      const [only] = (await plain.startAll()) as [TestNode];
      const commands: Array<[string, object]> = [
        ['devnet_mint', { address: '0x1', amount: 1 }],
        ['devnet_createBlock', {}],
        ['devnet_setTime', { time: 4_000_000_000 }],
        ['devnet_increaseTime', { time: 1 }],
        ['devnet_setGasPrice', { gas_price_wei: 1 }],
        ['devnet_autoImpersonate', {}],
        ['devnet_restart', {}],
        ['devnet_load', { events: [] }],
      ];
      for (const [method, params] of commands) {
        const { error } = await raw(only, method, params);
        expect([method, error?.data]).toEqual([method, expect.stringMatching(/"devnet": false/)]);
      }
      expect((await only.rpc.devnet_getStatus()).enabled).toBe(false);
      expect((await balance(only)).amount).toBe('0');
    } finally {
      await plain.close();
    }
  });
});
