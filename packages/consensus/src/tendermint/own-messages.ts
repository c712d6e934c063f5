import { proposalSignBytes, voteSignBytes } from '../sign-bytes.ts';
import type {
  Certificate,
  CryptoPort,
  Message,
  Proposal,
  ValidatorIndex,
  ValueId,
  Vote,
  VoteKind,
} from '../types.ts';
import { proposerAt } from '../validators.ts';
import type { HeightState } from './state.ts';

interface Signer {
  readonly domain: Uint8Array;
  readonly crypto: CryptoPort;
}

export function isProposer({ validators, height, round, self }: HeightState): boolean {
  return proposerAt(validators, height, round) === self;
}

/** Whether this node has signed such a message in the present round, in this life or before. */
export function hasSent({ sent, round }: HeightState, kind: VoteKind | 'proposal'): boolean {
  return sent.some(
    (message) =>
      message.round === round && (message.type === 'vote' ? message.kind : 'proposal') === kind,
  );
}

/** A proposal of a new value, or of an older one with its polka. */
export function signedProposal(
  { domain, crypto }: Signer,
  { height, round }: HeightState,
  validator: ValidatorIndex,
  valueId: ValueId,
  polka?: Certificate,
): Proposal {
  const content = { height, round, validRound: polka?.round ?? -1, valueId };
  const signature = crypto.sign(proposalSignBytes(domain, content));
  const proposal: Proposal = { type: 'proposal', ...content, validator, signature };
  return polka === undefined ? proposal : { ...proposal, polka };
}

export function signedVote(
  { domain, crypto }: Signer,
  { height, round }: HeightState,
  validator: ValidatorIndex,
  kind: VoteKind,
  valueId: ValueId | null,
): Vote {
  const content = { kind, height, round, valueId };
  const signature = crypto.sign(voteSignBytes(domain, content));
  return { type: 'vote', ...content, validator, signature };
}

/**
 * What a process says again: all that it has said at this height, and what it has heard in the
 * present round. Who has not spoken has nothing to repeat: the others repeat themselves.
 */
export function repetitionOf({ sent, log, round, self }: HeightState): Message[] {
  if (sent.length === 0) return [];
  const { proposal, prevotes, precommits } = log.round(round);
  const votes = [...prevotes.votes.values(), ...precommits.votes.values()];
  const heard = proposal === undefined ? votes : [proposal, ...votes];
  return [...sent, ...heard.filter((message) => message.validator !== self)];
}
