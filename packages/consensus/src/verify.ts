import { type VerifyContext, verifyCertificate } from './certificate.ts';
import { signBytes } from './sign-bytes.ts';
import type { Message, Proposal } from './types.ts';
import { proposerAt } from './validators.ts';

/**
 * Whether `message` was made by the validator that it names and could have been made by an honest
 * one as far as it shows: a proposal comes from its round's proposer, and one of an older value
 * proves the polka that it speaks of.
 */
export function verifyMessage(context: VerifyContext, message: Message): boolean {
  const validator = context.validators.validators[message.validator];
  if (validator === undefined) return false;
  if (message.type === 'proposal' && !isWellFounded(context, message)) return false;
  const bytes = signBytes(context.domain, message);
  if (!context.verify(validator.publicKey, bytes, message.signature)) return false;
  return (
    message.type === 'vote' ||
    message.polka === undefined ||
    verifyCertificate(context, message.polka)
  );
}

function isWellFounded(context: VerifyContext, proposal: Proposal): boolean {
  const { height, round, validRound, valueId, validator, polka } = proposal;
  if (validator !== proposerAt(context.validators, height, round)) return false;
  if (validRound < 0) return validRound === -1 && polka === undefined;
  return (
    validRound < round &&
    polka !== undefined &&
    polka.kind === 'prevote' &&
    polka.height === height &&
    polka.round === validRound &&
    polka.valueId === valueId
  );
}
