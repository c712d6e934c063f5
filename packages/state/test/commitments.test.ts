// Recomputed from the definitions with @scure/starknet: shares nothing with the code but the inputs.
import { keccak, poseidonHashMany } from '@scure/starknet';
import type { BlockContext, Felt, HashedTransaction, Receipt, StateDiff } from '@stackctl/types';
import { describe, expect, test } from 'vitest';
import {
  blockHash,
  eventCommitment,
  receiptCommitment,
  sealHeader,
  stateDiffCommitment,
  stateDiffLength,
  transactionCommitment,
} from '../src/index.ts';
import { referencePoseidon, referenceRoot } from './reference.ts';

const ascii = (text: string): Felt => BigInt(`0x${Buffer.from(text, 'latin1').toString('hex')}`);
const root = (leaves: readonly Felt[]): Felt =>
  referenceRoot(new Map(leaves.map((leaf, i) => [BigInt(i), leaf])), 64, referencePoseidon);

const bounds = { maxAmount: 1n, maxPricePerUnit: 1n };
function invoke(hash: Felt, signature: readonly Felt[]): HashedTransaction {
  return {
    hash,
    transaction: {
      type: 'INVOKE',
      version: 3n,
      signature,
      nonce: 0n,
      resourceBounds: { l1Gas: bounds, l2Gas: bounds, l1DataGas: bounds },
      tip: 0n,
      paymasterData: [],
      nonceDataAvailabilityMode: 'L1',
      feeDataAvailabilityMode: 'L1',
      senderAddress: 1n,
      calldata: [],
      accountDeploymentData: [],
    },
  };
}
const handler: HashedTransaction = {
  hash: 0x77n,
  transaction: {
    type: 'L1_HANDLER',
    version: 0n,
    nonce: 0n,
    contractAddress: 1n,
    entryPointSelector: 2n,
    calldata: [],
  },
};
const transactions = [invoke(0x11n, [1n, 2n]), invoke(0x22n, [5n, 6n, 7n]), handler];

const receipts: Receipt[] = [
  {
    transactionHash: 0x11n,
    actualFee: 1000n,
    status: 'SUCCEEDED',
    events: [
      { fromAddress: 9n, keys: [1n, 2n], data: [3n] },
      { fromAddress: 8n, keys: [], data: [] },
    ],
    messages: [
      { fromAddress: 9n, toAddress: 0xabcn, payload: [1n, 2n] },
      { fromAddress: 9n, toAddress: 0xdefn, payload: [] },
    ],
    gas: { l1Gas: 10n, l1DataGas: 128n, l2Gas: 999n },
    steps: 1,
  },
  {
    transactionHash: 0x22n,
    actualFee: 7n,
    status: 'REVERTED',
    revertReason: 'Error at pc=0:1: überlauf',
    events: [{ fromAddress: 1n, keys: [4n], data: [5n, 6n] }],
    messages: [],
    gas: { l1Gas: 0n, l1DataGas: 0n, l2Gas: 1n },
    steps: 1,
  },
];

const diff: StateDiff = {
  storage: [
    {
      address: 5n,
      entries: [
        { key: 2n, value: 20n },
        { key: 1n, value: 10n },
      ],
    },
    { address: 6n, entries: [] },
    { address: 4n, entries: [{ key: 9n, value: 0n }] },
  ],
  nonces: [
    { address: 3n, nonce: 2n },
    { address: 1n, nonce: 1n },
  ],
  deployedContracts: [{ address: 50n, classHash: 500n }],
  replacedClasses: [{ address: 40n, classHash: 400n }],
  declaredClasses: [
    { classHash: 2n, compiledClassHash: 22n },
    { classHash: 1n, compiledClassHash: 11n },
  ],
};

test('transactions', () => {
  const leaves = [[0x11n, 1n, 2n], [0x22n, 5n, 6n, 7n], [0x77n]].map((leaf) =>
    poseidonHashMany(leaf),
  );
  expect(transactionCommitment(transactions)).toBe(root(leaves));
  expect(transactionCommitment([])).toBe(0n);
});

test('events', () => {
  const leaves = [
    [9n, 0x11n, 2n, 1n, 2n, 1n, 3n],
    [8n, 0x11n, 0n, 0n],
    [1n, 0x22n, 1n, 4n, 2n, 5n, 6n],
  ].map((leaf) => poseidonHashMany(leaf));
  expect(eventCommitment(receipts)).toBe(root(leaves));
});

test('receipts', () => {
  const messages = poseidonHashMany([2n, 9n, 0xabcn, 2n, 1n, 2n, 9n, 0xdefn, 0n]);
  const reason = keccak(new TextEncoder().encode('Error at pc=0:1: überlauf'));
  const leaves = [
    [0x11n, 1000n, messages, 0n, 0n, 10n, 128n],
    [0x22n, 7n, poseidonHashMany([0n]), reason, 0n, 0n, 0n],
  ].map((leaf) => poseidonHashMany(leaf));
  expect(receiptCommitment(receipts)).toBe(root(leaves));
});

describe('state diff', () => {
  test('counted, sorted, without contracts that changed nothing', () => {
    expect(stateDiffCommitment(diff)).toBe(
      poseidonHashMany([
        ascii('STARKNET_STATE_DIFF0'),
        2n,
        40n,
        400n,
        50n,
        500n,
        2n,
        1n,
        11n,
        2n,
        22n,
        0n,
        1n,
        0n,
        2n,
        4n,
        1n,
        9n,
        0n,
        5n,
        2n,
        1n,
        10n,
        2n,
        20n,
        2n,
        1n,
        1n,
        3n,
        2n,
      ]),
    );
    expect(stateDiffLength(diff)).toBe(9);
  });
});

test('header and block hash', () => {
  const context: BlockContext = {
    chainId: ascii('STACKCTL'),
    number: 12,
    timestamp: 1_700_000_000,
    sequencerAddress: 0xabn,
    gasPrices: {
      l1Gas: { wei: 1n, fri: 2n },
      l1DataGas: { wei: 3n, fri: 4n },
      l2Gas: { wei: 5n, fri: 6n },
    },
    strkFeeToken: 1n,
    ethFeeToken: 2n,
    starknetVersion: '0.14.1',
  };
  const header = sealHeader(context, 0x1234n, 0x5678n, { transactions, receipts, stateDiff: diff });
  expect(header).toMatchObject({ transactionCount: 3, eventCount: 3, stateDiffLength: 9 });
  const counts = Buffer.alloc(32);
  for (const [i, count] of [3, 3, 9].entries()) counts.writeUInt32BE(count, 8 * i + 4);
  counts[24] = 0x80;
  const expected = poseidonHashMany([
    ascii('STARKNET_BLOCK_HASH1'),
    12n,
    0x5678n,
    0xabn,
    1_700_000_000n,
    BigInt(`0x${counts.toString('hex')}`),
    header.stateDiffCommitment,
    header.transactionCommitment,
    header.eventCommitment,
    header.receiptCommitment,
    poseidonHashMany([ascii('STARKNET_GAS_PRICES0'), 1n, 2n, 3n, 4n, 5n, 6n]),
    ascii('0.14.1'),
    0n,
    0x1234n,
  ]);
  expect(header.hash).toBe(expected);
  const { hash, ...rest } = header;
  expect(blockHash(rest)).toBe(hash);
  expect(blockHash({ ...rest, timestamp: rest.timestamp + 1 })).not.toBe(hash);
});
