import { generateKeyPairSync, sign, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  type Certificate,
  createValidatorSet,
  verifyCertificate,
  verifyMessage,
  voteSignBytes,
} from '../src/index.ts';
import { A, B, CONTEXT, certificate, DOMAIN, proposal, validatorSet, vote } from './fixtures.ts';

const good = certificate('precommit', [0, 1, 3], 2, A);
const [first, second, third] = good.signatures as [Sig, Sig, Sig];
type Sig = Certificate['signatures'][number];

describe('commit certificates', () => {
  it('with the signatures of a quorum is genuine', () => {
    expect(verifyCertificate(CONTEXT, good)).toBe(true);
  });

  it.each<[string, Certificate]>([
    ['too few signatures', { ...good, signatures: [first, second] }],
    ['a signature twice', { ...good, signatures: [first, first, second] }],
    ['a descending order', { ...good, signatures: [third, second, first] }],
    ['an unknown validator', { ...good, signatures: [first, second, { ...third, validator: 4 }] }],
    [
      'a signature of another',
      { ...good, signatures: [first, second, { ...third, validator: 2 }] },
    ],
    ['another value', { ...good, valueId: B }],
    ['another height', { ...good, height: 2 }],
    ['another round', { ...good, round: 1 }],
    ['another kind', { ...good, kind: 'prevote' }],
  ])('with %s is refused', (_what, bad) => {
    expect(verifyCertificate(CONTEXT, bad)).toBe(false);
  });

  it('of another network is refused', () => {
    expect(verifyCertificate({ ...CONTEXT, domain: new Uint8Array(32) }, good)).toBe(false);
  });

  it('counts power, not heads', () => {
    const validators = validatorSet([10, 1, 1, 1]);
    const context = { ...CONTEXT, validators };
    expect(verifyCertificate(context, certificate('precommit', [0], 0, A))).toBe(true);
    expect(verifyCertificate(context, certificate('precommit', [1, 2, 3], 0, A))).toBe(false);
  });

  it('works with real ed25519', () => {
    const pairs = Array.from({ length: 4 }, () => generateKeyPairSync('ed25519'));
    const keys = pairs.map(({ publicKey }) => publicKey.export({ format: 'der', type: 'spki' }));
    const validators = createValidatorSet(
      keys.map((key, i) => ({ name: `v${i}`, publicKey: key.subarray(12), power: 1 })),
    );
    const content = { kind: 'precommit', height: 5, round: 0, valueId: A } as const;
    const bytes = voteSignBytes(DOMAIN, content);
    const signatures = [0, 2, 3].map((validator) => ({
      validator,
      signature: sign(null, bytes, pairs[validator]?.privateKey as never),
    }));
    const context = {
      domain: DOMAIN,
      validators,
      verify: (key: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean => {
        const i = keys.findIndex((der) => der.subarray(12).equals(key));
        return verify(null, message, pairs[i]?.publicKey as never, signature);
      },
    };
    expect(verifyCertificate(context, { ...content, signatures })).toBe(true);
    (signatures[1] as Sig).signature[10] = ((signatures[1] as Sig).signature[10] as number) ^ 1;
    expect(verifyCertificate(context, { ...content, signatures })).toBe(false);
  });
});

describe('messages', () => {
  const polka = certificate('prevote', [0, 1, 2], 1, A);

  it.each([
    ['a vote', vote('prevote', 2, 0, null)],
    ['a proposal in turn', proposal(1, 0, A)],
    ['a re-proposal with its polka', proposal(3, 2, A, polka)],
  ])('%s is accepted', (_what, message) => {
    expect(verifyMessage(CONTEXT, message)).toBe(true);
  });

  it.each([
    ['of a stranger', { ...vote('prevote', 2, 0, A), validator: 9 }],
    ['signed by another', { ...vote('prevote', 2, 0, A), validator: 1 }],
    ['proposed out of turn', proposal(2, 0, A)],
    ['with a polka of too few', proposal(3, 2, A, certificate('prevote', [0, 1], 1, A))],
    ['with a polka of precommits', proposal(3, 2, A, certificate('precommit', [0, 1, 2], 1, A))],
    ['with a polka of another value', { ...proposal(3, 2, B, polka) }],
    [
      'with a polka of another height',
      proposal(3, 2, A, certificate('prevote', [0, 1, 2], 1, A, 2)),
    ],
    ['with a polka of its own round', proposal(2, 1, A, polka)],
  ])('%s is refused', (_what, message) => {
    expect(verifyMessage(CONTEXT, message)).toBe(false);
  });

  it('a re-proposal without its polka is refused', () => {
    const { polka: _, ...bare } = proposal(3, 2, A, polka);
    expect(verifyMessage(CONTEXT, bare)).toBe(false);
  });
});
