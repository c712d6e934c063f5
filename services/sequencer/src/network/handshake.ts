/**
 * Mutual authentication of two validators, a signed Diffie-Hellman exchange (SIGMA):
 *
 *   dialer                                           acceptor
 *     hello = magic version network ephemeral name ->
 *                                                 <- hello, sealed(signature)
 *     sealed(signature) ->
 *
 * `network` names chain and genesis: nodes of another run are turned away at once. The ephemeral
 * X25519 keys are the challenges: fresh each time and signed, with both names, by the validators'
 * ed25519 keys. Session keys come from them alone, so that recorded traffic stays closed and a
 * signature opens no other connection. Each signature names its role, so that none can be turned back.
 */
import {
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hash,
  hkdfSync,
  type KeyObject,
} from 'node:crypto';
import { decodeStrictly, MalformedBytes, Writer } from '@stackctl/consensus';

const MAGIC = 0x53544b50; // "STKP"
const VERSION = 1;
const X25519_SPKI_PREFIX = Buffer.from('302a300506032b656e032100', 'hex');
const AUTH_CONTEXT = Buffer.from('stackctl p2p authentication v1');
const KEY_CONTEXT = 'stackctl p2p keys v1';
const MAX_NAME_BYTES = 64;

/** Longest body of a handshake frame. */
export const MAX_HANDSHAKE_BYTES = 256;

export type Role = 'dialer' | 'acceptor';

export interface Hello {
  readonly network: Uint8Array;
  readonly ephemeral: Uint8Array;
  readonly name: string;
}

export interface Ephemeral {
  readonly publicKey: Uint8Array;
  readonly privateKey: KeyObject;
}

export function createEphemeral(): Ephemeral {
  const { publicKey, privateKey } = generateKeyPairSync('x25519');
  const spki = publicKey.export({ format: 'der', type: 'spki' });
  return { publicKey: spki.subarray(X25519_SPKI_PREFIX.length), privateKey };
}

export function encodeHello({ network, ephemeral, name }: Hello): Uint8Array {
  const text = new TextEncoder().encode(name);
  const writer = new Writer().u32(MAGIC).u8(VERSION).raw(network).raw(ephemeral);
  return writer.u8(text.length).raw(text).finish();
}

export function decodeHello(bytes: Uint8Array): Hello | undefined {
  return decodeStrictly(bytes, (reader) => {
    if (reader.u32() !== MAGIC || reader.u8() !== VERSION)
      throw new MalformedBytes('not this protocol');
    const network = reader.copy(32);
    const ephemeral = reader.copy(32);
    const length = reader.u8();
    if (length === 0 || length > MAX_NAME_BYTES) throw new MalformedBytes('name');
    return { network, ephemeral, name: new TextDecoder().decode(reader.raw(length)) };
  });
}

/** What both sides have seen, in the dialer's order. */
export function transcriptOf(dialerHello: Uint8Array, acceptorHello: Uint8Array): Uint8Array {
  const writer = new Writer().u16(dialerHello.length).raw(dialerHello);
  return hash('sha256', writer.raw(acceptorHello).finish(), 'buffer');
}

export interface SessionKeys {
  readonly fromDialer: Uint8Array;
  readonly fromAcceptor: Uint8Array;
}

/** Undefined when the other's ephemeral key is not a point of the right order. */
export function sessionKeys(
  own: Ephemeral,
  theirs: Uint8Array,
  transcript: Uint8Array,
): SessionKeys | undefined {
  let secret: Buffer;
  try {
    const spki = Buffer.concat([X25519_SPKI_PREFIX, theirs]);
    const publicKey = createPublicKey({ key: spki, format: 'der', type: 'spki' });
    secret = diffieHellman({ privateKey: own.privateKey, publicKey });
  } catch {
    return undefined;
  }
  const keys = new Uint8Array(hkdfSync('sha256', secret, transcript, KEY_CONTEXT, 64));
  return { fromDialer: keys.subarray(0, 32), fromAcceptor: keys.subarray(32) };
}

/** What a validator signs to show that it takes part in this very exchange. */
export function authenticationBytes(role: Role, transcript: Uint8Array): Uint8Array {
  return Buffer.concat([AUTH_CONTEXT, Uint8Array.of(role === 'dialer' ? 1 : 2), transcript]);
}
