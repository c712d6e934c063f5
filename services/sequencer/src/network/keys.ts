import {
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  sign as signBytes,
  verify as verifyBytes,
} from 'node:crypto';
import { StackError } from '@stackctl/types';

/** DER around raw ed25519 keys (RFC 8410). */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

/** A validator's ed25519 key. */
export interface SigningKey {
  /** Raw, 32 bytes. */
  readonly publicKey: Uint8Array;
  sign(bytes: Uint8Array): Uint8Array;
}

/**
 * @param seed 32 bytes as hex, with or without 0x.
 * @throws StackError CONFIG_INVALID
 */
export function signingKey(seed: string): SigningKey {
  const key = createPrivateKey({
    key: Buffer.concat([PKCS8_PREFIX, rawKey(seed, 'privateKey')]),
    format: 'der',
    type: 'pkcs8',
  });
  const spki = createPublicKey(key).export({ format: 'der', type: 'spki' });
  return {
    publicKey: new Uint8Array(spki.subarray(SPKI_PREFIX.length)),
    sign: (bytes) => signBytes(null, bytes, key),
  };
}

/** @throws StackError CONFIG_INVALID */
export function rawPublicKey(hex: string): Uint8Array {
  return new Uint8Array(rawKey(hex, 'publicKey'));
}

function rawKey(hex: string, key: string): Buffer {
  const digits = hex.replace(/^0x/, '');
  if (!/^[0-9a-fA-F]{64}$/.test(digits))
    throw new StackError('CONFIG_INVALID', {
      file: 'validator key',
      key,
      expected: '32 bytes as hex',
      got: key === 'privateKey' ? 'something else' : hex,
    });
  return Buffer.from(digits, 'hex');
}

/** ed25519 verification with the parsed keys kept: parsing costs as much as half a verification. */
export function createVerifier(): (
  publicKey: Uint8Array,
  bytes: Uint8Array,
  signature: Uint8Array,
) => boolean {
  const parsed = new Map<string, KeyObject>();
  return (publicKey, bytes, signature) => {
    const name = Buffer.from(publicKey).toString('latin1');
    let key = parsed.get(name);
    if (key === undefined) {
      const der = Buffer.concat([SPKI_PREFIX, publicKey]);
      key = createPublicKey({ key: der, format: 'der', type: 'spki' });
      parsed.set(name, key);
    }
    return verifyBytes(null, bytes, key, signature);
  };
}
