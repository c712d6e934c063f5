import { hkdfSync } from 'node:crypto';
import { CURVE_ORDER, publicKey, type Signature, sign } from '@stackctl/crypto';
import type { Felt } from '@stackctl/types';

/** Signs block hashes for clients of the feeder gateway. */
export interface BlockSigner {
  /** x coordinate on the Stark curve. */
  readonly publicKey: Felt;
  sign(blockHash: Felt): Signature;
}

/** Keeps this key apart from whatever else may be derived of a validator's seed. */
const INFO = 'stackctl/feeder-gateway/block-signature/v1';
/** 128 bits more than the curve's order has: what reducing them by it prefers is negligible. */
const KEY_BYTES = 48;

/**
 * The feeder gateway wants one ECDSA signature on the Stark curve; validators vote with ed25519. So each
 * has a Stark key for this purpose alone, derived from its seed (HKDF-SHA-256, RFC 5869): nobody without
 * the seed can sign, nothing more has to be kept, and the same node always gives the same signature.
 *
 * @param seed the validator's ed25519 seed: 32 bytes as hex without 0x.
 */
export function createBlockSigner(seed: string): BlockSigner {
  const okm = hkdfSync('sha256', Buffer.from(seed, 'hex'), new Uint8Array(), INFO, KEY_BYTES);
  const privateKey = (BigInt(`0x${Buffer.from(okm).toString('hex')}`) % (CURVE_ORDER - 1n)) + 1n;
  return { publicKey: publicKey(privateKey), sign: (blockHash) => sign(privateKey, blockHash) };
}
