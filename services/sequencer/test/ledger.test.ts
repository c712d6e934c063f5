import type { Transaction } from '@stackctl/types';
import { beforeEach, describe, expect, it } from 'vitest';
import { decodeProposal, encodeProposal, type Proposal } from '../src/codec/proposal.ts';
import type { Execution } from '../src/execution/ledger.ts';
import {
  accounts,
  createChain,
  hashed,
  SEQUENCER,
  START,
  type TestChain,
  transfer,
} from './chain-kit.ts';

const NOW = START + 5;

let proposer: TestChain;
let validator: TestChain;

beforeEach(async () => {
  proposer = await createChain();
  validator = await createChain();
});

function propose(transactions: readonly Transaction[], timestamp = NOW) {
  const builder = proposer.ledger.startBlock({ number: 1, timestamp, sequencerAddress: SEQUENCER });
  for (const transaction of transactions) builder.add(hashed(transaction as never));
  return builder.seal();
}

async function reason(pending: Promise<Execution>): Promise<string> {
  const execution = await pending;
  return execution.status === 'refused' ? execution.reason : 'accepted';
}

/** The validator's answer to a proposal of which something was changed. */
function answerTo(change: Partial<Proposal>): Promise<string> {
  const proposal = decodeProposal(propose([transfer(0, 0n)]).value);
  return reason(validator.ledger.execute(encodeProposal({ ...proposal, ...change }), 1, NOW));
}

describe('ledger', () => {
  it('starts from the same genesis on every node', () => {
    expect(proposer.ledger.head()).toEqual(validator.ledger.head());
    expect(proposer.ledger.head()).toMatchObject({
      number: 0,
      parentHash: 0n,
      transactionCount: 0,
    });
    expect(proposer.ledger.head().stateRoot).not.toBe(0n);
  });

  it('executes a proposal to the very block that its proposer sealed, and commits it in one batch', async () => {
    const built = propose([transfer(0, 0n), transfer(1, 0n), transfer(0, 1n)]);
    expect(built.body.receipts.map((receipt) => receipt.status)).toEqual([
      'SUCCEEDED',
      'SUCCEEDED',
      'SUCCEEDED',
    ]);
    const executed = await validator.ledger.execute(built.value, 1, NOW);
    if (executed.status === 'refused') throw new Error(executed.reason);
    expect(executed.block.header).toEqual(built.header);
    expect(executed.block.body).toEqual(built.body);
    const before = validator.database.writes;
    const decided = { value: built.value, certificate: Uint8Array.of(1) };
    await validator.ledger.commit(executed.block, decided);
    expect(validator.database.writes).toBe(before + 1);
    expect(validator.ledger.head()).toEqual(built.header);
    const sender = accounts[0]?.address as bigint;
    expect(validator.ledger.latest().nonceAt(sender)).toBe(2n);
    expect(validator.ledger.stateAt(0).nonceAt(sender)).toBe(0n);
    // Another process over the same store.
    const again = await createChain(validator.database);
    expect(again.ledger.head()).toEqual(built.header);
    expect(again.ledger.blocks.decided(1)).toEqual(decided);
    expect(again.ledger.blocks.transactions(1)).toEqual(built.body.transactions);
    // The proposer, which has not committed, is still where it was.
    expect(proposer.ledger.head().number).toBe(0);
  });

  it.each<[string, Partial<Proposal>, RegExp]>([
    ['claims another block hash', { blockHash: 5n }, /another block hash/],
    ['is for another height', { number: 2 }, /another height/],
    ['is older than its parent', { timestamp: START - 1 }, /older than its parent/],
    ['is from the future', { timestamp: NOW + 60 }, /from the future/],
    ['names a sequencer that is none', { sequencerAddress: 1n }, /unknown sequencer/],
    ['names another sequencer than it was sealed for', { sequencerAddress: 0x5ean }, /hash/],
    ['leaves out a transaction', { transactions: [] }, /another block hash/],
    ['has a bad nonce', { transactions: [transfer(0, 7n)] }, /INVALID_TRANSACTION_NONCE/],
    [
      'has a bad signature',
      { transactions: [transfer(0, 0n, { signature: [1n, 2n] })] },
      /VALIDATION_FAILURE/,
    ],
    [
      'has a transaction that is only simulated',
      { transactions: [transfer(0, 0n, { version: 2n ** 128n + 3n })] },
      /UNSUPPORTED_TX_VERSION/,
    ],
    [
      'holds a message from L1',
      {
        transactions: [
          {
            type: 'L1_HANDLER',
            version: 0n,
            nonce: 0n,
            contractAddress: 1n,
            entryPointSelector: 2n,
            calldata: [],
          },
        ],
      },
      /message from L1/,
    ],
  ])('refuses a proposal that %s', async (_what, change, expected) => {
    expect(await answerTo(change)).toMatch(expected);
    // And is none the worse for it.
    expect(await answerTo({})).toBe('accepted');
  });

  it('refuses bytes that are no proposal', async () => {
    for (const bytes of [[], [1], [9, 9, 9], Array.from({ length: 1000 }, () => 255)])
      expect(await reason(validator.ledger.execute(Uint8Array.from(bytes), 1, NOW))).not.toBe(
        'accepted',
      );
    const { value } = propose([transfer(0, 0n)]);
    const longer = Uint8Array.of(...value, 0);
    expect(await reason(validator.ledger.execute(longer, 1, NOW))).toMatch(/bytes too many/);
  });

  it('reverts what fails, and charges for it', () => {
    const { body } = propose([transfer(0, 0n, { amount: 10n ** 30n })]);
    expect(body.receipts[0]).toMatchObject({ status: 'REVERTED' });
    expect(body.receipts[0]?.actualFee).toBeGreaterThan(0n);
    expect(body.stateDiff.nonces).toEqual([{ address: accounts[0]?.address, nonce: 1n }]);
  });
});
