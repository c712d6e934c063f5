import type { Server } from 'node:http';
import { createDispatcher } from '@stackctl/rpc';
import { closeServer, createLogger, listen } from '@stackctl/runtime';
import { afterEach, expect, it } from 'vitest';
import { createChainNotices } from '../src/chain-notices.ts';
import { createRpcServer } from '../src/rpc/http-server.ts';
import { attachSockets, type SocketLimits } from '../src/rpc/sockets/socket-server.ts';
import type { Texts } from '../src/rpc/sockets/texts.ts';
import { openSocket } from './raw-socket.ts';

let stop: (() => Promise<void>) | undefined;
afterEach(() => stop?.());

/** A chain of so many blocks that no socket holds them, each with a notification of 64 KiB. */
async function serve(limits: Partial<SocketLimits>) {
  const header = (number: number) => ({ number, hash: BigInt(number + 1) });
  const head = header(1000);
  let made = 0;
  const texts = {
    head() {
      made++;
      return JSON.stringify('x'.repeat(1 << 16));
    },
  } as unknown as Texts;
  const dispatcher = createDispatcher({ handlers: { starknet_blockNumber: () => 1000 } });
  const server: Server = createRpcServer({ dispatcher, health: () => ({ ok: true }) });
  const notices = createChainNotices();
  const sockets = attachSockets(server, {
    dispatcher,
    notices,
    log: createLogger('test', { level: 'error' }),
    chain: { head: () => head, blocks: { header } } as never,
    preConfirmed: { watch: () => () => {} },
    texts,
    statusOf: () => undefined,
    limits,
  });
  const port = await listen(server, '127.0.0.1', 0);
  stop = async () => {
    await sockets.close();
    await closeServer(server);
  };
  return { url: `ws://127.0.0.1:${port}/ws`, made: () => made, sockets };
}

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

it('makes no more for a client that does not read than it may hold, and cuts it off', async () => {
  const { url, made, sockets } = await serve({ highWater: 1 << 18, stallMs: 400 });
  const socket = await openSocket(url);
  const { _socket: wire } = socket.socket as unknown as { _socket: { pause(): void } };
  socket.socket.send(
    '{"jsonrpc":"2.0","id":1,"method":"starknet_subscribeNewHeads","params":[{"block_number":0}]}',
  );
  wire.pause();
  await wait(300);
  const before = made();
  expect(before).toBeGreaterThan(0);
  expect(before).toBeLessThan(900);
  await wait(1_800);
  expect(made()).toBe(before);
  expect(sockets.connections).toBe(0);
  socket.socket.terminate();
});

it('gives everything to a client that reads', async () => {
  const { url, made } = await serve({ highWater: 1 << 18 });
  const socket = await openSocket(url);
  await socket.call('starknet_subscribeNewHeads', [{ block_number: 500 }]);
  await socket.until((messages) => messages.length === 501);
  expect(made()).toBe(501);
  socket.close();
});

it('tells a client that is cut off why', async () => {
  const { url } = await serve({ maxBuffered: -1 });
  const socket = await openSocket(url);
  const reason = new Promise((resolve) =>
    socket.socket.once('close', (code, text) => resolve([code, String(text)])),
  );
  socket.socket.send('{"jsonrpc":"2.0","id":1,"method":"starknet_blockNumber"}');
  expect(await reason).toEqual([1013, 'more than -1 bytes were not read']);
});

it('drops a client that does not answer pings', async () => {
  const { url, sockets } = await serve({ pingEveryMs: 100 });
  const socket = await openSocket(url);
  await wait(350);
  expect(sockets.connections).toBe(1);
  const { _socket: wire } = socket.socket as unknown as { _socket: { pause(): void } };
  wire.pause();
  await wait(500);
  expect(sockets.connections).toBe(0);
  socket.socket.terminate();
});
