// Everything that a block commits to, recomputed from RPC answers alone (test/independent/), on a chain of
// four validators with transactions of every type. One of its contracts is the fixture `courier`, whose
// class no genesis has: what it does on the chain is compared with what others compute.
import { createECDH, createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { keccak256 } from '@stackctl/crypto';
import { feltToHex } from '@stackctl/types';
import { Account, type Call, type CompiledSierra, ec, hash } from 'starknet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BOOKSHOP_FOLDER } from './classes/bookshop.ts';
import { createTestNet, type TestNet, type TestNode, waitForHeight } from './harness.ts';
import { blockHash, commitmentsOf, type Json, transactionHash } from './independent/block.ts';
import { createOutsideState } from './independent/state.ts';
import { accountOf, providerOf, raw } from './starknet-js.ts';

const STRK = '0x04718f5a0fc34cc1af16a1cdee98ffb20c31f5cd61d6ab07201858f4287c938d';
const bound = { max_amount: 100_000_000n, max_price_per_unit: 2_000_000_000n };
const BOUNDS = {
  l1_gas: { ...bound, max_amount: 100_000n },
  l1_data_gas: { ...bound, max_amount: 10_000n },
  l2_gas: bound,
};
const DECLARE_BOUNDS = { ...BOUNDS, l2_gas: { ...bound, max_amount: 4_000_000_000n } };

const fixture = (kind: string): never =>
  JSON.parse(readFileSync(`${BOOKSHOP_FOLDER}/courier.${kind}.json`, 'utf8')) as never;
const courier: { contract: CompiledSierra; casm: never } = {
  contract: fixture('contract_class'),
  casm: fixture('compiled_contract_class'),
};
/** Where the courier is, and hashes of what was done to it. */
const at = { courier: '', delivered: '', empty: '', forwarded: '', became: '' };
const L1_SENDER = 0xe70n;

let net: TestNet;
let nodes: TestNode[] = [];
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

/** Declares and deploys the courier, and has L1 and accounts talk to it. */
async function useCourier(account: Account, other: Account): Promise<void> {
  const { provider } = account;
  const wait = (hash: string) => provider.waitForTransaction(hash);
  const declared = await account.declare(courier, { resourceBounds: DECLARE_BOUNDS });
  await wait(declared.transaction_hash);
  const deployed = await other.deploy(
    { classHash: declared.class_hash, salt: '0xc0', constructorCalldata: [] },
    { resourceBounds: BOUNDS },
  );
  await wait(deployed.transaction_hash);
  at.courier = deployed.contract_address[0] as string;
  const message = (value: bigint) => ({
    l1_contract_address: L1_SENDER,
    l2_contract_address: BigInt(at.courier),
    entry_point_selector: BigInt(hash.getSelectorFromName('receive')),
    payload: [value],
    nonce: value,
  });
  const send = async (value: bigint): Promise<string> => {
    const { transactionHash } = await node.rpc.devnet_postmanSendMessageToL2(message(value));
    await wait(feltToHex(transactionHash));
    return feltToHex(transactionHash);
  };
  at.delivered = await send(77n);
  at.empty = await send(0n);
  const execute = async (entrypoint: string, calldata: string[]): Promise<string> => {
    const call = { contractAddress: at.courier, entrypoint, calldata };
    const sent = await other.execute([call], { resourceBounds: BOUNDS });
    await wait(sent.transaction_hash);
    return sent.transaction_hash;
  };
  at.forwarded = await execute('forward', ['0xe71', '2', '0x8', '0x9']);
  // It becomes an account, and then is nothing else.
  at.became = await execute('become', [await provider.getClassHashAt(account.address)]);
}

beforeAll(async () => {
  net = await createTestNet({ validators: 4, blockTimeMs: 50, emptyBlockTimeMs: 400 });
  const noCompiler = { PATH: '/bin:/usr/bin' };
  nodes = await Promise.all([
    net.start(0, { ...noCompiler, ARTIFACTS_DIRS: BOOKSHOP_FOLDER }),
    ...[1, 2, 3].map((index) => net.start(index, noCompiler)),
  ]);
  node = nodes[0] as TestNode;
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
  await useCourier(alice, bob);

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
      new Set(['INVOKE', 'DEPLOY_ACCOUNT', 'DECLARE', 'L1_HANDLER']),
    );
    expect(items.some(({ receipt }: Json) => receipt.execution_status === 'REVERTED')).toBe(true);
    expect(items.length).toBeGreaterThan(6);
  });

  it('is the same on all validators', async () => {
    await waitForHeight(nodes, blocks.length - 1);
    for (const [number, { block_hash }] of blocks.entries()) {
      for (const each of nodes) {
        const block = await each.rpc.starknet_getBlockWithTxHashes({ block_id: { number } });
        expect('hash' in block.header && feltToHex(block.header.hash)).toBe(block_hash);
      }
    }
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

describe('a contract of a declared class', () => {
  const receiptOf = (hash: string): Json =>
    blocks
      .flatMap((block) => block.transactions)
      .map(({ receipt }: Json) => receipt)
      .find((receipt: Json) => BigInt(receipt.transaction_hash) === BigInt(hash));
  /** The block before it became something else. */
  const whileCourier = (): number =>
    blocks.findIndex((block) =>
      block.transactions.some(
        ({ receipt }: Json) => BigInt(receipt.transaction_hash) === BigInt(at.became),
      ),
    ) - 1;
  const view = async (entrypoint: string, ...calldata: bigint[]): Promise<bigint[]> => {
    const request = {
      contract_address: at.courier,
      entry_point_selector: hash.getSelectorFromName(entrypoint),
      calldata: calldata.map(feltToHex),
    };
    const block_id = { block_number: whileCourier() };
    return (await answer('starknet_call', { request, block_id })).map(BigInt);
  };

  it('takes a message of L1, and refuses one without a trace', async () => {
    const delivered = receiptOf(at.delivered);
    expect(delivered).toMatchObject({ type: 'L1_HANDLER', execution_status: 'SUCCEEDED' });
    expect(delivered.events).toHaveLength(1);
    expect(delivered.events[0].keys.map(BigInt)).toEqual([
      BigInt(hash.getSelectorFromName('Received')),
      L1_SENDER,
    ]);
    expect(delivered.events[0].data.map(BigInt)).toEqual([77n]);
    const empty = receiptOf(at.empty);
    expect(empty).toMatchObject({ type: 'L1_HANDLER', execution_status: 'REVERTED', events: [] });
    expect(empty.revert_reason).toContain('nothing in it');
    expect(await view('last')).toEqual([L1_SENDER, 77n]);
  });

  it('sends messages to L1', () => {
    const [message, ...more] = receiptOf(at.forwarded).messages_sent;
    expect(more).toEqual([]);
    expect(BigInt(message.from_address)).toBe(BigInt(at.courier));
    expect(BigInt(message.to_address)).toBe(0xe71n);
    expect(message.payload.map(BigInt)).toEqual([8n, 9n]);
  });

  it('replaces its class, and from then on is of that class', async () => {
    expect(receiptOf(at.became).execution_status).toBe('SUCCEEDED');
    const replaced = updates[whileCourier() + 1].state_diff.replaced_classes;
    expect(replaced.map((each: Json) => BigInt(each.contract_address))).toEqual([
      BigInt(at.courier),
    ]);
    const request = { contract_address: at.courier, calldata: [] };
    const last = { ...request, entry_point_selector: hash.getSelectorFromName('last') };
    const { error } = await raw(node, 'starknet_call', { request: last, block_id: 'latest' });
    expect(error?.code).toBe(21);
  });

  it('computes the hashes and curve points that others compute', async () => {
    const words = [0x61626364n, 0x65666768n, 0x0n];
    const bytes = Buffer.from(
      words.map((word) => word.toString(16).padStart(8, '0')).join(''),
      'hex',
    );
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const [length, ...digest] = await view('sha256', BigInt(words.length), ...words);
    expect(length).toBe(8n);
    expect(digest.map((word) => word.toString(16).padStart(8, '0')).join('')).toBe(sha256);

    const LOW = 2n ** 128n - 1n;
    const inputs = [7n, 2n ** 255n + 12_345n];
    const packed = Buffer.from(inputs.map((x) => x.toString(16).padStart(64, '0')).join(''), 'hex');
    const keccak = Buffer.from(keccak256(packed)).reverse().toString('hex');
    const halves = inputs.flatMap((x) => [x & LOW, x >> 128n]);
    const [low = 0n, high = 0n] = await view('keccak', BigInt(inputs.length), ...halves);
    expect((low + (high << 128n)).toString(16).padStart(64, '0')).toBe(keccak);

    const scalar = 2n ** 200n + 987_654_321n;
    const point = (curve: string): bigint[] => {
      const ecdh = createECDH(curve);
      ecdh.setPrivateKey(scalar.toString(16).padStart(64, '0'), 'hex');
      const hex = ecdh.getPublicKey('hex').slice(2);
      return [hex.slice(0, 64), hex.slice(64)].map((each) => BigInt(`0x${each}`));
    };
    const limbs = [...point('secp256k1'), ...point('prime256v1')].flatMap((x) => [
      x & LOW,
      x >> 128n,
    ]);
    expect(await view('curves', scalar & LOW, scalar >> 128n)).toEqual(limbs);
  });

  it('runs functions of other classes on its own storage, but no handler of L1 messages', async () => {
    const classHash = BigInt(hash.computeContractClassHash(courier.contract));
    const borrow = (name: string, ...calldata: bigint[]): Promise<bigint[]> =>
      view(
        'borrow',
        classHash,
        BigInt(hash.getSelectorFromName(name)),
        BigInt(calldata.length),
        ...calldata,
      );
    expect(await borrow('last')).toEqual([2n, L1_SENDER, 77n]);
    await expect(borrow('receive', L1_SENDER, 1n)).rejects.toThrow(/ENTRYPOINT_NOT_FOUND/);
  });
});
