import fc from 'fast-check';
import { type Account, cairo, hash, WebSocketChannel } from 'starknet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { createTestNet, type TestNet, type TestNode, waitForHeight } from './harness.ts';
import { openSocket, type RawSocket } from './raw-socket.ts';
import { accountOf, providerOf, raw, schemaReport } from './starknet-js.ts';

const STRK = '0x4718f5a0fc34cc1af16a1cdee98ffb20c31f5cd61d6ab07201858f4287c938d';
const TRANSFER = hash.getSelectorFromName('Transfer');

let net: TestNet;
let node: TestNode;
let account: Account;
let channel: WebSocketChannel;
const sockets: RawSocket[] = [];

beforeAll(async () => {
  net = await createTestNet({ validators: 1, blockTimeMs: 800, emptyBlockTimeMs: 900 });
  node = await net.start(0);
  account = await accountOf(node, 0);
  channel = new WebSocketChannel({ nodeUrl: wsUrl('/ws') });
  await channel.waitForConnection();
});
afterAll(async () => {
  channel?.disconnect();
  for (const socket of sockets) socket.close();
  await net?.close();
});

const wsUrl = (path: string) => `${node.url.replace('http', 'ws')}${path}`;

async function rawSocket(path = '/ws'): Promise<RawSocket> {
  const socket = await openSocket(wsUrl(path));
  sockets.push(socket);
  return socket;
}

const send = (from: Account, amount = 1n) =>
  from.execute({
    contractAddress: STRK,
    entrypoint: 'transfer',
    calldata: ['0x123', cairo.uint256(amount).low as string, '0'],
  });

async function newBlock(): Promise<void> {
  await waitForHeight([node], (await node.rpc.starknet_blockNumber()) + 1);
}

describe('starknet.js WebSocketChannel', () => {
  it('follows heads, events, transactions, receipts and a status', async () => {
    const heads: Array<{ block_number: number; parent_hash: string; block_hash: string }> = [];
    const events: Array<{ keys: string[]; finality_status: string; block_hash?: string }> = [];
    const receipts: Array<{ transaction_hash: string; finality_status: string }> = [];
    const transactions: Array<{ transaction_hash: string; finality_status: string }> = [];
    const onHeads = await channel.subscribeNewHeads();
    onHeads.on((head) => heads.push(head as never));
    const onEvents = await channel.subscribeEvents({
      fromAddress: STRK,
      keys: [[TRANSFER], [account.address]],
      finalityStatus: 'PRE_CONFIRMED',
    });
    onEvents.on((event) => events.push(event as never));
    const onReceipts = await channel.subscribeNewTransactionReceipts({
      finalityStatus: ['PRE_CONFIRMED', 'ACCEPTED_ON_L2'] as never,
      senderAddress: [account.address],
    });
    onReceipts.on((receipt) => receipts.push(receipt as never));
    const onTransactions = await channel.subscribeNewTransactions({
      finalityStatus: ['RECEIVED', 'CANDIDATE', 'PRE_CONFIRMED', 'ACCEPTED_ON_L2'] as never,
      senderAddress: [account.address],
    });
    onTransactions.on((transaction) => transactions.push(transaction as never));

    // Right after a block: the next one is far enough away to see what comes before it.
    await newBlock();
    const { transaction_hash } = await send(account);
    const statuses: string[] = [];
    const onStatus = await channel.subscribeTransactionStatus({
      transactionHash: transaction_hash,
    });
    await new Promise<void>((resolve) => {
      onStatus.on(({ status }) => {
        statuses.push(status.finality_status);
        if (status.finality_status === 'ACCEPTED_ON_L2') resolve();
      });
    });
    await providerOf(node).waitForTransaction(transaction_hash);
    expect(statuses).toEqual(
      ['RECEIVED', 'PRE_CONFIRMED', 'ACCEPTED_ON_L2'].slice(-statuses.length),
    );
    expect(statuses.length).toBeGreaterThanOrEqual(2);
    await waitForHeight([node], (heads.at(-1)?.block_number ?? 0) + 2);
    await new Promise((resolve) => setTimeout(resolve, 100));

    expect(heads.length).toBeGreaterThanOrEqual(2);
    for (const [i, head] of heads.entries())
      if (i > 0) {
        expect(head.block_number).toBe((heads[i - 1]?.block_number ?? 0) + 1);
        expect(head.parent_hash).toBe(heads[i - 1]?.block_hash);
      }
    const told = (list: Array<{ finality_status: string }>) => [
      ...new Set(list.map((each) => each.finality_status)),
    ];
    expect(told(transactions)).toEqual([
      'RECEIVED',
      'CANDIDATE',
      'PRE_CONFIRMED',
      'ACCEPTED_ON_L2',
    ]);
    expect(told(receipts)).toEqual(['PRE_CONFIRMED', 'ACCEPTED_ON_L2']);
    expect(told(events)).toEqual(['PRE_CONFIRMED', 'ACCEPTED_ON_L2']);
    expect(events.at(-1)?.block_hash).toBeDefined();
    expect(events[0]?.block_hash).toBeUndefined();
    for (const list of [receipts, transactions])
      expect(new Set(list.map((each) => each.transaction_hash))).toEqual(
        new Set([transaction_hash]),
      );
    for (const subscription of [onHeads, onEvents, onReceipts, onTransactions, onStatus])
      expect(await subscription.unsubscribe()).toBe(true);
    const count = heads.length;
    await waitForHeight([node], (await node.rpc.starknet_blockNumber()) + 1);
    expect(heads).toHaveLength(count);
  });

  it('catches up from a block: heads and events, without a gap', async () => {
    const head = await node.rpc.starknet_blockNumber();
    const numbers: number[] = [];
    const onHeads = await channel.subscribeNewHeads({ blockIdentifier: 1 });
    await new Promise<void>((resolve) => {
      onHeads.on(({ block_number }) => {
        numbers.push(block_number);
        if (block_number === head + 2) resolve();
      });
    });
    expect(numbers).toEqual(Array.from({ length: head + 2 }, (_, i) => i + 1));
    await onHeads.unsubscribe();

    const onEvents = await channel.subscribeEvents({ fromAddress: STRK, blockIdentifier: 1 });
    const first = await new Promise<{ transaction_index: number; finality_status: string }>(
      (resolve) => onEvents.on((event) => resolve(event as never)),
    );
    expect(first).toMatchObject({ transaction_index: 0, finality_status: 'ACCEPTED_ON_L2' });
    await onEvents.unsubscribe();
  });

  it('refuses what the specification refuses', async () => {
    await expect(channel.subscribeNewHeads({ blockIdentifier: 10_000_000 })).rejects.toThrow(
      '"code":24',
    );
    await expect(channel.unsubscribe('777')).rejects.toThrow('"code":66');
  });
});

describe('a raw socket', () => {
  it.each(['/', '/ws', '/rpc', '/rpc/v0_10', '/ws/rpc/v0_10_2', '/ws/v0_10'])(
    'is served at %s, with all ordinary methods and batches',
    async (path) => {
      const socket = await rawSocket(path);
      expect(await socket.call('starknet_specVersion', [])).toEqual({ result: '0.10.2' });
      const batch = await socket.exchange([
        { jsonrpc: '2.0', id: 1, method: 'starknet_chainId' },
        { jsonrpc: '2.0', id: 2, method: 'starknet_unsubscribe', params: ['5'] },
      ]);
      expect(batch).toMatchObject([{ id: 1 }, { id: 2, error: { code: 66 } }]);
      socket.close();
    },
  );

  it('is not served elsewhere', async () => {
    await expect(openSocket(wsUrl('/nothing'))).rejects.toThrow('404');
    await expect(openSocket(wsUrl('/rpc/v0_8'))).rejects.toThrow('404');
    expect((await raw(node, 'starknet_subscribeNewHeads', [])).error?.code).toBe(-32601);
  });

  it.each([
    ['pre_confirmed is no start', 'starknet_subscribeNewHeads', ['pre_confirmed'], -32602],
    ['nor is l1_accepted', 'starknet_subscribeEvents', [null, null, 'l1_accepted'], -32602],
    ['an unknown block', 'starknet_subscribeEvents', { block_id: { block_hash: '0x1' } }, 24],
    ['too many keys', 'starknet_subscribeEvents', { keys: [Array(1025).fill('0x1')] }, 34],
    [
      'too many senders of receipts',
      'starknet_subscribeNewTransactionReceipts',
      { sender_address: Array(1025).fill('0x1') },
      67,
    ],
    [
      'too many senders',
      'starknet_subscribeNewTransactions',
      { sender_address: Array(1025).fill('0x1') },
      67,
    ],
    [
      'a finality that receipts do not have',
      'starknet_subscribeNewTransactionReceipts',
      { finality_status: ['RECEIVED'] },
      -32602,
    ],
    [
      'a finality that nothing has',
      'starknet_subscribeNewTransactions',
      { finality_status: ['ACCEPTED_ON_L1'] },
      -32602,
    ],
    ['no hash', 'starknet_subscribeTransactionStatus', [], -32602],
    ['an unknown subscription', 'starknet_unsubscribe', ['12345'], 66],
    ['a subscription of another form', 'starknet_unsubscribe', [5], -32602],
    ['an unknown method', 'starknet_subscribeEverything', [], -32601],
  ])('%s', async (_what, method, params, code) => {
    const socket = await rawSocket();
    expect(await socket.call(method, params)).toMatchObject({ error: { code } });
    socket.close();
  });

  it('tells only of its own subscriptions, and an id is known before it is used', async () => {
    const [one, two] = [await rawSocket(), await rawSocket()];
    const { result } = await one.call('starknet_subscribeNewHeads', [{ block_number: 0 }]);
    await one.until((messages) => messages.length >= 3);
    const [first] = one.messages as Array<{ params: { subscription_id: string } }>;
    expect(first?.params.subscription_id).toBe(result);
    expect(await two.call('starknet_unsubscribe', [result])).toMatchObject({ error: { code: 66 } });
    expect(two.messages).toEqual([]);
    expect(await one.call('starknet_unsubscribe', [result])).toEqual({ result: true });
    for (const socket of [one, two]) socket.close();
  });

  it('waits for a transaction that nobody knows yet', async () => {
    const socket = await rawSocket();
    const sender = await accountOf(node, 1);
    const calls = [{ contractAddress: STRK, entrypoint: 'transfer', calldata: ['5', '1', '0'] }];
    const bounds = { max_amount: 200_000_000n, max_price_per_unit: 2_000_000_000n };
    const resourceBounds = {
      l1_gas: { ...bounds, max_amount: 0n },
      l1_data_gas: { ...bounds, max_amount: 10_000n },
      l2_gas: bounds,
    };
    const nonce = await sender.getNonce();
    // The hash is known before it is sent: the same transaction, signed without sending.
    const invocation = await sender.buildInvocation(calls, {
      nonce,
      resourceBounds,
      version: '0x3',
      tip: 0n,
      paymasterData: [],
      accountDeploymentData: [],
      walletAddress: sender.address,
      cairoVersion: '1',
      chainId: (await providerOf(node).getChainId()) as never,
      nonceDataAvailabilityMode: 'L1',
      feeDataAvailabilityMode: 'L1',
    } as never);
    const transactionHash = hash.calculateInvokeTransactionHash({
      senderAddress: sender.address,
      version: '0x3',
      compiledCalldata: (invocation as { calldata: string[] }).calldata,
      chainId: (await providerOf(node).getChainId()) as never,
      nonce,
      accountDeploymentData: [],
      nonceDataAvailabilityMode: 0,
      feeDataAvailabilityMode: 0,
      resourceBounds,
      tip: 0n,
      paymasterData: [],
    } as never);
    await socket.call('starknet_subscribeTransactionStatus', [transactionHash]);
    const sent = await sender.execute(calls, { nonce, resourceBounds, tip: 0n });
    expect(sent.transaction_hash).toBe(transactionHash);
    const statuses = () =>
      socket.messages.map((each) => {
        const { params } = each as { params: { result: { status: { finality_status: string } } } };
        return params.result.status.finality_status;
      });
    await socket.until(() => statuses().includes('ACCEPTED_ON_L2'));
    // A block that comes at once leaves nothing to confirm before it.
    expect(statuses().filter((status) => status !== 'PRE_CONFIRMED')).toEqual([
      'RECEIVED',
      'ACCEPTED_ON_L2',
    ]);
    expect(new Set(statuses()).size).toBe(statuses().length);
    socket.close();
  });

  it('sees the pre-confirmed block over JSON-RPC before the block exists', async () => {
    const sender = await accountOf(node, 2);
    const provider = providerOf(node);
    let seen: { next: number; block: object; hashes: string[]; status: object } | undefined;
    let transactionHash = '';
    // A block may come in between on a slow machine: then once more.
    for (let attempt = 0; attempt < 5 && seen === undefined; attempt++) {
      await newBlock();
      const next = (await node.rpc.starknet_blockNumber()) + 1;
      transactionHash = (await send(sender, 3n)).transaction_hash;
      const block = await provider.getBlockWithReceipts('pre_confirmed');
      const hashes = block.transactions.map((each) => each.receipt.transaction_hash);
      const status = await provider.getTransactionStatus(transactionHash);
      const traced = await provider.getTransactionTrace(transactionHash);
      expect(traced).toHaveProperty('validate_invocation');
      if ((await node.rpc.starknet_blockNumber()) < next) seen = { next, block, hashes, status };
      else await provider.waitForTransaction(transactionHash);
    }
    expect(seen?.block).toMatchObject({ block_number: seen?.next });
    expect(seen?.hashes).toContain(transactionHash);
    expect(seen?.status).toMatchObject({
      finality_status: 'PRE_CONFIRMED',
      execution_status: 'SUCCEEDED',
    });
    const receipt = await provider.waitForTransaction(transactionHash);
    expect(receipt.isSuccess()).toBe(true);
  });
});

describe('bad input leaves the node as it was', () => {
  const alive = async () => {
    const socket = await rawSocket();
    expect(await socket.call('starknet_specVersion', [])).toEqual({ result: '0.10.2' });
    socket.close();
  };

  it('texts that are no requests', async () => {
    const socket = await rawSocket();
    for (const text of ['', '{', '[]', '5', '{"jsonrpc":"2.0"}'])
      expect(await socket.exchangeText(text)).toMatchObject({
        error: { code: expect.any(Number) },
      });
    await fc.assert(
      fc.asyncProperty(fc.string({ maxLength: 100 }), async (text) => {
        await socket.exchangeText(`!${text}`);
      }),
      { numRuns: 50 },
    );
    socket.close();
    await alive();
  });

  it('a message that is too large, and frames that are none', async () => {
    const large = await rawSocket();
    large.socket.send(`"${'x'.repeat(9 << 20)}"`);
    expect(await large.closed).toBe(1009);
    const broken = await rawSocket();
    const { _socket: wire } = broken.socket as unknown as { _socket: { write(b: Buffer): void } };
    wire.write(Buffer.from([0xff, 0xff, 0xff, 0xff]));
    expect([1002, 1006]).toContain(await broken.closed);
    await alive();
  });

  it('thousands of subscriptions', async () => {
    const socket = await rawSocket();
    const answers = await Promise.all(
      Array.from({ length: 3000 }, () => socket.call('starknet_subscribeNewHeads', [])),
    );
    const taken = answers.filter((answer) => 'result' in answer);
    expect(taken).toHaveLength(128);
    expect(answers.at(-1)).toMatchObject({ error: { code: 63 } });
    await socket.until((messages) => messages.length >= 128);
    socket.close();
    await alive();
  });

  it('more connections than it takes', async () => {
    const opened = await Promise.allSettled(
      Array.from({ length: 300 }, () => openSocket(wsUrl('/ws'))),
    );
    const served = opened.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    expect(served.length).toBeLessThanOrEqual(256);
    expect(served.length).toBeGreaterThan(200);
    for (const socket of served) socket.close();
    await Promise.all(served.map((each) => each.closed));
    await alive();
  });
});

it('says goodbye when the node stops', async () => {
  const socket = await rawSocket();
  await socket.call('starknet_subscribeNewTransactions', { finality_status: ['PRE_CONFIRMED'] });
  expect(await node.end('SIGTERM')).toBe(0);
  expect(await socket.closed).toBe(1001);
  expect(socket.socket.readyState).toBe(WebSocket.CLOSED);
});

it('notified everything in the form of the specification', () => {
  expect(schemaReport.failures).toEqual([]);
  if (schemaReport.checked.size > 0)
    expect([...schemaReport.checked.keys()]).toContain('starknet_subscriptionNewHeads');
});
