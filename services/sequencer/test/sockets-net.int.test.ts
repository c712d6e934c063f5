import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestNet, type TestNet, type TestNode } from './harness.ts';
import { openSocket, type RawSocket } from './raw-socket.ts';
import { accountOf, schemaReport } from './starknet-js.ts';

const STRK = '0x4718f5a0fc34cc1af16a1cdee98ffb20c31f5cd61d6ab07201858f4287c938d';

let net: TestNet;
let nodes: TestNode[];
let sockets: RawSocket[];

beforeAll(async () => {
  net = await createTestNet({ validators: 2, blockTimeMs: 600, emptyBlockTimeMs: 800 });
  nodes = await net.startAll();
  sockets = await Promise.all(
    nodes.map(({ url }) => openSocket(`${url.replace('http', 'ws')}/ws`)),
  );
});
afterAll(async () => {
  for (const socket of sockets ?? []) socket.close();
  await net?.close();
});

interface Notification {
  readonly method: string;
  readonly params: { readonly subscription_id: string; readonly result: Record<string, unknown> };
}

it('a transaction sent to one validator is followed on another, and both tell of the same blocks', async () => {
  const [here, there] = nodes as [TestNode, TestNode];
  const ids = await Promise.all(
    sockets.map(async (socket) => ({
      heads: (await socket.call('starknet_subscribeNewHeads', [])).result,
      transactions: (
        await socket.call('starknet_subscribeNewTransactions', {
          finality_status: ['RECEIVED', 'PRE_CONFIRMED', 'ACCEPTED_ON_L2'],
        })
      ).result,
    })),
  );
  const account = await accountOf(here, 0);
  const { transaction_hash } = await account.execute({
    contractAddress: STRK,
    entrypoint: 'transfer',
    calldata: ['0x123', '1', '0'],
  });
  const told = (i: number, kind: 'heads' | 'transactions') =>
    ((sockets[i]?.messages ?? []) as Notification[])
      .filter(({ params }) => params.subscription_id === ids[i]?.[kind])
      .map(({ params }) => params.result);
  await Promise.all(
    sockets.map((socket, i) =>
      socket.until(
        () =>
          told(i, 'transactions').some((each) => each.finality_status === 'ACCEPTED_ON_L2') &&
          told(i, 'heads').length >= 2,
      ),
    ),
  );
  for (const i of [0, 1]) {
    const statuses = told(i, 'transactions').map((each) => each.finality_status);
    expect(new Set(told(i, 'transactions').map((each) => each.transaction_hash))).toEqual(
      new Set([transaction_hash]),
    );
    expect(statuses[0]).toBe('RECEIVED');
    expect(statuses.at(-1)).toBe('ACCEPTED_ON_L2');
  }
  const first = told(1, 'heads')[0];
  const same = told(0, 'heads').find((head) => head.block_number === first?.block_number);
  expect(same).toEqual(first);
  expect(there.name).not.toBe(here.name);
  expect(schemaReport.failures).toEqual([]);
});
