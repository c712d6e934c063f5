import type { Socket } from 'node:net';
import { FrameReader, frameHeader } from './frames.ts';
import {
  authenticationBytes,
  createEphemeral,
  decodeHello,
  encodeHello,
  type Hello,
  MAX_HANDSHAKE_BYTES,
  type Role,
  sessionKeys,
  transcriptOf,
} from './handshake.ts';
import type { SigningKey } from './keys.ts';
import { RateLimit } from './rate-limit.ts';
import { Opener, SEAL_OVERHEAD, Sealer } from './secure-channel.ts';

/** Who this node is and whom it talks to. */
export interface Identity {
  readonly name: string;
  readonly key: SigningKey;
  /** 32 bytes that name chain and genesis. */
  readonly network: Uint8Array;
  /** Public key of each validator by name; nobody else is let in. */
  readonly known: ReadonlyMap<string, Uint8Array>;
  readonly verify: (publicKey: Uint8Array, bytes: Uint8Array, signature: Uint8Array) => boolean;
}

export interface ConnectionLimits {
  readonly handshakeMs: number;
  /** A ping goes out after this much silence of ours ... */
  readonly pingMs: number;
  /** ... and the connection ends after this much of theirs. */
  readonly silenceMs: number;
  /** Longest message, its channel byte included. */
  readonly maxMessageBytes: number;
  /** Reading pauses above this rate, which pushes back on the sender. */
  readonly bytesPerSecond: number;
  readonly burstBytes: number;
}

export interface ConnectionEvents {
  /** The other side has proven to be `peer`. */
  onOpen(connection: Connection): void;
  onMessage(connection: Connection, channel: number, payload: Uint8Array): void;
  /** Once, whatever the reason. */
  onClose(connection: Connection, reason: string): void;
}

/** Channel number of pings, which end here. */
const PING = 0;
/** What handling a frame costs beyond its bytes, in bytes: small frames must not come for free. */
const FRAME_COST = 256;

/** One socket: handshake, then sealed messages. Any irregularity closes it. */
export class Connection {
  readonly role: Role;
  /** Name of the other side; undefined until it is proven. */
  peer: string | undefined;
  readonly #socket: Socket;
  readonly #identity: Identity;
  readonly #limits: ConnectionLimits;
  readonly #events: ConnectionEvents;
  readonly #reader = new FrameReader(MAX_HANDSHAKE_BYTES);
  readonly #rate: RateLimit;
  readonly #ephemeral = createEphemeral();
  readonly #ownHello: Uint8Array;
  #theirHello: Hello | undefined;
  #transcript: Uint8Array | undefined;
  #sealer: Sealer | undefined;
  #opener: Opener | undefined;
  #closed = false;
  #corked = false;
  #lastSent = performance.now();
  #lastReceived = performance.now();
  readonly #handshakeTimer: NodeJS.Timeout;
  #pingTimer: NodeJS.Timeout | undefined;
  #resumeTimer: NodeJS.Timeout | undefined;

  constructor(
    socket: Socket,
    role: Role,
    identity: Identity,
    limits: ConnectionLimits,
    events: ConnectionEvents,
  ) {
    this.role = role;
    this.#socket = socket;
    this.#identity = identity;
    this.#limits = limits;
    this.#events = events;
    this.#rate = new RateLimit(limits.bytesPerSecond, limits.burstBytes, performance.now());
    this.#ownHello = encodeHello({
      network: identity.network,
      ephemeral: this.#ephemeral.publicKey,
      name: identity.name,
    });
    this.#handshakeTimer = setTimeout(() => this.close('handshake timeout'), limits.handshakeMs);
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.#onData(chunk));
    socket.on('error', (error) => this.close(error.message));
    socket.on('close', () => this.close('closed by the peer'));
    if (role === 'dialer') this.#writeFrame([this.#ownHello]);
  }

  /** Bytes that wait for the other side to take them. */
  get queued(): number {
    return this.#socket.writableLength;
  }

  /** Only on an open connection. */
  send(channel: number, payload: Uint8Array): void {
    if (this.#closed || this.#sealer === undefined) return;
    this.#writeFrame(this.#sealer.seal(Uint8Array.of(channel), payload));
  }

  close(reason: string): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#handshakeTimer);
    clearTimeout(this.#resumeTimer);
    clearInterval(this.#pingTimer);
    this.#socket.destroy();
    this.#events.onClose(this, reason);
  }

  #writeFrame(parts: readonly Uint8Array[]): void {
    this.#lastSent = performance.now();
    // All that one turn of the event loop says goes out in one piece.
    if (!this.#corked) {
      this.#corked = true;
      this.#socket.cork();
      process.nextTick(() => {
        this.#corked = false;
        this.#socket.uncork();
      });
    }
    let length = 0;
    for (const part of parts) length += part.length;
    this.#socket.write(frameHeader(length));
    for (const part of parts) if (part.length > 0) this.#socket.write(part);
  }

  #onData(chunk: Buffer): void {
    if (this.#closed) return;
    const now = performance.now();
    this.#lastReceived = now;
    let frames = 0;
    const sound = this.#reader.push(chunk, (body) => {
      frames++;
      if (!this.#closed) this.#onFrame(body);
    });
    if (!sound) {
      this.close('frame of a bad length');
      return;
    }
    const wait = this.#rate.spend(chunk.length + frames * FRAME_COST, now);
    if (wait > 0 && !this.#closed) {
      this.#socket.pause();
      this.#resumeTimer = setTimeout(() => this.#socket.resume(), wait);
    }
  }

  #onFrame(body: Buffer): void {
    if (this.#opener === undefined) {
      this.#onHello(body);
      return;
    }
    const plain = this.#opener.open(body);
    if (plain === undefined) this.close('frame that does not open');
    else if (this.peer === undefined) this.#onSignature(plain);
    else if (plain.length === 0) this.close('frame without a channel');
    else if (plain[0] !== PING) this.#events.onMessage(this, plain[0] as number, plain.subarray(1));
  }

  #onHello(body: Buffer): void {
    const hello = decodeHello(body);
    if (hello === undefined) {
      this.close('not a hello');
      return;
    }
    if (!Buffer.from(hello.network).equals(this.#identity.network)) {
      this.close(`${hello.name} belongs to another network`);
      return;
    }
    if (hello.name === this.#identity.name || !this.#identity.known.has(hello.name)) {
      this.close(`${hello.name} is not another validator`);
      return;
    }
    const isDialer = this.role === 'dialer';
    const transcript = isDialer
      ? transcriptOf(this.#ownHello, body)
      : transcriptOf(body, this.#ownHello);
    const keys = sessionKeys(this.#ephemeral, hello.ephemeral, transcript);
    if (keys === undefined) {
      this.close('bad ephemeral key');
      return;
    }
    this.#theirHello = hello;
    this.#transcript = transcript;
    this.#sealer = new Sealer(isDialer ? keys.fromDialer : keys.fromAcceptor);
    this.#opener = new Opener(isDialer ? keys.fromAcceptor : keys.fromDialer);
    if (isDialer) return;
    this.#writeFrame([this.#ownHello]);
    this.#writeSignature(transcript, this.#sealer);
  }

  #writeSignature(transcript: Uint8Array, sealer: Sealer): void {
    const signature = this.#identity.key.sign(authenticationBytes(this.role, transcript));
    this.#writeFrame(sealer.seal(signature));
  }

  #onSignature(signature: Buffer): void {
    const { known, verify } = this.#identity;
    const name = this.#theirHello?.name ?? '';
    const publicKey = known.get(name);
    const transcript = this.#transcript;
    const theirs: Role = this.role === 'dialer' ? 'acceptor' : 'dialer';
    if (
      publicKey === undefined ||
      transcript === undefined ||
      this.#sealer === undefined ||
      !verify(publicKey, authenticationBytes(theirs, transcript), signature)
    ) {
      this.close(`${name} did not prove itself`);
      return;
    }
    if (this.role === 'dialer') this.#writeSignature(transcript, this.#sealer);
    clearTimeout(this.#handshakeTimer);
    this.#reader.limit = this.#limits.maxMessageBytes + SEAL_OVERHEAD;
    this.peer = name;
    this.#pingTimer = setInterval(() => this.#onPingTimer(), this.#limits.pingMs);
    this.#events.onOpen(this);
  }

  #onPingTimer(): void {
    const now = performance.now();
    if (now - this.#lastReceived > this.#limits.silenceMs) this.close('silent for too long');
    else if (now - this.#lastSent >= this.#limits.pingMs) this.send(PING, new Uint8Array(0));
  }
}
