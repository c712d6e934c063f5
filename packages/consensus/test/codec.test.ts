import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeCertificate,
  decodeMessage,
  decodeWalEntry,
  encodeCertificate,
  encodeMessage,
  encodeWalEntry,
  type Message,
  voteSignBytes,
} from '../src/index.ts';
import { A, B, certificate, DOMAIN, proposal, vote } from './fixtures.ts';

const height = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const round = fc.integer({ min: 0, max: 2 ** 31 - 1 });
const choice = fc.constantFrom(A, B, null);
const messages: fc.Arbitrary<Message> = fc.oneof(
  fc
    .tuple(fc.constantFrom('prevote' as const, 'precommit' as const), height, round, choice)
    .map(([kind, h, r, valueId]) => vote(kind, 3, r, valueId, h)),
  fc.tuple(height, round).map(([h, r]) => proposal(1, r, A, undefined, h)),
  fc
    .tuple(height, fc.integer({ min: 1, max: 1000 }))
    .map(([h, r]) => proposal(1, r, B, certificate('prevote', [0, 2, 3], r - 1, B, h), h)),
);

describe('codec', () => {
  it('reads what it wrote', () => {
    fc.assert(
      fc.property(messages, (message) => {
        expect(decodeMessage(encodeMessage(message))).toEqual(message);
        const entry = { type: 'message', message } as const;
        expect(decodeWalEntry(encodeWalEntry(entry))).toEqual(entry);
      }),
    );
  });

  it('has one encoding for each thing: changed bytes are another thing or none', () => {
    fc.assert(
      fc.property(messages, fc.nat(), fc.integer({ min: 1, max: 255 }), (message, at, flip) => {
        const bytes = encodeMessage(message);
        const changed = bytes.slice();
        changed[at % bytes.length] = (changed[at % bytes.length] as number) ^ flip;
        const decoded = decodeMessage(changed);
        if (decoded !== undefined) expect(encodeMessage(decoded)).toEqual(changed);
      }),
    );
  });

  it('refuses every truncation, and bytes after the end', () => {
    const whole = encodeMessage(proposal(1, 4, A, certificate('prevote', [0, 1, 2], 3, A)));
    for (let length = 0; length < whole.length; length++)
      expect(decodeMessage(whole.subarray(0, length))).toBeUndefined();
    expect(decodeMessage(Uint8Array.of(...whole, 0))).toBeUndefined();
  });

  it('survives garbage', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        decodeMessage(bytes);
        decodeCertificate(bytes);
        decodeWalEntry(bytes);
      }),
    );
  });

  it('refuses certificates out of order', () => {
    const { signatures, ...rest } = certificate('precommit', [0, 1, 2], 0, A);
    const turned = encodeCertificate({ ...rest, signatures: [...signatures].reverse() });
    expect(decodeCertificate(turned)).toBeUndefined();
  });

  it('signs these very bytes for a prevote', () => {
    const bytes = voteSignBytes(DOMAIN, { kind: 'prevote', height: 258, round: 7, valueId: A });
    const hex = Buffer.from(bytes).toString('hex');
    expect(hex).toBe(`${'09'.repeat(32)}01${'0000000000000102'}${'00000007'}01${A}`);
  });

  it('signs different bytes for votes that differ in anything', () => {
    const seen = new Set<string>();
    let count = 0;
    for (const kind of ['prevote', 'precommit'] as const)
      for (const h of [1, 2 ** 32 + 1])
        for (const r of [0, 1])
          for (const valueId of [A, B, null])
            for (const domain of [DOMAIN, new Uint8Array(32)]) {
              seen.add(voteSignBytes(domain, { kind, height: h, round: r, valueId }).join());
              count++;
            }
    expect(seen.size).toBe(count);
  });
});
