import { connect, type Socket } from 'node:net';
import type { PeerAddress } from './transport.ts';

export interface DialTimes {
  readonly firstDelayMs: number;
  readonly retryMs: number;
  readonly maxRetryMs: number;
}

/**
 * Keeps trying to reach one address while there is no connection: at once, then after growing pauses
 * with some chance in them, so that nodes that failed together do not come back together.
 */
export class Dialer {
  readonly #address: PeerAddress;
  readonly #times: DialTimes;
  readonly #onSocket: (socket: Socket) => void;
  #pause: number;
  #timer: NodeJS.Timeout | undefined;
  #pending: Socket | undefined;
  #stopped = true;

  constructor(address: PeerAddress, times: DialTimes, onSocket: (socket: Socket) => void) {
    this.#address = address;
    this.#times = times;
    this.#onSocket = onSocket;
    this.#pause = times.retryMs;
  }

  /** There is no connection: begin. */
  begin(): void {
    if (!this.#stopped) return;
    this.#stopped = false;
    this.#pause = this.#times.retryMs;
    this.#timer = setTimeout(() => this.#dial(), this.#times.firstDelayMs);
  }

  /** There is a connection, or there shall be none. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#pending?.destroy();
    this.#pending = undefined;
  }

  /** A connection from an earlier call of `onSocket` failed before it was good for anything. */
  retry(): void {
    if (this.#stopped) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#dial(), this.#pause * (0.5 + Math.random()));
    this.#pause = Math.min(2 * this.#pause, this.#times.maxRetryMs);
  }

  #dial(): void {
    const { host, port } = this.#address;
    const socket = connect({ host, port });
    this.#pending = socket;
    const failed = (): void => {
      if (this.#pending === socket) this.#pending = undefined;
      socket.destroy();
      this.retry();
    };
    socket.once('error', failed);
    socket.once('connect', () => {
      socket.off('error', failed);
      if (this.#pending === socket) this.#pending = undefined;
      this.#onSocket(socket);
    });
  }
}
