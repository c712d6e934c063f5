import { voteSignBytes } from './sign-bytes.ts';
import type { Certificate, CryptoPort } from './types.ts';
import type { ValidatorSet } from './validators.ts';

/** What a certificate is checked against. */
export interface VerifyContext {
  /** 32 bytes that name the network; see `sign-bytes.ts`. */
  readonly domain: Uint8Array;
  readonly validators: ValidatorSet;
  readonly verify: CryptoPort['verify'];
}

/**
 * Whether distinct validators with more than two thirds of the power signed the certificate's vote.
 * One bad signature spoils it, so that a certificate is either wholly genuine or refused. What it
 * certifies (kind, height, value) is for the caller to compare.
 */
export function verifyCertificate(context: VerifyContext, certificate: Certificate): boolean {
  const { validators, verify } = context;
  const bytes = voteSignBytes(context.domain, certificate);
  let power = 0;
  let previous = -1;
  for (const { validator: index } of certificate.signatures) {
    const validator = validators.validators[index];
    if (validator === undefined || index <= previous) return false;
    previous = index;
    power += validator.power;
  }
  if (power < validators.quorum) return false;
  return certificate.signatures.every(({ validator: index, signature }) => {
    const validator = validators.validators[index];
    return validator !== undefined && verify(validator.publicKey, bytes, signature);
  });
}
