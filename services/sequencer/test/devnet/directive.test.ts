import { PRIME } from '@stackctl/types';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NotCanonical } from '../../src/codec/binary.ts';
import { decodeProposal, encodeProposal, type Proposal } from '../../src/codec/proposal.ts';
import {
  type Action,
  type Directive,
  decodeOrder,
  encodeOrder,
  type Order,
} from '../../src/devnet/directive.ts';
import {
  type ChainParameters,
  decodeParameters,
  encodeParameters,
} from '../../src/devnet/parameters.ts';

const anyFelt = fc.bigInt(0n, PRIME - 1n);
const u128 = fc.bigInt(0n, 2n ** 128n - 1n);
const PRICES = ['l1GasWei', 'l1GasFri', 'l1DataGasWei', 'l1DataGasFri', 'l2GasWei', 'l2GasFri'];

const action: fc.Arbitrary<Action> = fc.oneof(
  fc.constant({ type: 'CREATE_BLOCK' } as const),
  fc.record({ type: fc.constant('SET_TIME' as const), timestamp: fc.nat(), clock: fc.nat() }),
  fc.record({ type: fc.constant('INCREASE_TIME' as const), seconds: fc.nat() }),
  fc
    .record(Object.fromEntries(PRICES.map((name) => [name, u128])), { requiredKeys: [] })
    .map((prices): Action => ({ type: 'SET_GAS_PRICES', ...prices })),
  fc.record({
    type: fc.constant('IMPERSONATE' as const),
    account: anyFelt,
    active: fc.boolean(),
  }),
  fc.record({ type: fc.constant('AUTO_IMPERSONATE' as const), active: fc.boolean() }),
);
const directive: fc.Arbitrary<Directive> = fc.record({ id: anyFelt, action });
const order: fc.Arbitrary<Order> = fc.oneof(
  fc.record({ type: fc.constant('DIRECTIVE' as const), directive, urgent: fc.boolean() }),
  fc.record({
    type: fc.constant('L1_MESSAGE' as const),
    transaction: fc.record({
      type: fc.constant('L1_HANDLER' as const),
      version: fc.constant(0n as const),
      nonce: anyFelt,
      contractAddress: anyFelt,
      entryPointSelector: anyFelt,
      calldata: fc.array(anyFelt, { maxLength: 4 }),
    }),
  }),
);
const proposal: fc.Arbitrary<Proposal> = fc.record({
  number: fc.nat(),
  timestamp: fc.nat(),
  sequencerAddress: anyFelt,
  blockHash: anyFelt,
  transactions: fc.constant([]),
  classes: fc.constant([]),
  directives: fc.array(directive, { minLength: 1, maxLength: 4 }),
});
const price = fc.record({ wei: u128, fri: u128 });
const parameters: fc.Arbitrary<ChainParameters> = fc.record({
  timeOffset: fc.integer(),
  gasPrices: fc.record({ l1Gas: price, l1DataGas: price, l2Gas: price }),
  impersonated: fc.array(anyFelt, { maxLength: 4 }),
  autoImpersonate: fc.boolean(),
});

/** Decoding gives the value back, and nothing near its bytes is read as something else. */
function holds<T>(
  values: fc.Arbitrary<T>,
  write: (v: T) => Uint8Array,
  read: (b: Uint8Array) => T,
) {
  fc.assert(
    fc.property(values, fc.nat(), fc.integer({ min: 0, max: 255 }), (value, at, mask) => {
      const bytes = write(value);
      expect(read(bytes)).toEqual(value);
      const place = at % bytes.length;
      bytes[place] = (bytes[place] ?? 0) ^ mask;
      try {
        expect(write(read(bytes))).toEqual(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(NotCanonical);
      }
    }),
  );
}

describe('directives as bytes', () => {
  it('come back from proposals', () => {
    holds(proposal, encodeProposal, decodeProposal);
  });

  it('come back from gossip', () => {
    holds(order, encodeOrder, decodeOrder);
  });

  it('leave parameters that come back from the store', () => {
    holds(parameters, encodeParameters, decodeParameters);
  });

  it('leave proposals without any as they were', () => {
    const plain = {
      number: 1,
      timestamp: 2,
      sequencerAddress: 3n,
      blockHash: 4n,
      transactions: [],
      classes: [],
    };
    const bytes = encodeProposal(plain);
    expect(bytes[0]).toBe(1);
    expect(encodeProposal({ ...plain, directives: [] })).toEqual(bytes);
    // An empty list behind the other version byte would be a second form of the same proposal.
    const other = Uint8Array.of(3, ...bytes.subarray(1), 0);
    expect(() => decodeProposal(other)).toThrow('empty list');
  });

  it('are no way to gossip transactions of accounts as messages', () => {
    const message = encodeOrder({
      type: 'L1_MESSAGE',
      transaction: {
        type: 'L1_HANDLER',
        version: 0n,
        nonce: 0n,
        contractAddress: 0n,
        entryPointSelector: 0n,
        calldata: [],
      },
    });
    // The second byte is the kind of transaction.
    for (const kind of [0, 1, 2])
      expect(() =>
        decodeOrder(Uint8Array.of(message[0] ?? 0, kind, ...message.subarray(2))),
      ).toThrow(NotCanonical);
  });
});
