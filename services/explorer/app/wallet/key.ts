import { CURVE_ORDER, publicKey, type Signature, sign } from '@stackctl/crypto';
import type { Felt } from '@stackctl/types';

/** The largest multiple of the curve's order below 2^256: digests above it are passed over, without bias. */
const LIMIT = 2n ** 256n - (2n ** 256n % CURVE_ORDER);

/** A Stark key that only signs: the number itself stays inside. */
export class StarkKey {
  readonly #secret: bigint;
  readonly publicKey: Felt;

  constructor(secret: bigint) {
    this.#secret = secret;
    this.publicKey = publicKey(secret);
  }

  sign(hash: Felt): Signature {
    return sign(this.#secret, hash);
  }
}

/**
 * The key of an Ethereum signature (65 bytes in hex): its r, ground by SHA-256 with a counter until the digest
 * is below the limit, modulo the order of the curve.
 */
export async function keyOfSignature(signature: string): Promise<StarkKey> {
  return new StarkKey(await grind(signature));
}

/** @throws RangeError for what is no signature */
export async function grind(signature: string): Promise<bigint> {
  const match = /^0x([0-9a-fA-F]{64})[0-9a-fA-F]{66}$/.exec(signature);
  const seed = match?.[1]?.match(/../g)?.map((pair) => Number.parseInt(pair, 16));
  if (seed === undefined) throw new RangeError('not an Ethereum signature of 65 bytes');
  for (let index = 0; index < 256; index++) {
    const input = Uint8Array.from([...seed, index]);
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', input));
    const number = digest.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
    if (number < LIMIT && number % CURVE_ORDER !== 0n) return number % CURVE_ORDER;
  }
  throw new RangeError('no key in 256 attempts');
}
