/** Lies of a faulty validator beyond being two at once: certificates that nobody signed. */
import { type Certificate, type Message, proposerAt } from '../src/index.ts';
import { proposalSignBytes } from '../src/sign-bytes.ts';
import type { ValidatorSet } from '../src/validators.ts';
import { simulatedCrypto } from './signatures.ts';

/** 2f+1 made-up signatures. */
export function forgedCertificate(
  validators: ValidatorSet,
  content: Pick<Certificate, 'kind' | 'height' | 'round' | 'valueId'>,
): Certificate {
  const signatures = validators.validators.map((_, validator) => ({
    validator,
    signature: new Uint8Array(64),
  }));
  return { ...content, signatures };
}

/** A proposal, in its proposer's turn, of a new value as if it had had a polka the round before. */
export function forgedReproposal(
  domain: Uint8Array,
  validators: ValidatorSet,
  content: { height: number; round: number; valueId: string },
): Message {
  const { height, round, valueId } = content;
  const validRound = round - 1;
  const validator = proposerAt(validators, height, round);
  const { sign } = simulatedCrypto(validator);
  return {
    type: 'proposal',
    height,
    round,
    valueId,
    validRound,
    validator,
    signature: sign(proposalSignBytes(domain, { height, round, validRound, valueId })),
    polka: forgedCertificate(validators, { kind: 'prevote', height, round: validRound, valueId }),
  };
}
