import { createServer, type Server, type Socket } from 'node:net';
import { StackError } from '@stackctl/types';
import { Connection, type ConnectionLimits, type Identity } from './connection.ts';
import { Dialer, type DialTimes } from './dialer.ts';
import type { Log } from './log.ts';
import type { Channel, PeerAddress, Transport } from './transport.ts';

export interface TcpTransportOptions {
  readonly identity: Identity;
  /** Port 0 takes a free one. */
  readonly listen: { readonly host: string; readonly port: number };
  readonly peers: readonly PeerAddress[];
  readonly log: Log;
  readonly limits?: Partial<TcpLimits>;
}

export interface TcpLimits extends ConnectionLimits {
  /** Connections that have not proven themselves yet; more are turned away. */
  readonly maxStrangers: number;
  /** By channel: what may wait for a slow peer before messages to it are dropped. */
  readonly maxQueuedBytes: Readonly<Record<Channel, number>>;
  readonly dial: DialTimes;
}

const MIB = 1 << 20;

export const DEFAULT_TCP_LIMITS: TcpLimits = {
  handshakeMs: 3000,
  pingMs: 3000,
  silenceMs: 12_000,
  // A transaction with its class is the largest: see CLASS_LIMITS.
  maxMessageBytes: 4 * MIB,
  bytesPerSecond: 128 * MIB,
  burstBytes: 64 * MIB,
  maxStrangers: 32,
  maxQueuedBytes: { consensus: 64 * MIB, gossip: 16 * MIB },
  dial: { firstDelayMs: 0, retryMs: 50, maxRetryMs: 1000 },
};

/**
 * Two nodes that know of each other both could dial. The one whose name comes first does; the other
 * waits this long first, in case the first cannot.
 */
const SECOND_DIALER_DELAY_MS = 1500;

const CHANNEL_NUMBERS: Readonly<Record<Channel, number>> = { consensus: 1, gossip: 2 };
const CHANNELS = new Map(
  Object.entries(CHANNEL_NUMBERS).map(([channel, number]) => [number, channel as Channel]),
);

type MessageHandler = (payload: Uint8Array, peer: string) => void;

/** Static peers over TCP, one authenticated connection for each pair of validators. */
export class TcpTransport implements Transport {
  readonly #options: TcpTransportOptions;
  readonly #limits: TcpLimits;
  readonly #log: Log;
  readonly #server: Server;
  readonly #open = new Map<string, Connection>();
  readonly #strangers = new Set<Connection>();
  readonly #dialers = new Map<string, Dialer>();
  readonly #handlers = new Map<Channel, MessageHandler>();
  #onConnection: (peer: string, connected: boolean) => void = () => {};
  #stopped = false;

  constructor(options: TcpTransportOptions) {
    this.#options = options;
    this.#limits = { ...DEFAULT_TCP_LIMITS, ...options.limits };
    this.#log = options.log;
    this.#server = createServer((socket) => this.#onAccepted(socket));
    for (const address of options.peers) {
      const first = options.identity.name < address.name;
      const delay = first ? this.#limits.dial.firstDelayMs : SECOND_DIALER_DELAY_MS;
      const times = { ...this.#limits.dial, firstDelayMs: delay };
      const dialer = new Dialer(address, times, (socket) => this.#onDialed(socket, dialer));
      this.#dialers.set(address.name, dialer);
    }
  }

  async start(): Promise<{ readonly port: number }> {
    const { host, port } = this.#options.listen;
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', (error: NodeJS.ErrnoException) => {
        const service = this.#options.identity.name;
        reject(
          error.code === 'EADDRINUSE'
            ? new StackError('PORT_TAKEN', { service, port }, { cause: error })
            : error,
        );
      });
      this.#server.listen(port, host, resolve);
    });
    this.#server.on('error', (error) => this.#log.warn('p2p server', { error }));
    for (const dialer of this.#dialers.values()) dialer.begin();
    const address = this.#server.address();
    return { port: typeof address === 'object' && address !== null ? address.port : port };
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const dialer of this.#dialers.values()) dialer.stop();
    const closed = new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
    for (const connection of [...this.#open.values(), ...this.#strangers])
      connection.close('stopping');
    await closed;
  }

  send(peer: string, channel: Channel, payload: Uint8Array): boolean {
    const connection = this.#open.get(peer);
    if (connection === undefined) return false;
    if (payload.length >= this.#limits.maxMessageBytes)
      throw new RangeError(`message of ${payload.length} bytes`);
    if (connection.queued > this.#limits.maxQueuedBytes[channel]) return false;
    connection.send(CHANNEL_NUMBERS[channel], payload);
    return true;
  }

  broadcast(channel: Channel, payload: Uint8Array): void {
    for (const peer of this.#open.keys()) this.send(peer, channel, payload);
  }

  onMessage(channel: Channel, handler: MessageHandler): void {
    this.#handlers.set(channel, handler);
  }

  onConnection(handler: (peer: string, connected: boolean) => void): void {
    this.#onConnection = handler;
  }

  peers(): ReadonlyArray<{ readonly name: string; readonly connected: boolean }> {
    const { known, name: self } = this.#options.identity;
    return [...known.keys()]
      .filter((name) => name !== self)
      .map((name) => ({ name, connected: this.#open.has(name) }));
  }

  #onAccepted(socket: Socket): void {
    if (this.#stopped || this.#strangers.size >= this.#limits.maxStrangers) {
      socket.on('error', () => {});
      socket.destroy();
      return;
    }
    this.#connect(socket, 'acceptor', () => {});
  }

  #onDialed(socket: Socket, dialer: Dialer): void {
    this.#connect(socket, 'dialer', () => dialer.retry());
  }

  /** `onFailed`: the connection ended before the other side had proven itself. */
  #connect(socket: Socket, role: 'dialer' | 'acceptor', onFailed: () => void): void {
    const { identity } = this.#options;
    const connection = new Connection(socket, role, identity, this.#limits, {
      onOpen: (opened) => this.#onOpen(opened),
      onMessage: (from, number, payload) => this.#onMessage(from, number, payload),
      onClose: (closed, reason) => {
        this.#onClose(closed, reason);
        if (closed.peer === undefined) onFailed();
      },
    });
    this.#strangers.add(connection);
  }

  /**
   * Of two connections of one pair the one stays that was dialed by the first in name; of two
   * dialed by the same side, the newer (the older is a leftover of a node that restarted).
   */
  #onOpen(connection: Connection): void {
    const peer = connection.peer as string;
    this.#strangers.delete(connection);
    const other = this.#open.get(peer);
    if (other !== undefined) {
      const firstDials = this.#options.identity.name < peer ? 'dialer' : 'acceptor';
      if (other.role !== connection.role && other.role === firstDials) {
        connection.close('second connection');
        return;
      }
      this.#open.set(peer, connection);
      other.close('replaced');
    } else {
      this.#open.set(peer, connection);
      this.#log.debug('peer connected', { peer });
    }
    this.#dialers.get(peer)?.stop();
    this.#onConnection(peer, true);
  }

  #onClose(connection: Connection, reason: string): void {
    const { peer } = connection;
    this.#strangers.delete(connection);
    if (peer === undefined) {
      this.#log.debug('connection refused', { reason });
      return;
    }
    if (this.#open.get(peer) !== connection) return;
    this.#open.delete(peer);
    this.#log.debug('peer disconnected', { peer, reason });
    if (this.#stopped) return;
    this.#dialers.get(peer)?.begin();
    this.#onConnection(peer, false);
  }

  #onMessage(connection: Connection, number: number, payload: Uint8Array): void {
    const channel = CHANNELS.get(number);
    const peer = connection.peer as string;
    if (channel === undefined) {
      connection.close('unknown channel');
      return;
    }
    if (this.#open.get(peer) !== connection) return;
    this.#handlers.get(channel)?.(payload, peer);
  }
}
