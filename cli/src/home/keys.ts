import { createHash } from 'node:crypto';

/**
 * The L2 address of a validator, where fees go: the first 250 bits of a digest of its public key, so
 * that it is below the field's prime and no preimage of a contract address is known.
 */
export function validatorAddress(publicKey: string): string {
  const digest = createHash('sha256').update(`stackctl validator ${publicKey}`).digest('hex');
  return `0x${(BigInt(`0x${digest}`) >> 6n).toString(16)}`;
}
