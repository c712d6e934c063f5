import type { CryptoPort } from '../src/index.ts';

/**
 * Stand-ins for ed25519 that cost nothing: a key is 32 times its number, a signature is a hash of key
 * and message. Nobody in the simulator computes another's signature, so they cannot be forged there.
 */
export function simulatedKey(validator: number): Uint8Array {
  return new Uint8Array(32).fill(validator + 1);
}

export function simulatedCrypto(validator: number): CryptoPort {
  const key = simulatedKey(validator);
  return { sign: (bytes) => signature(key, bytes), verify: verifySimulated };
}

export function verifySimulated(
  publicKey: Uint8Array,
  bytes: Uint8Array,
  claimed: Uint8Array,
): boolean {
  if (claimed.length !== 64 || claimed[4] !== publicKey[0]) return false;
  const view = new DataView(claimed.buffer, claimed.byteOffset);
  return view.getInt32(0) === digest(publicKey, bytes);
}

function signature(key: Uint8Array, bytes: Uint8Array): Uint8Array {
  const result = new Uint8Array(64);
  new DataView(result.buffer).setInt32(0, digest(key, bytes));
  result[4] = key[0] as number;
  return result;
}

/** FNV-1a over the message, then the key's first byte. */
function digest(key: Uint8Array, bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < bytes.length; i++) hash = Math.imul(hash ^ (bytes[i] as number), 0x01000193);
  return Math.imul(hash ^ (key[0] as number), 0x01000193);
}
