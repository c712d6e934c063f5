import { simulatedCrypto, simulatedKey, verifySimulated } from '../sim/signatures.ts';
import {
  type Certificate,
  createValidatorSet,
  type Effect,
  type Message,
  type Proposal,
  proposalSignBytes,
  Tendermint,
  type Timeouts,
  type ValidatorSet,
  type Vote,
  type VoteKind,
  voteSignBytes,
} from '../src/index.ts';

export const DOMAIN = new Uint8Array(32).fill(9);
export const TIMEOUTS: Timeouts = {
  propose: 100,
  prevote: 50,
  precommit: 50,
  delta: 10,
  rebroadcast: 200,
};
export const A = 'a'.padEnd(64, '0');
export const B = 'b'.padEnd(64, '0');

export function validatorSet(powers: readonly number[] = [1, 1, 1, 1]): ValidatorSet {
  return createValidatorSet(
    powers.map((power, i) => ({ name: `v${i}`, publicKey: simulatedKey(i), power })),
  );
}

export const CONTEXT = { domain: DOMAIN, validators: validatorSet(), verify: verifySimulated };

/** Validator `index` of four; height 1's proposers are 1, 2, 3, 0. */
export function engineOf(index: number): Tendermint {
  return new Tendermint({
    domain: DOMAIN,
    publicKey: simulatedKey(index),
    timeouts: TIMEOUTS,
    crypto: simulatedCrypto(index),
  });
}

export function vote(
  kind: VoteKind,
  validator: number,
  round: number,
  valueId: string | null,
  height = 1,
): Vote {
  const content = { type: 'vote', kind, height, round, valueId } as const;
  const signature = simulatedCrypto(validator).sign(voteSignBytes(DOMAIN, content));
  return { ...content, validator, signature };
}

export function proposal(
  validator: number,
  round: number,
  valueId: string,
  polka?: Certificate,
  height = 1,
): Proposal {
  const validRound = polka?.round ?? -1;
  const content = { type: 'proposal', height, round, valueId, validRound } as const;
  const signature = simulatedCrypto(validator).sign(proposalSignBytes(DOMAIN, content));
  const message = { ...content, validator, signature };
  return polka === undefined ? message : { ...message, polka };
}

export function certificate(
  kind: VoteKind,
  validators: readonly number[],
  round: number,
  valueId: string,
  height = 1,
): Certificate {
  const signatures = validators.map((validator) => ({
    validator,
    signature: vote(kind, validator, round, valueId, height).signature,
  }));
  return { kind, height, round, valueId, signatures };
}

/** Effects in short: `send prevote 0 a`, `timer propose 0 100`, `decide 0 a`, ... */
export function brief(effects: readonly Effect[]): string[] {
  return effects.map(briefEffect);
}

function briefEffect(effect: Effect): string {
  switch (effect.type) {
    case 'wal':
      return effect.entry.type === 'message'
        ? `wal ${briefMessage(effect.entry.message)}`
        : `wal polka ${effect.entry.certificate.round} ${effect.entry.certificate.valueId[0]}`;
    case 'send':
      return `send ${briefMessage(effect.message)}`;
    case 'timer':
      return `timer ${effect.kind} ${effect.round} ${effect.ms}`;
    case 'build':
      return `build ${effect.round}`;
    case 'validate':
      return `validate ${effect.valueId[0]}`;
    case 'decide':
      return `decide ${effect.round} ${effect.valueId[0]}`;
    case 'behind':
      return `behind ${effect.height} ${effect.validator}`;
    case 'evidence':
      return `evidence ${effect.evidence.first.validator}`;
    case 'refused':
    case 'diverged':
      return effect.type;
  }
}

export function briefMessage(message: Message): string {
  const what = message.type === 'vote' ? message.kind : 'proposal';
  return `${what} ${message.round} ${message.valueId?.[0] ?? 'nil'}`;
}
