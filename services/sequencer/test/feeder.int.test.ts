import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { verify } from '@stackctl/crypto';
import { feltToHex } from '@stackctl/types';
import { type Account, hash, type RpcProvider } from 'starknet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestNet, type TestNet, type TestNode, waitForHeight } from './harness.ts';
import { accountOf, providerOf } from './starknet-js.ts';

const STRK = '0x4718f5a0fc34cc1af16a1cdee98ffb20c31f5cd61d6ab07201858f4287c938d';

let net: TestNet;
let node: TestNode;
let provider: RpcProvider;
let account: Account;
let transactionHash: string;
let block: { block_hash: string; block_number: number };
let manifest: string;

type Json = Record<string, unknown>;

async function get(path: string): Promise<{ status: number; json: Json }> {
  const response = await fetch(`${node.url}/feeder_gateway/${path}`);
  return { status: response.status, json: (await response.json()) as Json };
}

beforeAll(async () => {
  net = await createTestNet({ validators: 1, blockTimeMs: 300, emptyBlockTimeMs: 500 });
  manifest = join(net.folder, 'manifest.json');
  node = await net.start(0, { L1_MANIFEST: manifest });
  provider = providerOf(node);
  account = await accountOf(node, 0);
  const sent = await account.execute({
    contractAddress: STRK,
    entrypoint: 'transfer',
    calldata: ['0x123', '5', '0'],
  });
  transactionHash = sent.transaction_hash;
  const receipt = await provider.waitForTransaction(transactionHash);
  block = receipt.value as unknown as typeof block;
});
afterAll(() => net?.close());

describe('feeder gateway', () => {
  it('serves a block as JSON-RPC has it', async () => {
    const { status, json } = await get(`get_block?blockNumber=${block.block_number}`);
    expect(status).toBe(200);
    const rpc = (await provider.getBlockWithReceipts(block.block_number)) as unknown as Json;
    for (const name of ['block_hash', 'block_number', 'timestamp', 'sequencer_address', 'status'])
      expect([name, json[name]]).toEqual([name, rpc[name]]);
    for (const name of ['transaction', 'event', 'receipt', 'state_diff'])
      expect(json[`${name}_commitment`]).toBe(rpc[`${name}_commitment`]);
    expect(json).toMatchObject({
      parent_block_hash: rpc.parent_hash,
      state_root: rpc.new_root,
      state_diff_length: rpc.state_diff_length,
      starknet_version: '0.14.1',
      l1_da_mode: 'BLOB',
      l1_gas_price: rpc.l1_gas_price,
      l2_gas_price: rpc.l2_gas_price,
    });
    const [transaction] = json.transactions as Json[];
    const signed = (await provider.getTransaction(transactionHash)) as unknown as Json;
    expect(transaction).toMatchObject({
      transaction_hash: transactionHash,
      type: 'INVOKE_FUNCTION',
      version: '0x3',
      nonce: '0x0',
      nonce_data_availability_mode: 0,
      sender_address: signed.sender_address,
      calldata: signed.calldata,
      signature: signed.signature,
      resource_bounds: {
        L1_GAS: (signed.resource_bounds as Json).l1_gas,
        L2_GAS: (signed.resource_bounds as Json).l2_gas,
        L1_DATA_GAS: (signed.resource_bounds as Json).l1_data_gas,
      },
    });
    const [receipt] = json.transaction_receipts as Json[];
    const told = (await provider.getTransactionReceipt(transactionHash)) as unknown as {
      value: { events: unknown; actual_fee: { amount: string }; execution_resources: Json };
    };
    expect(receipt).toMatchObject({
      transaction_index: 0,
      transaction_hash: transactionHash,
      execution_status: 'SUCCEEDED',
      actual_fee: told.value.actual_fee.amount,
      events: told.value.events,
      l2_to_l1_messages: [],
      execution_resources: { total_gas_consumed: told.value.execution_resources },
    });
    const byHash = await get(`get_block?blockHash=${block.block_hash}`);
    expect(byHash.json).toEqual(json);
    const header = await get(`get_block?blockNumber=${block.block_number}&headerOnly=true`);
    expect(header.json).toEqual({
      block_hash: block.block_hash,
      block_number: block.block_number,
    });
    expect((await get('get_block?blockNumber=0')).json).toMatchObject({ parent_block_hash: '0x0' });
    const latest = await get('get_block?blockNumber=latest');
    expect(latest.json.block_number).toBeGreaterThanOrEqual(block.block_number);
  });

  it('serves state updates, alone and with their block', async () => {
    const query = `blockNumber=${block.block_number}`;
    const { json } = await get(`get_state_update?${query}`);
    const rpc = (await provider.getBlockStateUpdate(block.block_number)) as unknown as {
      old_root: string;
      new_root: string;
      state_diff: {
        nonces: Json[];
        storage_diffs: Array<{ address: string; storage_entries: [] }>;
      };
    };
    const { storage_diffs, nonces } = rpc.state_diff;
    expect(json).toMatchObject({
      block_hash: block.block_hash,
      old_root: rpc.old_root,
      new_root: rpc.new_root,
      state_diff: {
        nonces: Object.fromEntries(nonces.map((each) => [each.contract_address, each.nonce])),
        storage_diffs: Object.fromEntries(
          storage_diffs.map((each) => [each.address, each.storage_entries]),
        ),
        old_declared_contracts: [],
      },
    });
    const both = await get(`get_state_update?${query}&includeBlock=true`);
    expect(both.json).toEqual({
      state_update: json,
      block: (await get(`get_block?${query}`)).json,
    });
    const genesis = await get('get_state_update?blockNumber=0');
    const { declared_classes } = genesis.json.state_diff as { declared_classes: Json[] };
    expect(declared_classes.length).toBeGreaterThan(0);
  });

  it('serves the block that is being built', async () => {
    const { json } = await get('get_block?blockNumber=pending');
    expect(json).toMatchObject({ status: 'PENDING', transactions: expect.any(Array) });
    expect(json).not.toHaveProperty('block_hash');
    const ahead = await get('get_block?blockNumber=pre_confirmed');
    expect(ahead.json.status).toBe('PRE_CONFIRMED');
    const update = await get('get_state_update?blockNumber=pre_confirmed&includeBlock=true');
    expect(update.json.state_update).not.toHaveProperty('new_root');
    const current = await get('get_preconfirmed_block?blockNumber=latest');
    expect(current.json).toMatchObject({ status: 'PRE_CONFIRMED', transaction_state_diffs: [] });
    const wrong = await get('get_preconfirmed_block?blockNumber=0');
    expect(wrong.json.code).toBe('StarknetErrorCode.BLOCK_NOT_FOUND');
  });

  it('serves transactions and their status, known or not', async () => {
    const { json } = await get(`get_transaction?transactionHash=${transactionHash}`);
    expect(json).toMatchObject({
      status: 'ACCEPTED_ON_L2',
      finality_status: 'ACCEPTED_ON_L2',
      execution_status: 'SUCCEEDED',
      block_hash: block.block_hash,
      block_number: block.block_number,
      transaction_index: 0,
      transaction: { transaction_hash: transactionHash },
    });
    const status = await get(`get_transaction_status?transactionHash=${transactionHash}`);
    expect(status.json).toEqual({
      tx_status: 'ACCEPTED_ON_L2',
      finality_status: 'ACCEPTED_ON_L2',
      execution_status: 'SUCCEEDED',
      block_hash: block.block_hash,
    });
    for (const name of ['get_transaction', 'get_transaction_status'])
      expect((await get(`${name}?transactionHash=0x1234`)).json).toMatchObject({
        finality_status: 'NOT_RECEIVED',
      });
  });

  it('serves classes and contract addresses', async () => {
    const classHash = await provider.getClassHashAt(STRK);
    const sierra = await get(`get_class_by_hash?classHash=${classHash}&blockNumber=latest`);
    const parsed = { ...sierra.json, abi: JSON.parse(sierra.json.abi as string) as unknown };
    expect(hash.computeSierraContractClassHash(parsed as never)).toBe(classHash);
    const casm = await get(`get_compiled_class_by_class_hash?classHash=${classHash}`);
    expect(casm.json).toEqual(await provider.getCompiledCasm(classHash));
    expect((await get('get_contract_addresses')).json).toEqual({
      strk_l2_token_address: STRK,
      eth_l2_token_address:
        feltToHex(0x49d36570d4e46f48e99674bd3fcc84644ddd6b96f7c741b1562b82f9e004dc7n),
    });
    const { runId } = await node.rpc.stackctl_nodeStatus();
    const contracts = { rollup: '0x1111', factRegistry: '0x2222' };
    writeFileSync(manifest, JSON.stringify({ runId, contracts }));
    expect((await get('get_contract_addresses')).json).toMatchObject({
      Starknet: '0x1111',
      GpsStatementVerifier: '0x2222',
    });
  });

  it('signs blocks with the key that it names', async () => {
    const key = (await get('get_public_key')).json as unknown as string;
    const { json } = await get(`get_signature?blockNumber=${block.block_number}`);
    expect(json).toEqual({ block_hash: block.block_hash, signature: expect.any(Array) });
    const [r, s] = (json.signature as [string, string]).map(BigInt) as [bigint, bigint];
    expect(verify(BigInt(key), BigInt(block.block_hash), r, s)).toBe(true);
    expect((await get(`get_signature?blockHash=${block.block_hash}`)).json).toEqual(json);
    expect((await get('get_signature?blockNumber=0')).status).toBe(200);
  });

  it('tells the hash of a number, and the number of a hash', async () => {
    const hash = await get(`get_block_hash_by_id?blockId=${block.block_number}`);
    expect(hash.json).toBe(block.block_hash);
    const number = await get(`get_block_id_by_hash?blockHash=${block.block_hash}`);
    expect(number.json).toBe(block.block_number);
  });

  it.each([
    ['get_block?blockNumber=10000000', 'StarknetErrorCode.BLOCK_NOT_FOUND'],
    ['get_block?blockHash=0x1', 'StarknetErrorCode.BLOCK_NOT_FOUND'],
    ['get_block?blockHash=zz', 'StarknetErrorCode.OUT_OF_RANGE_BLOCK_HASH'],
    [`get_block?blockHash=0x${'f'.repeat(64)}`, 'StarknetErrorCode.OUT_OF_RANGE_BLOCK_HASH'],
    ['get_block?blockNumber=-1', 'StarkErrorCode.MALFORMED_REQUEST'],
    ['get_block?blockNumber=1&blockHash=0x1', 'StarkErrorCode.MALFORMED_REQUEST'],
    ['get_block?blockNumber=pending&headerOnly=true', 'StarknetErrorCode.NO_BLOCK_HEADER'],
    ['get_signature?blockNumber=pre_confirmed', 'StarknetErrorCode.NO_SIGNATURE_FOR_PENDING_BLOCK'],
    ['get_signature?blockNumber=10000000', 'StarknetErrorCode.BLOCK_NOT_FOUND'],
    ['get_block_hash_by_id?blockId=10000000', 'StarknetErrorCode.BLOCK_NOT_FOUND'],
    ['get_block_hash_by_id', 'StarkErrorCode.MALFORMED_REQUEST'],
    ['get_block_id_by_hash?blockHash=0x1', 'StarknetErrorCode.BLOCK_NOT_FOUND'],
    ['get_state_update?blockNumber=10000000', 'StarknetErrorCode.BLOCK_NOT_FOUND'],
    ['get_transaction', 'StarkErrorCode.MALFORMED_REQUEST'],
    ['get_transaction?transactionHash=5', 'StarknetErrorCode.OUT_OF_RANGE_TRANSACTION_HASH'],
    ['get_class_by_hash?classHash=0x5', 'StarknetErrorCode.UNDECLARED_CLASS'],
    ['get_class_by_hash', 'StarkErrorCode.MALFORMED_REQUEST'],
    ['get_compiled_class_by_class_hash?classHash=0x5', 'StarknetErrorCode.UNDECLARED_CLASS'],
  ])('refuses %s', async (path, code) => {
    const { status, json } = await get(path);
    expect({ status, code: json.code }).toEqual({ status: 400, code });
    expect(typeof json.message).toBe('string');
  });

  it('serves nothing else', async () => {
    expect((await get('get_everything')).status).toBe(404);
    expect((await get('constructor')).status).toBe(404);
    const posted = await fetch(`${node.url}/feeder_gateway/get_block`, { method: 'POST' });
    expect(posted.status).toBe(405);
    expect((await get('is_alive')).status).toBe(200);
    await waitForHeight([node], block.block_number + 1);
  });
});
