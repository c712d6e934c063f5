import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Dispatcher } from '@stackctl/rpc';
import type { Logger } from '@stackctl/runtime';
import { WebSocketServer } from 'ws';
import type { ChainNotices } from '../../chain-notices.ts';
import { type Connection, type ConnectionLimits, createConnection } from './connection.ts';
import { createSession, type Session, type SessionOptions } from './session.ts';

export interface SocketLimits extends ConnectionLimits {
  readonly maxConnections: number;
  readonly maxSubscriptions: number;
  /** Largest message in bytes, as of an HTTP body. */
  readonly maxMessage: number;
  readonly pingEveryMs: number;
}

export const DEFAULT_SOCKET_LIMITS: SocketLimits = {
  maxConnections: 256,
  maxSubscriptions: 128,
  maxMessage: 8 << 20,
  maxBuffered: 16 << 20,
  highWater: 1 << 20,
  stallMs: 30_000,
  pingEveryMs: 30_000,
};

export interface SocketServerOptions
  extends Pick<SessionOptions, 'chain' | 'preConfirmed' | 'texts' | 'statusOf'> {
  readonly dispatcher: Dispatcher;
  readonly notices: ChainNotices;
  readonly log: Logger;
  readonly limits?: Partial<SocketLimits>;
}

export interface SocketServer {
  readonly connections: number;
  /** Says goodbye to everybody; resolves when the sockets are closed. */
  close(): Promise<void>;
}

/** `/ws`, with a version behind it or not, and every path of JSON-RPC. */
const SOCKET_PATH = /^\/(ws|rpc)?\/?((rpc\/)?v0[._]10([._]2)?\/?)?$/;
const GOING_AWAY = 1001;
const INTERNAL_ERROR = 1011;
/** What clients get to answer the goodbye. */
const FAREWELL_MS = 200;

/** JSON-RPC with subscriptions over WebSockets, on the port of an HTTP server. */
export function attachSockets(server: Server, options: SocketServerOptions): SocketServer {
  const { dispatcher, notices, log, chain, preConfirmed, texts, statusOf } = options;
  const limits = { ...DEFAULT_SOCKET_LIMITS, ...options.limits };
  // Without compression: it costs memory a connection, and lets small messages grow large.
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: limits.maxMessage,
    perMessageDeflate: false,
  });
  const sessions = new Map<Connection, Session>();
  let ids = 0;

  sockets.on('connection', (socket) => {
    const connection = createConnection({
      socket,
      limits,
      async onMessage(text) {
        const answer = await dispatcher.answerText(text, session.handlers);
        if (answer !== undefined) connection.send(answer);
        session.startNew();
      },
      onEnd() {
        session.end();
        sessions.delete(connection);
      },
    });
    const session = createSession({
      chain,
      preConfirmed,
      texts,
      statusOf,
      outlet: connection,
      onError(error) {
        log.error('a subscription failed', { error });
        connection.close(INTERNAL_ERROR, 'internal error');
      },
      newId: () => String(++ids),
      maxSubscriptions: limits.maxSubscriptions,
    });
    sessions.set(connection, session);
  });

  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    socket.on('error', () => socket.destroy());
    const path = (request.url ?? '/').split('?', 1)[0] as string;
    if (!SOCKET_PATH.test(path)) refuse(socket, '404 Not Found');
    else if (sessions.size >= limits.maxConnections) refuse(socket, '503 Service Unavailable');
    else
      sockets.handleUpgrade(request, socket, head, (client) => sockets.emit('connection', client));
  };
  server.on('upgrade', upgrade);

  const each = (tell: (session: Session) => void): void => {
    for (const session of sessions.values()) tell(session);
  };
  const unlisten = notices.listen({
    received: (hashed) => each((session) => session.received(hashed)),
    candidate: (hashed) => each((session) => session.candidate(hashed)),
    preConfirmed: (block, index) => each((session) => session.preConfirmed(block, index)),
    accepted: (header) => each((session) => session.accepted(header)),
  });
  const pings = setInterval(() => {
    for (const connection of sessions.keys())
      if (!connection.ping()) connection.close(GOING_AWAY, 'a ping was not answered');
  }, limits.pingEveryMs).unref();

  return {
    get connections() {
      return sessions.size;
    },
    async close() {
      clearInterval(pings);
      unlisten();
      server.off('upgrade', upgrade);
      const open = [...sockets.clients];
      for (const connection of sessions.keys()) connection.close(GOING_AWAY, 'the node stops');
      const patience = setTimeout(() => {
        for (const socket of open) socket.terminate();
      }, FAREWELL_MS);
      const gone = open.map(
        (socket) =>
          new Promise((resolve) => {
            if (socket.readyState === socket.CLOSED) resolve(undefined);
            else socket.once('close', resolve);
          }),
      );
      await Promise.all(gone);
      clearTimeout(patience);
    },
  };
}

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
}
