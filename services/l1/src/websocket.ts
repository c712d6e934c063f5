import type { Server } from 'node:http';
import type { Logger } from '@stackctl/runtime';
import { type WebSocket, WebSocketServer } from 'ws';
import { answer, type RpcHandler } from './rpc.ts';

/** A subscription's news, as eth_subscription delivers it. */
export interface Notification {
  readonly subscription: string;
  readonly result: unknown;
}

export interface WebSocketOptions {
  readonly handle: RpcHandler;
  /** Registers the one who hears of all subscriptions' news. */
  readonly onNotification: (listener: (notification: Notification) => void) => void;
  /** Longer messages close their connection. */
  readonly messageLimit: number;
  readonly log: Logger;
}

/**
 * Serves JSON-RPC over WebSocket on the HTTP server's port. A connection hears of its own
 * subscriptions, and they end with it.
 * @returns cuts all connections, so that the server can close
 */
export function serveWebSocket(server: Server, options: WebSocketOptions): () => void {
  const { handle, onNotification, log } = options;
  const owners = new Map<string, WebSocket>();
  // News of a subscription can come before the answer that names it: kept until then.
  const early = new Map<string, Notification[]>();

  const deliver = (socket: WebSocket, params: Notification): void =>
    socket.send(JSON.stringify({ jsonrpc: '2.0', method: 'eth_subscription', params }));
  onNotification((notification) => {
    const owner = owners.get(notification.subscription);
    if (owner !== undefined) deliver(owner, notification);
    else
      early.set(notification.subscription, [
        ...(early.get(notification.subscription) ?? []),
        notification,
      ]);
  });

  const connect = (socket: WebSocket): void => {
    const subscribed: string[] = [];
    const run: RpcHandler = async (method, params) => {
      const result = await handle(method, params);
      if (method === 'eth_subscribe' && typeof result === 'string') subscribed.push(result);
      return result;
    };
    const own = (): void => {
      for (const id of subscribed) {
        if (owners.has(id)) continue;
        owners.set(id, socket);
        for (const notification of early.get(id) ?? []) deliver(socket, notification);
        early.delete(id);
      }
    };
    socket.on('message', async (data) => {
      // One Buffer a message: the default of `ws`.
      const reply = await answer((data as Buffer).toString('utf8'), run);
      if (reply !== undefined) socket.send(JSON.stringify(reply));
      own();
    });
    socket.on('error', (error) => log.debug('websocket', { error }));
    socket.on('close', () => {
      for (const id of subscribed) {
        owners.delete(id);
        handle('eth_unsubscribe', [id])
          .catch(() => undefined) // the node may be stopping
          .finally(() => early.delete(id));
      }
    });
  };
  const sockets = new WebSocketServer({ server, maxPayload: options.messageLimit });
  sockets.on('connection', connect);
  return () => {
    for (const socket of sockets.clients) socket.terminate();
  };
}
