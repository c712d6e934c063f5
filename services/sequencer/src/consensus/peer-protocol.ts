import { decodeCertificate, type Message, type ValueId } from '@stackctl/consensus';
import type { Log } from '../network/log.ts';
import type { Transport } from '../network/transport.ts';
import type { Application } from './application.ts';
import { type CatchUp, serveBlocks } from './catch-up.ts';
import { piecesOf, type ValueStore } from './value-store.ts';
import { decodeWire, encodeWire, type WireMessage } from './wire.ts';

/** Nodes tell each other their height this often, in case a message about it was lost. */
const STATUS_MS = 2000;
/** A peer gets the pieces of one value at most once in this time. */
const RESEND_VALUE_MS = 200;

export interface PeerProtocolOptions {
  readonly transport: Transport;
  readonly values: ValueStore;
  readonly catchUp: CatchUp;
  readonly application: Application;
  readonly log: Log;
  readonly onMessage: (message: Message) => void;
  /** A value has come, whole. */
  readonly onValue: (valueId: ValueId) => void;
}

/** Speaks with the other hosts: takes their messages apart, answers their requests. */
export class PeerProtocol {
  readonly #options: PeerProtocolOptions;
  readonly #serving = new Set<string>();
  /** When a peer was last sent a value, by both names. */
  readonly #answered = new Map<string, number>();
  #statusTimer: NodeJS.Timeout | undefined;

  constructor(options: PeerProtocolOptions) {
    this.#options = options;
    options.transport.onMessage('consensus', (payload, peer) => this.#receive(payload, peer));
  }

  start(): void {
    this.#statusTimer = setInterval(() => {
      this.broadcast({ type: 'status', height: this.#options.application.height() });
      this.#answered.clear();
    }, STATUS_MS);
  }

  stop(): void {
    clearInterval(this.#statusTimer);
  }

  /** False when it was dropped. */
  send(peer: string, message: WireMessage): boolean {
    return this.#options.transport.send(peer, 'consensus', encodeWire(message));
  }

  broadcast(message: WireMessage): void {
    this.#options.transport.broadcast('consensus', encodeWire(message));
  }

  broadcastValue(valueId: ValueId, value: Uint8Array): void {
    for (const piece of piecesOf(valueId, value)) this.broadcast(piece);
  }

  #receive(payload: Uint8Array, peer: string): void {
    const message = decodeWire(payload);
    if (message === undefined) {
      this.#options.log.debug('malformed message', { peer, bytes: payload.length });
      return;
    }
    const { catchUp, values } = this.#options;
    switch (message.type) {
      case 'core':
        this.#options.onMessage(message.message);
        return;
      case 'piece': {
        const value = values.accept(peer, message);
        if (value === undefined) return;
        this.#options.onValue(message.valueId);
        catchUp.onValue(peer, message.valueId, value);
        return;
      }
      case 'want':
        this.#giveValue(peer, message.valueId);
        return;
      case 'status':
        catchUp.learn(peer, message.height);
        return;
      case 'pull':
        void this.#serve(peer, message);
        return;
      case 'decided': {
        const { valueId } = message.certificate;
        catchUp.onDecided(peer, message.certificate);
        const value = values.get(valueId);
        if (value !== undefined) catchUp.onValue(peer, valueId, value);
        return;
      }
      case 'served':
        catchUp.onServed(peer);
        return;
    }
  }

  #giveValue(peer: string, valueId: ValueId): void {
    const value = this.#options.values.get(valueId);
    const slot = `${peer} ${valueId}`;
    const now = performance.now();
    if (
      value === undefined ||
      now - (this.#answered.get(slot) ?? Number.NEGATIVE_INFINITY) < RESEND_VALUE_MS
    )
      return;
    this.#answered.set(slot, now);
    this.#sendPieces(peer, valueId, value);
  }

  #sendPieces(peer: string, valueId: ValueId, value: Uint8Array): boolean {
    for (const piece of piecesOf(valueId, value)) if (!this.send(peer, piece)) return false;
    return true;
  }

  /** One answer to a peer at a time; who asks again meanwhile is not heard. */
  async #serve(peer: string, request: { from: number; count: number }): Promise<void> {
    if (this.#serving.has(peer)) return;
    this.#serving.add(peer);
    const { application, log } = this.#options;
    try {
      const next = await serveBlocks(
        request,
        (height) => application.decidedAt(height),
        (record) => {
          const certificate = decodeCertificate(record.certificate);
          return (
            certificate !== undefined &&
            this.send(peer, { type: 'decided', certificate }) &&
            this.#sendPieces(peer, certificate.valueId, record.value)
          );
        },
      );
      this.send(peer, { type: 'served', next });
    } catch (error) {
      log.warn('serving blocks failed', { peer, from: request.from, error });
    } finally {
      this.#serving.delete(peer);
    }
  }
}
