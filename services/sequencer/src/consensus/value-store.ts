import type { ValueId } from '@stackctl/consensus';
import { valueIdOf } from './value-id.ts';
import type { WireMessage } from './wire.ts';

type Piece = Extract<WireMessage, { type: 'piece' }>;

/** Small against the transport's message limit, large against the cost of a message. */
const PIECE_BYTES = 256 << 10;

/** A value under way from one peer. */
interface Incoming {
  readonly valueId: ValueId;
  readonly bytes: Uint8Array;
  received: number;
}

/**
 * Values by id: those of the present height, and of each peer the one that it sent last (the proposal
 * for the next height often comes while this node still commits). Memory is bounded by two values a
 * peer beside what the host itself has put here.
 */
export class ValueStore {
  readonly #maxBytes: number;
  readonly #present = new Map<ValueId, Uint8Array>();
  readonly #incoming = new Map<string, Incoming>();
  readonly #latest = new Map<string, { readonly valueId: ValueId; readonly bytes: Uint8Array }>();

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get(valueId: ValueId): Uint8Array | undefined {
    const present = this.#present.get(valueId);
    if (present !== undefined) return present;
    for (const latest of this.#latest.values()) if (latest.valueId === valueId) return latest.bytes;
    return undefined;
  }

  /** Keeps a value for as long as the present height lasts. */
  put(valueId: ValueId, bytes: Uint8Array): void {
    this.#present.set(valueId, bytes);
  }

  /** Whether some peer is in the middle of sending the value. */
  isIncoming(valueId: ValueId): boolean {
    return [...this.#incoming.values()].some((incoming) => incoming.valueId === valueId);
  }

  /** Takes a piece; gives the value when it is complete and is what its id says. */
  accept(peer: string, piece: Piece): Uint8Array | undefined {
    const { valueId, total, offset, bytes } = piece;
    if (total > this.#maxBytes || offset + bytes.length > total) return undefined;
    if (this.get(valueId) !== undefined) return undefined;
    let incoming = this.#incoming.get(peer);
    if (offset === 0) {
      incoming = { valueId, bytes: new Uint8Array(total), received: 0 };
      this.#incoming.set(peer, incoming);
    }
    const fits =
      incoming?.valueId === valueId &&
      incoming.bytes.length === total &&
      incoming.received === offset;
    if (incoming === undefined || !fits) return undefined;
    incoming.bytes.set(bytes, offset);
    incoming.received += bytes.length;
    if (incoming.received < total) return undefined;
    this.#incoming.delete(peer);
    if (valueIdOf(incoming.bytes) !== valueId) return undefined;
    this.#latest.set(peer, { valueId, bytes: incoming.bytes });
    return incoming.bytes;
  }

  /** A height is committed: its values are the application's business now. */
  clear(): void {
    for (const [peer, { valueId }] of this.#latest)
      if (this.#present.has(valueId)) this.#latest.delete(peer);
    this.#present.clear();
  }

  forget(peer: string): void {
    this.#incoming.delete(peer);
    this.#latest.delete(peer);
  }
}

/** Cuts a value into messages. An empty value is one empty piece. */
export function* piecesOf(valueId: ValueId, value: Uint8Array): Generator<Piece> {
  for (let offset = 0; offset === 0 || offset < value.length; offset += PIECE_BYTES) {
    const bytes = value.subarray(offset, offset + PIECE_BYTES);
    yield { type: 'piece', valueId, total: value.length, offset, bytes };
  }
}
