import { type InvokeTransaction, PRIME, type Transaction } from '@stackctl/types';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decode, encode, felt, NotCanonical, text, uint } from '../src/codec/binary.ts';
import { gossipedTransaction } from '../src/codec/gossip.ts';
import { decodeProposal, encodeProposal, type Proposal } from '../src/codec/proposal.ts';
import { transaction } from '../src/codec/records.ts';

const anyFelt = fc.oneof(fc.constantFrom(0n, 1n, PRIME - 1n), fc.bigInt(0n, PRIME - 1n));
const bounds = fc.record({
  maxAmount: fc.bigInt(0n, 2n ** 64n - 1n),
  maxPricePerUnit: fc.bigInt(0n, 2n ** 128n - 1n),
});
const mode = fc.constantFrom('L1' as const, 'L2' as const);
const invoke: fc.Arbitrary<InvokeTransaction> = fc.record(
  {
    type: fc.constant('INVOKE' as const),
    version: anyFelt,
    signature: fc.array(anyFelt, { maxLength: 4 }),
    nonce: anyFelt,
    resourceBounds: fc.record({ l1Gas: bounds, l2Gas: bounds, l1DataGas: bounds }),
    tip: fc.bigInt(0n, 2n ** 64n - 1n),
    paymasterData: fc.array(anyFelt, { maxLength: 2 }),
    nonceDataAvailabilityMode: mode,
    feeDataAvailabilityMode: mode,
    senderAddress: anyFelt,
    calldata: fc.array(anyFelt, { maxLength: 8 }),
    accountDeploymentData: fc.array(anyFelt, { maxLength: 2 }),
    proofFacts: fc.array(anyFelt, { maxLength: 2 }),
  },
  {
    requiredKeys: [
      'type',
      'version',
      'signature',
      'nonce',
      'resourceBounds',
      'tip',
      'paymasterData',
      'nonceDataAvailabilityMode',
      'feeDataAvailabilityMode',
      'senderAddress',
      'calldata',
      'accountDeploymentData',
    ],
  },
);
const handler: fc.Arbitrary<Transaction> = fc.record({
  type: fc.constant('L1_HANDLER' as const),
  version: fc.constant(0n as const),
  nonce: anyFelt,
  contractAddress: anyFelt,
  entryPointSelector: anyFelt,
  calldata: fc.array(anyFelt, { maxLength: 8 }),
});
const declare: fc.Arbitrary<Transaction> = fc
  .tuple(invoke, anyFelt, anyFelt)
  .map(([{ calldata: _calldata, proofFacts: _facts, ...rest }, classHash, compiledClassHash]) => ({
    ...rest,
    type: 'DECLARE' as const,
    classHash,
    compiledClassHash,
  }));
const proposal: fc.Arbitrary<Proposal> = fc
  .record({
    number: fc.nat(),
    timestamp: fc.nat(),
    sequencerAddress: anyFelt,
    blockHash: anyFelt,
    transactions: fc.array(fc.oneof(invoke, handler, declare), { maxLength: 5 }),
  })
  .map((value) => ({
    ...value,
    classes: value.transactions
      .filter(({ type }) => type === 'DECLARE')
      .map(({ nonce }) => Uint8Array.of(Number(nonce & 0xffn), 1, 2)),
  }));

describe('binary codec', () => {
  it('gives proposals back', () => {
    fc.assert(
      fc.property(proposal, (value) => {
        expect(decodeProposal(encodeProposal(value))).toEqual(value);
      }),
    );
  });

  it('decodes nothing that it would encode differently', () => {
    const flip = fc.tuple(proposal, fc.nat(), fc.integer({ min: 1, max: 255 }));
    fc.assert(
      fc.property(flip, ([value, at, mask]) => {
        const bytes = encodeProposal(value);
        const place = at % bytes.length;
        bytes[place] = (bytes[place] ?? 0) ^ mask;
        try {
          expect(encodeProposal(decodeProposal(bytes))).toEqual(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(NotCanonical);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('takes one class for each declare, and no other version', () => {
    const [one] = fc.sample(
      proposal.filter(({ classes }) => classes.length === 1),
      1,
    );
    if (one === undefined) throw new Error('no proposal with a declare');
    expect(encodeProposal(one)[0]).toBe(2);
    expect(encodeProposal({ ...one, transactions: [], classes: [] })[0]).toBe(1);
    const wrong = 'not one class for each declare';
    expect(() => decodeProposal(encodeProposal({ ...one, classes: [] }))).toThrow(wrong);
    expect(() => decodeProposal(encodeProposal({ ...one, transactions: [] }))).toThrow(wrong);
    const twice = [...one.classes, ...one.classes];
    expect(() => decodeProposal(encodeProposal({ ...one, classes: twice }))).toThrow(wrong);
    const later = encodeProposal(one);
    later[0] = 5;
    expect(() => decodeProposal(later)).toThrow('an unknown version');
  });

  it('gives gossiped transactions back, declares with their class', () => {
    fc.assert(
      fc.property(fc.oneof(invoke, declare), fc.uint8Array({ maxLength: 20 }), (tx, bytes) => {
        const value =
          tx.type === 'DECLARE' ? { transaction: tx, packedClass: bytes } : { transaction: tx };
        expect(decode(gossipedTransaction, encode(gossipedTransaction, value))).toEqual(value);
      }),
    );
  });

  it('survives any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          expect(encode(transaction, decode(transaction, bytes))).toEqual(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(NotCanonical);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('handles the ends of each range', () => {
    for (const value of [0, 1, 127, 128, 2 ** 32, Number.MAX_SAFE_INTEGER])
      expect(decode(uint, encode(uint, value))).toBe(value);
    for (const value of ['', 'ä€😀', '\ufeffx'])
      expect(decode(text, encode(text, value))).toBe(value);
    const wrong = [
      [0x80, 0x00],
      [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f],
    ];
    for (const bytes of wrong)
      expect(() => decode(uint, Uint8Array.from(bytes))).toThrow(NotCanonical);
    expect(() => decode(felt, Uint8Array.of(1, 0))).toThrow('leading zeros');
    expect(() => decode(felt, encode(felt, PRIME))).toThrow('out of range');
    expect(() => decode(text, Uint8Array.of(1, 0xff))).toThrow('UTF-8');
    expect(() => decode(uint, Uint8Array.of(1, 1))).toThrow('1 bytes too many');
  });
});
