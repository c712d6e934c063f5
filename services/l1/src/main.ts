import { join } from 'node:path';
import {
  closeServer,
  createHttpServer,
  envHex,
  envHost,
  envInt,
  envPort,
  envString,
  type HttpReply,
  listen,
  serviceMain,
  systemClock,
} from '@stackctl/runtime';
import { feltToHex, shortString } from '@stackctl/types';
import { ensureDeployed } from './deployment.ts';
import { PersistentNode } from './node.ts';
import { answer } from './rpc.ts';
import { RPC, RpcError } from './rpc-error.ts';
import { serveWebSocket } from './websocket.ts';

const BODY_LIMIT = 10 << 20;

serviceMain('l1', async ({ env, log }) => {
  const runId = envString(env, 'RUN_ID');
  const dataDir = envString(env, 'DATA_DIR');
  const chainId = envInt(env, 'CHAIN_ID', { fallback: 31_337, min: 1 });
  const l2ChainId = BigInt(envHex(env, 'L2_CHAIN_ID', feltToHex(shortString('STACKCTL'))));
  const host = envHost(env, 'L1_HOST', '127.0.0.1');

  let node: PersistentNode | undefined;
  let ready = false;
  const handle = async (method: string, params: readonly unknown[]): Promise<unknown> => {
    if (node === undefined || !ready) throw new RpcError(RPC.unavailable, 'the node is starting');
    return await node.request(method, params);
  };
  const handleHttp: typeof handle = async (method, params) => {
    if (method !== 'eth_subscribe') return await handle(method, params);
    throw new RpcError(RPC.unsupported, 'subscriptions need a WebSocket (at the same port)');
  };
  const server = createHttpServer(
    {
      'GET /health': (): HttpReply =>
        ready
          ? { json: { status: 'ok', chainId, height: node?.head.number } }
          : { status: 503, json: { status: 'starting' } },
      'POST /': async ({ body }): Promise<HttpReply> => {
        const reply = await answer(body.toString('utf8'), handleHttp);
        return reply === undefined ? { status: 204 } : { json: reply };
      },
    },
    { bodyLimit: BODY_LIMIT, log },
  );
  const port = await listen(server, host, envPort(env, 'L1_PORT'), 'l1');

  node = await PersistentNode.open({
    journalPath: join(dataDir, 'journal'),
    runId,
    chainId,
    now: Math.floor(systemClock.now() / 1000),
    // Nothing may run on a chain whose journal has ended: an uncaught error ends the process.
    onFatal: (error) =>
      queueMicrotask(() => {
        throw error;
      }),
  });
  if (node.tornBytes > 0) log.warn('cut off a torn journal record', { bytes: node.tornBytes });
  const { contracts } = await ensureDeployed(node, { dataDir, runId, chainId, l2ChainId });
  const cutWebSockets = serveWebSocket(server, {
    handle,
    onNotification: (listener) => node.onNotification(listener),
    messageLimit: BODY_LIMIT,
    log,
  });
  ready = true;
  log.info('listening', { host, port, chainId, height: node.head.number, contracts });
  return {
    async stop() {
      cutWebSockets();
      await closeServer(server);
      await node?.close();
    },
  };
});
