import { keccak256, publicKey } from '@stackctl/crypto';
import type { Felt } from '@stackctl/types';

/** Order of the Stark curve's group: private keys are in [1, ORDER). */
const ORDER = 0x800000000000010ffffffffffffffffb781126dcae7b2321e66a241adc64d2fn;
/** The largest multiple of ORDER that 256 bits hold: reducing below it is without bias. */
const UNBIASED = 2n ** 256n - (2n ** 256n % ORDER);

export interface KeyPair {
  readonly privateKey: Felt;
  /** x coordinate of the public point. */
  readonly publicKey: Felt;
}

/**
 * The key pair at `path`, the same on every machine: Keccak-256 of the path's text and a counter,
 * the counter raised until the digest is below the largest multiple of the group's order, then
 * reduced modulo the order. For development chains only: whoever knows the path knows the key.
 */
export function deriveKeyPair(path: string): KeyPair {
  const encoder = new TextEncoder();
  for (let attempt = 0; ; attempt += 1) {
    const digest = keccak256(encoder.encode(`${path}/${attempt}`));
    const number = BigInt(`0x${Buffer.from(digest).toString('hex')}`);
    const privateKey = number % ORDER;
    if (number < UNBIASED && privateKey !== 0n) {
      return { privateKey, publicKey: publicKey(privateKey) };
    }
  }
}
