import { setTimeout as sleep } from 'node:timers/promises';
import type { WebSocket } from 'ws';
import type { Outlet } from './subscription.ts';

export interface ConnectionLimits {
  /** Unread bytes with which a client is cut off. */
  readonly maxBuffered: number;
  /** Unread bytes above which nothing more is made for it. */
  readonly highWater: number;
  /** Time after which a client that reads nothing is cut off. */
  readonly stallMs: number;
}

/** Requests, and their bytes, that wait for their turn before the socket is read no further. */
const MAX_WAITING = 32;
const MAX_WAITING_BYTES = 4 << 20;
const POLL_MS = 20;
/** What a client has to read the reason why it is cut off. */
const FAREWELL_MS = 1_000;
/** RFC 6455 registry: try again later. */
const TOO_SLOW = 1013;

/** One client over its socket: answers its messages in their order, and never holds more for it than bounded. */
export interface Connection extends Outlet {
  close(code: number, reason: string): void;
  /** Sends a ping; false when the last one was not answered. */
  ping(): boolean;
}

export interface ConnectionOptions {
  readonly socket: WebSocket;
  readonly limits: ConnectionLimits;
  /** Answers a message; must not throw. */
  readonly onMessage: (text: string) => Promise<void>;
  readonly onEnd: () => void;
}

export function createConnection(options: ConnectionOptions): Connection {
  const { socket, limits, onMessage, onEnd } = options;
  let isOpen = true;
  let isAlive = true;
  let waiting = 0;
  let waitingBytes = 0;
  let turn: Promise<void> = Promise.resolve();
  let draining: Promise<boolean> | undefined;

  const end = (): void => {
    if (!isOpen) return;
    isOpen = false;
    onEnd();
  };

  const close: Connection['close'] = (code, reason) => {
    end();
    socket.close(code, reason);
    setTimeout(() => socket.terminate(), FAREWELL_MS).unref();
  };

  const drain = async (): Promise<boolean> => {
    let least = socket.bufferedAmount;
    let since = performance.now();
    while (isOpen && socket.bufferedAmount > limits.highWater) {
      await sleep(POLL_MS, undefined, { ref: false });
      if (socket.bufferedAmount < least) {
        least = socket.bufferedAmount;
        since = performance.now();
      } else if (performance.now() - since > limits.stallMs) {
        close(TOO_SLOW, 'nothing was read for too long');
      }
    }
    return isOpen;
  };

  const connection: Connection = {
    send(text) {
      if (!isOpen) return;
      if (socket.bufferedAmount > limits.maxBuffered)
        close(TOO_SLOW, `more than ${limits.maxBuffered} bytes were not read`);
      else socket.send(text);
    },
    async drained() {
      if (!isOpen || socket.bufferedAmount <= limits.highWater) return isOpen;
      draining ??= drain().finally(() => {
        draining = undefined;
      });
      return draining;
    },
    close,
    ping() {
      if (!isAlive) return false;
      isAlive = false;
      socket.ping();
      return true;
    },
  };

  const answer = async (message: Buffer): Promise<void> => {
    // Who does not read answers gets no more of them.
    if (await connection.drained()) await onMessage(message.toString('utf8'));
    waiting--;
    waitingBytes -= message.length;
    const isLow = waiting < MAX_WAITING / 2 && waitingBytes < MAX_WAITING_BYTES / 2;
    if (isLow && socket.isPaused) socket.resume();
  };

  socket.on('message', (data) => {
    const message = data as Buffer;
    isAlive = true;
    waiting++;
    waitingBytes += message.length;
    if (waiting >= MAX_WAITING || waitingBytes >= MAX_WAITING_BYTES) socket.pause();
    turn = turn.then(() => answer(message));
  });
  socket.on('pong', () => {
    isAlive = true;
  });
  socket.on('close', end);
  // What breaks the protocol is answered with a close frame by the socket itself.
  socket.on('error', end);
  return connection;
}
