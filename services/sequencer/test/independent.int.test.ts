// Everything that a block commits to, recomputed from RPC answers alone (test/independent/).
import { feltToHex } from '@stackctl/types';
import { Account, type Call, ec, hash } from 'starknet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestNet, type TestNet, type TestNode } from './harness.ts';
import { blockHash, commitmentsOf, type Json, transactionHash } from './independent/block.ts';
import { createOutsideState } from './independent/state.ts';
import { accountOf, providerOf, raw } from './starknet-js.ts';

const STRK = '0x04718f5a0fc34cc1af16a1cdee98ffb20c31f5cd61d6ab07201858f4287c938d';
const bound = { max_amount: 100_000_000n, max_price_per_unit: 2_000_000_000n };
const BOUNDS = {
  l1_gas: { ...bound, max_amount: 0n },
  l1_data_gas: { ...bound, max_amount: 10_000n },
  l2_gas: bound,
};

let net: TestNet;
let node: TestNode;
/** Blocks and state updates from genesis to the last, as RPC gives them. */
const blocks: Json[] = [];
const updates: Json[] = [];
let chainId = 0n;

const transfer = (to: string, amount: bigint): Call => ({
  contractAddress: STRK,
  entrypoint: 'transfer',
  calldata: [to, String(amount), '0'],
});

async function answer(method: string, params: unknown): Promise<Json> {
  const { result, error } = await raw(node, method, params);
  if (error !== undefined) throw new Error(`${method}: ${JSON.stringify(error)}`);
  return result;
}

beforeAll(async () => {
  net = await createTestNet({ validators: 1, blockTimeMs: 50, emptyBlockTimeMs: 400 });
  node = await net.start(0);
  const provider = providerOf(node);
  const [alice, bob] = [await accountOf(node, 0), await accountOf(node, 1)];
  const wait = (sent: { transaction_hash: string }) =>
    provider.waitForTransaction(sent.transaction_hash);

  // Several transactions in a block, several calls in a transaction.
  const first = await Promise.all([
    alice.execute([transfer(bob.address, 5n), transfer('0x777', 7n)], { resourceBounds: BOUNDS }),
    bob.execute([transfer(alice.address, 6n)], { resourceBounds: BOUNDS }),
  ]);
  for (const sent of first) await wait(sent);
  // A revert: its reason is in the receipt's leaf.
  const reverted = await alice.execute([transfer(bob.address, 2n ** 127n)], {
    resourceBounds: BOUNDS,
  });
  expect((await wait(reverted)).isReverted()).toBe(true);
  // A new contract through the UDC, and a new account that pays for itself.
  const classHash = await provider.getClassHashAt(alice.address);
  const publicKey = ec.starkCurve.getStarkKey('0xabc123');
  await wait(
    await alice.deploy(
      { classHash, salt: '0x5', constructorCalldata: [publicKey] },
      { resourceBounds: BOUNDS },
    ),
  );
  const address = hash.calculateContractAddressFromHash(publicKey, classHash, [publicKey], 0);
  await wait(await alice.execute([transfer(address, 10n ** 18n)], { resourceBounds: BOUNDS }));
  const fresh = new Account({ provider, address, signer: '0xabc123' });
  await wait(
    await fresh.deployAccount(
      { classHash, constructorCalldata: [publicKey], addressSalt: publicKey },
      { resourceBounds: BOUNDS },
    ),
  );
  // One that changes nothing but the nonce and the fee.
  await wait(await bob.execute([transfer('0x777', 0n)], { resourceBounds: BOUNDS }));

  chainId = BigInt(await answer('starknet_chainId', []));
  const height = Number(await answer('starknet_blockNumber', []));
  for (let number = 0; number <= height; number++) {
    const block_id = { block_number: number };
    blocks.push(await answer('starknet_getBlockWithReceipts', { block_id }));
    updates.push(await answer('starknet_getStateUpdate', { block_id }));
  }
});
afterAll(() => net?.close());

describe('a chain, checked by an outsider', () => {
  it('holds transactions of several kinds, one of them reverted', () => {
    const items = blocks.flatMap((block) => block.transactions);
    expect(new Set(items.map(({ transaction }: Json) => transaction.type))).toEqual(
      new Set(['INVOKE', 'DEPLOY_ACCOUNT']),
    );
    expect(items.some(({ receipt }: Json) => receipt.execution_status === 'REVERTED')).toBe(true);
    expect(items.length).toBeGreaterThan(6);
  });

  it('has the transaction hashes that its transactions give', async () => {
    for (const block of blocks) {
      for (const { transaction, receipt } of block.transactions) {
        expect(feltToHex(transactionHash(transaction, chainId))).toBe(receipt.transaction_hash);
      }
    }
  });

  it('has the state roots that its state diffs lead to', () => {
    const state = createOutsideState();
    for (const [number, update] of updates.entries()) {
      expect(BigInt(update.old_root)).toBe(
        number === 0 ? 0n : BigInt(updates[number - 1].new_root),
      );
      state.apply(update.state_diff);
      const root = feltToHex(state.root());
      expect(root, `block ${number}`).toBe(update.new_root);
      expect(root, `block ${number}`).toBe(blocks[number].new_root);
    }
  });

  it('has the commitments and hashes that its contents give', () => {
    for (const [number, block] of blocks.entries()) {
      const commitments = commitmentsOf(block, updates[number].state_diff);
      expect(BigInt(block.transaction_commitment)).toBe(commitments.transactions);
      expect(BigInt(block.event_commitment)).toBe(commitments.events);
      expect(BigInt(block.receipt_commitment)).toBe(commitments.receipts);
      expect(BigInt(block.state_diff_commitment)).toBe(commitments.stateDiff);
      expect(BigInt(block.state_diff_length)).toBe(commitments.stateDiffLength);
      expect(BigInt(block.event_count)).toBe(commitments.eventCount);
      const computed = feltToHex(blockHash(block, commitments, BigInt(block.new_root)));
      expect(computed, `block ${number}`).toBe(block.block_hash);
      expect(block.parent_hash).toBe(number === 0 ? '0x0' : blocks[number - 1].block_hash);
    }
  });

  it('would be found out: any changed part changes the hash', () => {
    const number = blocks.findIndex((block) => block.transactions.length > 0);
    const diff = updates[number].state_diff;
    const hashOf = (block: Json, changed: Json = diff): bigint =>
      blockHash(block, commitmentsOf(block, changed), BigInt(block.new_root));
    const block = blocks[number];
    const original = hashOf(block);
    const [item, ...rest] = block.transactions;
    const withReceipt = (change: Json): Json => ({
      ...block,
      transactions: [{ ...item, receipt: { ...item.receipt, ...change } }, ...rest],
    });
    const amount = '0x1';
    const tampered = [
      hashOf({ ...block, timestamp: block.timestamp + 1 }),
      hashOf({ ...block, new_root: '0x1' }),
      hashOf(withReceipt({ actual_fee: { ...item.receipt.actual_fee, amount } })),
      hashOf(withReceipt({ events: item.receipt.events.slice(1) })),
      hashOf(block, { ...diff, nonces: diff.nonces.slice(1) }),
    ];
    for (const each of tampered) expect(each).not.toBe(original);
  });
});
