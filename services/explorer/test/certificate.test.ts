import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { voteSignBytes } from '@stackctl/consensus';
import { expect, test } from 'vitest';
import { checkCertificate, readDecided } from '../app/verify/certificate.ts';

const HASH = 0x1234567890abcdefn;
// Version, height 300 and time 5 as LEB128, an address of two bytes, the hash of eight; then what follows.
const VALUE = Buffer.from('01ac020502beef081234567890abcdef00ff', 'hex');
const block = { number: 300, hash: HASH };
const domain = Buffer.alloc(32, 7);
const valueId = createHash('sha256').update(VALUE).digest('hex');
const message = voteSignBytes(domain, { kind: 'precommit', height: 300, round: 1, valueId });
const signatures = ['a', 'b', 'c'].map((validator) => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
  const signature = sign(null, message, privateKey).toString('hex');
  return { validator, publicKey: raw.toString('hex'), signature };
});
const certificate = { height: 300, round: 1, valueId, blockHash: HASH, signatures };
const decided = { domain: domain.toString('hex'), value: VALUE.toString('hex') };

test('votes for the block', async () => {
  expect(readDecided(VALUE)).toEqual({ number: 300, hash: HASH });
  expect(await checkCertificate(block, certificate, decided)).toEqual({
    signatures: [true, true, true],
    valid: 3,
    bound: true,
  });
});

test.each([
  ['another round', { ...certificate, round: 2 }, decided],
  ['another network', certificate, { ...decided, domain: '00'.repeat(32) }],
])('signatures of %s are not valid', async (_name, votes, value) => {
  expect((await checkCertificate(block, votes, value)).valid).toBe(0);
});

test('one vote counts once, and hostile keys not at all', async () => {
  const first = signatures[0] as (typeof signatures)[number];
  const twice = await checkCertificate(
    block,
    { ...certificate, signatures: [first, first, { ...first, publicKey: 'zz' }] },
    decided,
  );
  expect(twice).toEqual({ signatures: [true, true, false], valid: 1, bound: true });
});

test.each([
  ['another value', block, { ...decided, value: '00' }],
  ['another block', { ...block, hash: 1n }, decided],
  ['another height', { ...block, number: 299 }, decided],
])('votes for %s are not bound to this one', async (_name, of, value) => {
  expect((await checkCertificate(of, certificate, value)).bound).toBe(false);
});
