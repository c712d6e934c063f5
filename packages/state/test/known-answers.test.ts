// Values that other implementations publish in their tests: starkware-libs/sequencer
// (crates/starknet_api/src/block_hash/*_test.rs) and eqlabs/pathfinder.
import { poseidonMany } from '@stackctl/crypto';
import type { BlockHeader, HashedTransaction, Receipt } from '@stackctl/types';
import { expect, test } from 'vitest';
import {
  blockHash,
  eventCommitment,
  receiptCommitment,
  stateDiffCommitment,
  transactionCommitment,
  transactionLeaf,
} from '../src/index.ts';

const none = { maxAmount: 0n, maxPricePerUnit: 0n };
const signed: HashedTransaction = {
  hash: 1n,
  transaction: {
    type: 'INVOKE',
    version: 3n,
    signature: [2n, 3n],
    nonce: 0n,
    resourceBounds: { l1Gas: none, l2Gas: none, l1DataGas: none },
    tip: 0n,
    paymasterData: [],
    nonceDataAvailabilityMode: 'L1',
    feeDataAvailabilityMode: 'L1',
    senderAddress: 0n,
    calldata: [],
    accountDeploymentData: [],
  },
};

function receipt(fields: Partial<Receipt>): Receipt {
  return {
    transactionHash: 0n,
    actualFee: 0n,
    status: 'SUCCEEDED',
    events: [],
    messages: [],
    gas: { l1Gas: 0n, l1DataGas: 0n, l2Gas: 0n },
    steps: 0,
    ...fields,
  };
}

test('transactions', () => {
  expect(transactionLeaf(signed)).toBe(
    0x2f0d8840bcf3bc629598d8a6cc80cb7c0d9e52d93dab244bbf9cd0dca0ad082n,
  );
  expect(
    transactionLeaf({
      hash: 1n,
      transaction: {
        type: 'L1_HANDLER',
        version: 0n,
        nonce: 0n,
        contractAddress: 0n,
        entryPointSelector: 0n,
        calldata: [],
      },
    }),
  ).toBe(0x579e8877c7755365d5ec1ec7d3a94a457eff5d1f40482bbe9729c064cdead2n);
  expect(transactionCommitment([signed, signed])).toBe(
    0x282b635972328bd1cfa86496fe920d20bd9440cd78ee8dc90ae2b383d664dcfn,
  );
});

test('events', () => {
  const events = [0n, 1n, 2n].map((seed) => ({
    fromAddress: seed + 8n,
    keys: [seed, seed + 1n],
    data: [seed + 2n, seed + 3n, seed + 4n],
  }));
  expect(eventCommitment([receipt({ transactionHash: 0x1234n, events })])).toBe(
    0x69bb140ddbbeb01d81c7201ecfb933031306e45dab9c77ff9f9ba3cd4c2b9c3n,
  );
});

test('receipts', () => {
  const reverted = receipt({
    transactionHash: 1234n,
    actualFee: 99804n,
    status: 'REVERTED',
    revertReason: 'aborted',
    messages: [
      { fromAddress: 34n, toAddress: 35n, payload: [36n, 37n] },
      { fromAddress: 56n, toAddress: 57n, payload: [58n, 59n] },
    ],
    gas: { l1Gas: 16580n, l1DataGas: 32n, l2Gas: 0n },
  });
  expect(receiptCommitment([reverted])).toBe(
    0x31963cb891ebb825e83514deb748c89b6967b5368cbc48a9b56193a1464ca87n,
  );
});

test('state diff', () => {
  // The published diff also declares a Cairo 0 class (16), which this chain cannot: the layout is
  // checked with it, then without it.
  const layout = (deprecated: bigint[]): bigint =>
    poseidonMany([
      0x535441524b4e45545f53544154455f4449464630n,
      3n,
      0n,
      1n,
      2n,
      3n,
      19n,
      20n,
      2n,
      12n,
      13n,
      14n,
      15n,
      BigInt(deprecated.length),
      ...deprecated,
      1n,
      0n,
      2n,
      4n,
      2n,
      5n,
      6n,
      7n,
      8n,
      9n,
      1n,
      10n,
      11n,
      1n,
      17n,
      18n,
    ]);
  expect(layout([16n])).toBe(0x281f5966e49ad7dad9323826d53d1d27c0c4e6ebe5525e2e2fbca549bfa0a67n);
  expect(
    stateDiffCommitment({
      deployedContracts: [
        { address: 0n, classHash: 1n },
        { address: 2n, classHash: 3n },
      ],
      replacedClasses: [{ address: 19n, classHash: 20n }],
      storage: [
        { address: 4n, entries: [5n, 7n].map((key) => ({ key, value: key + 1n })) },
        { address: 9n, entries: [{ key: 10n, value: 11n }] },
      ],
      declaredClasses: [12n, 14n].map((hash) => ({
        classHash: hash,
        compiledClassHash: hash + 1n,
      })),
      nonces: [{ address: 17n, nonce: 18n }],
    }),
  ).toBe(layout([]));
});

test('block hash', () => {
  const header: Omit<BlockHeader, 'hash'> = {
    number: 1,
    parentHash: 11n,
    timestamp: 4,
    sequencerAddress: 3n,
    stateRoot: 2n,
    transactionCommitment: 0x72f432efa51e2a34f68404ac5e77514301e26eb53ec89badd8173f4e8561b95n,
    eventCommitment: 0n,
    receiptCommitment: 0x8e7dfb2772c2ac26e712fb97404355d66db0ba9555f0f64f30d61a56df9c76n,
    stateDiffCommitment: 0x281f5966e49ad7dad9323826d53d1d27c0c4e6ebe5525e2e2fbca549bfa0a67n,
    transactionCount: 1,
    eventCount: 0,
    stateDiffLength: 10,
    gasPrices: {
      l1Gas: { wei: 7n, fri: 6n },
      l1DataGas: { wei: 9n, fri: 10n },
      l2Gas: { wei: 12n, fri: 11n },
    },
    starknetVersion: '0.13.4',
  };
  expect(blockHash(header)).toBe(
    0x3d6174623c812f5dc03fa3faa07c42c06fd90ad425629ee5f39e149df65c3can,
  );
});
