import { WebSocket } from 'ws';
import { checkNotification, checkResponse } from './starknet-js.ts';

interface Answer {
  readonly result?: unknown;
  readonly error?: { readonly code: number };
}

/** A WebSocket without a library above it; every message is held against the specification. */
export interface RawSocket {
  readonly socket: WebSocket;
  /** Notifications so far. */
  readonly messages: readonly unknown[];
  /** Close code, when it is closed. */
  readonly closed: Promise<number>;
  call(method: string, params: unknown): Promise<Answer>;
  /** Sends a value and gives the next message that is no notification. */
  exchange(value: unknown): Promise<unknown>;
  exchangeText(text: string): Promise<unknown>;
  until(reached: (messages: readonly unknown[]) => boolean): Promise<void>;
  close(): void;
}

/** Opens one; fails with the status when the server refuses. */
export async function openSocket(url: string): Promise<RawSocket> {
  const socket = new WebSocket(url);
  const messages: unknown[] = [];
  const calls = new Map<number, { method: string; resolve: (answer: Answer) => void }>();
  const exchanges: Array<(answer: unknown) => void> = [];
  const watchers = new Set<() => void>();
  let ids = 0;
  const closed = new Promise<number>((resolve) => socket.once('close', resolve));
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  socket.on('error', () => {});
  socket.on('message', (data) => {
    const message = JSON.parse((data as Buffer).toString()) as { id?: number; method?: string };
    if (message.method !== undefined) {
      checkNotification(message);
      messages.push(message);
      for (const watcher of watchers) watcher();
      return;
    }
    const call = typeof message.id === 'number' ? calls.get(message.id) : undefined;
    if (call === undefined) {
      exchanges.shift()?.(message);
      return;
    }
    checkResponse({ method: call.method }, message);
    const { result, error } = message as Answer;
    call.resolve(error === undefined ? { result } : { error });
  });

  const exchangeText = (text: string) =>
    new Promise<unknown>((resolve) => {
      exchanges.push(resolve);
      socket.send(text);
    });
  return {
    socket,
    messages,
    closed,
    call: (method, params) =>
      new Promise((resolve) => {
        const id = 1_000_000 + ++ids;
        calls.set(id, { method, resolve });
        socket.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
      }),
    exchange: (value) => exchangeText(JSON.stringify(value)),
    exchangeText,
    until: (reached) =>
      new Promise((resolve) => {
        const look = () => {
          if (!reached(messages)) return;
          watchers.delete(look);
          resolve();
        };
        watchers.add(look);
        look();
      }),
    close: () => socket.close(),
  };
}
