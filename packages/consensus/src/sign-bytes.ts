/**
 * What validators sign. Everything that tells one message from another is in it, behind a domain
 * that names the network (the host derives it from chain id and genesis), so that a signature is
 * good for one purpose in one network only.
 *
 *   vote     = domain:32 kind:u8 height:u64 round:u32 choice          (kind 1 prevote, 2 precommit)
 *   proposal = domain:32 3 height:u64 round:u32 validRound+1:u32 valueId:32
 */
import { Writer } from './bytes.ts';
import { kindCode, writeChoice } from './codec.ts';
import type { Message, Proposal, Vote } from './types.ts';

const PROPOSAL_TAG = 3;
/** Lengths as above, of a vote without its value: writers that fit exactly copy nothing. */
const VOTE_BYTES = 46;
const PROPOSAL_BYTES = 81;

export type Unsigned<M> = M extends Message ? Omit<M, 'signature' | 'validator'> : never;

export function voteSignBytes(
  domain: Uint8Array,
  vote: Pick<Vote, 'kind' | 'height' | 'round' | 'valueId'>,
): Uint8Array {
  const writer = new Writer(VOTE_BYTES + (vote.valueId === null ? 0 : 32))
    .raw(domain)
    .u8(kindCode(vote.kind));
  writer.u64(vote.height).u32(vote.round);
  writeChoice(writer, vote.valueId);
  return writer.finish();
}

export function proposalSignBytes(
  domain: Uint8Array,
  proposal: Pick<Proposal, 'height' | 'round' | 'validRound' | 'valueId'>,
): Uint8Array {
  const writer = new Writer(PROPOSAL_BYTES).raw(domain).u8(PROPOSAL_TAG);
  writer
    .u64(proposal.height)
    .u32(proposal.round)
    .u32(proposal.validRound + 1);
  return writer.hex(proposal.valueId).finish();
}

export function signBytes(domain: Uint8Array, message: Unsigned<Message>): Uint8Array {
  return message.type === 'vote'
    ? voteSignBytes(domain, message)
    : proposalSignBytes(domain, message);
}
