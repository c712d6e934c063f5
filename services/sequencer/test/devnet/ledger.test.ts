import { hashTransaction } from '@stackctl/execution';
import type { L1HandlerTransaction, Transaction } from '@stackctl/types';
import { beforeEach, describe, expect, it } from 'vitest';
import { decodeProposal, encodeProposal, type Proposal } from '../../src/codec/proposal.ts';
import type { Action, Directive } from '../../src/devnet/directive.ts';
import { DIRECTIVE_LIMITS, INITIAL_PARAMETERS } from '../../src/devnet/parameters.ts';
import type { SealedBlock } from '../../src/execution/ledger.ts';
import {
  accounts,
  CHAIN_ID,
  createChain,
  memoryDatabase,
  SEQUENCER,
  START,
  type TestChain,
  transfer,
} from '../chain-kit.ts';

const NOW = START + 5;
let proposer: TestChain;
let validator: TestChain;
let ids = 0n;

beforeEach(async () => {
  proposer = await createChain(memoryDatabase(), { devnet: true });
  validator = await createChain(memoryDatabase(), { devnet: true });
});

const directive = (action: Action): Directive => ({ id: ++ids, action });
const message = (nonce: bigint): L1HandlerTransaction => ({
  type: 'L1_HANDLER',
  version: 0n,
  nonce,
  contractAddress: accounts[0]?.address ?? 0n,
  entryPointSelector: 1n,
  calldata: [0xe7n],
});

function propose(
  actions: readonly Action[],
  timestamp = NOW,
  transactions: readonly Transaction[] = [],
): SealedBlock {
  const builder = proposer.ledger.startBlock({
    number: proposer.ledger.head().number + 1,
    timestamp,
    sequencerAddress: SEQUENCER,
    directives: actions.map(directive),
  });
  for (const transaction of transactions)
    builder.add({ hash: hashTransaction(transaction, CHAIN_ID), transaction });
  return builder.seal();
}

async function answer(value: Uint8Array, at = validator, now = NOW): Promise<string> {
  const execution = await at.ledger.execute(value, at.ledger.head().number + 1, now);
  return execution.status === 'refused' ? execution.reason : 'accepted';
}

/** Both nodes commit the block; the second as it executed it. */
async function decide(block: SealedBlock, now = NOW): Promise<void> {
  const { number } = block.header;
  const executed = await validator.ledger.execute(block.value, number, now);
  if (executed.status === 'refused') throw new Error(executed.reason);
  const decided = { value: block.value, certificate: Uint8Array.of(1) };
  await validator.ledger.commit(executed.block, decided);
  await proposer.ledger.commit(block, decided);
}

describe('directives in blocks', () => {
  it('are refused where the chain takes none', async () => {
    const strict = await createChain();
    const { value } = propose([{ type: 'CREATE_BLOCK' }]);
    expect(await answer(value, strict)).toBe('directives on a chain that takes none');
    expect(await answer(value)).toBe('accepted');
    const handled = propose([], NOW, [message(0n)]);
    expect(await answer(handled.value, strict)).toBe('a message from L1');
    expect(await answer(handled.value)).toBe('accepted');
  });

  it('set a time that the block must have, and that goes on from there', async () => {
    const later = NOW + 1_000_000;
    const set: Action = { type: 'SET_TIME', timestamp: later, clock: NOW };
    expect(await answer(propose([set], later + 1).value)).toMatch(/another time/);
    expect(await answer(propose([set], NOW).value)).toMatch(/another time/);
    await decide(propose([set], later));
    for (const { ledger } of [proposer, validator])
      expect(ledger.parameters().timeOffset).toBe(1_000_000);

    expect(await answer(propose([], later + 10).value)).toBe('accepted');
    expect(await answer(propose([], later + 60).value)).toBe('from the future');
    expect(await answer(propose([], NOW).value)).toBe('older than its parent');
    const increase: Action = { type: 'INCREASE_TIME', seconds: 100 };
    await decide(propose([increase], later + 103));
    // Asked before the last block, included after it: time stands, it does not go back.
    const back: Action = { type: 'SET_TIME', timestamp: later + 50, clock: NOW };
    await decide(propose([back], later + 103));
    expect(validator.ledger.head().timestamp).toBe(later + 103);
    expect(await answer(propose([], later + 103).value)).toBe('accepted');
  });

  it('change the prices of the block itself and of later ones', async () => {
    await decide(propose([{ type: 'SET_GAS_PRICES', l2GasFri: 5n, l1GasWei: 9n }]));
    const { gasPrices } = validator.ledger.head();
    expect([gasPrices.l2Gas.fri, gasPrices.l1Gas.wei, gasPrices.l2Gas.wei]).toEqual([
      5n,
      9n,
      10n ** 9n,
    ]);
    await decide(propose([]));
    expect(validator.ledger.head().gasPrices).toEqual(gasPrices);
  });

  it('let an impersonated account go without validation, only it, only while it is', async () => {
    const address = accounts[0]?.address ?? 0n;
    const unsigned = transfer(0, 0n, { signature: [] });
    const stranger = transfer(1, 0n, { signature: [] });
    const impersonate: Action = { type: 'IMPERSONATE', account: address, active: true };
    const block = propose([impersonate], NOW, [unsigned, stranger]);
    expect(block.body.transactions.map(({ transaction }) => transaction)).toEqual([unsigned]);
    await decide(block);
    const stop: Action = { type: 'IMPERSONATE', account: address, active: false };
    const next = transfer(0, 1n, { signature: [] });
    expect(propose([stop], NOW, [next]).body.transactions).toEqual([]);
    // The same transaction smuggled into the proposal that ends the impersonation.
    const { directives: _none, ...honest } = decodeProposal(propose([], NOW, [next]).value);
    const smuggled: Proposal = { ...honest, directives: [directive(stop)] };
    expect(await answer(encodeProposal(smuggled))).toMatch(/VALIDATION_FAILURE/);
    const everyone: Action = { type: 'AUTO_IMPERSONATE', active: true };
    expect(propose([everyone], NOW, [stranger]).body.transactions).toHaveLength(1);
  });

  it('are applied once', async () => {
    const block = propose([{ type: 'INCREASE_TIME', seconds: 50 }]);
    await decide(block);
    const { directives = [] } = decodeProposal(block.value);
    const again = { ...decodeProposal(propose([], NOW + 60).value), directives };
    expect(await answer(encodeProposal(again))).toMatch(/applied before/);
    const fresh = directive({ type: 'CREATE_BLOCK' });
    const twice = { ...again, directives: [fresh, fresh] };
    expect(await answer(encodeProposal(twice))).toMatch(/applied before/);
    expect(validator.ledger.appliedIn(directives[0]?.id ?? 0n)).toBe(1);
  });

  it.each<[string, Action]>([
    ['a time beyond numbers', { type: 'SET_TIME', timestamp: 2 ** 50, clock: 0 }],
    ['a clock beyond numbers', { type: 'SET_TIME', timestamp: 0, clock: 2 ** 50 }],
    ['too long a leap', { type: 'INCREASE_TIME', seconds: 2 ** 50 }],
    ['a price of nothing', { type: 'SET_GAS_PRICES', l1GasWei: 0n }],
  ])('cannot set %s', async (_what, action) => {
    expect(() => propose([action])).toThrow(TypeError);
    const honest = decodeProposal(propose([]).value);
    const hostile = encodeProposal({ ...honest, directives: [directive(action)] });
    expect(await answer(hostile)).toBe('a directive that cannot be applied');
  });

  it('are bounded in number, and cannot be left out of what was executed with them', async () => {
    const { perBlock } = DIRECTIVE_LIMITS;
    const many = Array.from({ length: perBlock + 1 }, (): Action => ({ type: 'CREATE_BLOCK' }));
    expect(await answer(propose(many).value)).toBe('too many directives');
    const { directives: _left, ...rest } = decodeProposal(
      propose([{ type: 'SET_GAS_PRICES', l2GasFri: 5n }]).value,
    );
    expect(await answer(encodeProposal(rest))).toBe('another block hash');
  });

  it('leave parameters that a restarted node has', async () => {
    expect(validator.ledger.parameters()).toEqual(INITIAL_PARAMETERS);
    await decide(propose([{ type: 'INCREASE_TIME', seconds: 50 }]));
    await decide(propose([{ type: 'SET_GAS_PRICES', l2GasWei: 3n }], NOW + 50));
    const again = await createChain(validator.database, { devnet: true });
    expect(again.ledger.parameters()).toEqual(validator.ledger.parameters());
    expect(again.ledger.parameters()).toMatchObject({ timeOffset: 50 });
  });
});

describe('messages without L1', () => {
  it('are handled once, by the protocol, as a reverted transaction when there is no handler', async () => {
    const block = propose([], NOW, [message(0n), message(1n)]);
    expect(block.body.receipts.map(({ status, actualFee }) => [status, actualFee])).toEqual([
      ['REVERTED', 0n],
      ['REVERTED', 0n],
    ]);
    await decide(block);
    expect(await answer(propose([], NOW, [message(1n)]).value)).toMatch(/handled before/);
    expect(await answer(propose([], NOW, [message(2n), message(2n)]).value)).toMatch(
      /handled before/,
    );
  });
});
