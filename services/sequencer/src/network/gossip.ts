import { hash } from 'node:crypto';
import { decodeStrictly, MalformedBytes, Writer } from '@stackctl/consensus';
import type { Gossip } from './gossip-port.ts';
import type { Log } from './log.ts';
import type { Transport } from './transport.ts';

/** How many payloads are remembered in order not to handle them twice. */
const REMEMBERED = 50_000;
const MAX_TOPIC_BYTES = 32;

type Handler = (payload: Uint8Array, from: string) => void;

/**
 * Gossip over the transport: `relay:u8 topicLength:u8 topic payload`. Where everyone is connected to
 * everyone, one hop reaches all. A sender that misses some peer asks the others to pass the payload
 * on (relay 1); who passes it on does not ask again.
 */
export class TransportGossip implements Gossip {
  readonly #transport: Transport;
  readonly #log: Log;
  readonly #handlers = new Map<string, Handler>();
  readonly #seen = new RecentSet(REMEMBERED);

  constructor(transport: Transport, log: Log) {
    this.#transport = transport;
    this.#log = log;
    transport.onMessage('gossip', (bytes, from) => this.#receive(bytes, from));
  }

  broadcast(topic: string, payload: Uint8Array): void {
    this.#seen.add(contentId(topic, payload));
    const everyone = this.#transport.peers().every(({ connected }) => connected);
    this.#transport.broadcast('gossip', encode(!everyone, topic, payload));
  }

  on(topic: string, handler: Handler): void {
    this.#handlers.set(topic, handler);
  }

  #receive(bytes: Uint8Array, from: string): void {
    const message = decode(bytes);
    const handler = message === undefined ? undefined : this.#handlers.get(message.topic);
    if (message === undefined || handler === undefined) return;
    const { topic, payload, relay } = message;
    if (!this.#seen.add(contentId(topic, payload))) return;
    if (relay) {
      const copy = encode(false, topic, payload);
      for (const { name, connected } of this.#transport.peers())
        if (connected && name !== from) this.#transport.send(name, 'gossip', copy);
    }
    try {
      handler(payload, from);
    } catch (error) {
      this.#log.warn('gossip handler failed', { topic, from, error });
    }
  }
}

function encode(relay: boolean, topic: string, payload: Uint8Array): Uint8Array {
  const name = new TextEncoder().encode(topic);
  if (name.length > MAX_TOPIC_BYTES) throw new RangeError(`topic ${topic} is too long`);
  const writer = new Writer(payload.length + name.length + 2);
  return writer
    .u8(relay ? 1 : 0)
    .u8(name.length)
    .raw(name)
    .raw(payload)
    .finish();
}

function decode(
  bytes: Uint8Array,
): { relay: boolean; topic: string; payload: Uint8Array } | undefined {
  return decodeStrictly(bytes, (reader) => {
    const relay = reader.u8();
    const length = reader.u8();
    if (relay > 1 || length > MAX_TOPIC_BYTES) throw new MalformedBytes('gossip');
    const topic = new TextDecoder().decode(reader.raw(length));
    return { relay: relay === 1, topic, payload: reader.rest() };
  });
}

function contentId(topic: string, payload: Uint8Array): string {
  return `${topic} ${hash('sha256', payload, 'base64')}`;
}

/** A set that forgets its oldest members beyond a size. */
class RecentSet {
  readonly #limit: number;
  readonly #members = new Set<string>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Whether it was new. */
  add(member: string): boolean {
    if (this.#members.has(member)) return false;
    this.#members.add(member);
    if (this.#members.size > this.#limit)
      for (const oldest of this.#members) {
        this.#members.delete(oldest);
        break;
      }
    return true;
  }
}
