import { WELL_KNOWN } from '@stackctl/contracts-l2';
import { selector } from '@stackctl/crypto';
import { feltToHex } from '@stackctl/types';
import { cairo } from 'starknet';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestNet, type TestNet, type TestNode, waitForHeight } from './harness.ts';
import { accountOf, providerOf, raw, schemaReport } from './starknet-js.ts';

const STRK = feltToHex(WELL_KNOWN.strk);
const KEPT = 2;

let net: TestNet;
let node: TestNode;
let sender = '';

beforeAll(async () => {
  net = await createTestNet({ validators: 1, blockTimeMs: 50, emptyBlockTimeMs: 100 });
});
afterAll(() => net?.close());

const at = (number: number) => ({ block_id: { block_number: number } });

/** Requests for the state after a block. */
const stateReads = (number: number): ReadonlyArray<readonly [method: string, params: unknown]> => [
  ['starknet_getNonce', { ...at(number), contract_address: sender }],
  ['starknet_getStorageAt', { ...at(number), contract_address: STRK, key: '0x1' }],
  ['starknet_getClassHashAt', { ...at(number), contract_address: STRK }],
  ['starknet_getClassAt', { ...at(number), contract_address: STRK }],
  [
    'starknet_call',
    {
      ...at(number),
      request: {
        contract_address: STRK,
        entry_point_selector: feltToHex(selector('total_supply')),
        calldata: [],
      },
    },
  ],
  ['starknet_estimateFee', { ...at(number), request: [], simulation_flags: [] }],
  ['starknet_simulateTransactions', { ...at(number), transactions: [], simulation_flags: [] }],
];

/** Codes of the errors that the reads of a block's state end in; 0 for an answer. */
async function answers(number: number): Promise<number[]> {
  const responses = await Promise.all(
    stateReads(number).map(([method, params]) => raw(node, method, params)),
  );
  return responses.map(({ error }) => error?.code ?? 0);
}

const none = stateReads(0).map(() => 24);

it('refuses the state of blocks that are older than the retention, and serves the rest of them', async () => {
  node = await net.start(0, { HISTORY_BLOCKS: String(KEPT) });
  const account = await accountOf(node, 0);
  sender = account.address;
  for (let sent = 0; sent < 4; sent++) {
    const { transaction_hash } = await account.execute({
      contractAddress: STRK,
      entrypoint: 'transfer',
      calldata: ['0x123', ...Object.values(cairo.uint256(1)).map(String)],
    });
    await providerOf(node).waitForTransaction(transaction_hash);
  }
  await waitForHeight([node], 8);
  expect(await answers(0)).toEqual(none);
  expect(await answers(1)).toEqual(none);
  const { error } = await raw(node, 'starknet_getNonce', {
    ...at(1),
    contract_address: sender,
  });
  expect(error).toMatchObject({ message: 'Block not found' });
  expect(error?.data).toMatch(/^the state of block 1 is gone: history is kept for 2 blocks/);
  const proof = await raw(node, 'starknet_getStorageProof', {
    ...at(1),
    contract_addresses: [STRK],
  });
  expect(proof.error).toMatchObject({ code: 42, data: expect.stringMatching(/2 blocks/) });
  for (const [method, params] of [
    ['starknet_getBlockWithReceipts', at(1)],
    ['starknet_getStateUpdate', at(1)],
    ['starknet_traceBlockTransactions', at(1)],
    ['stackctl_getBlockWitness', at(1)],
  ] as const)
    expect(await raw(node, method, params), method).not.toHaveProperty('error');
  for (const block_id of ['latest', 'pre_confirmed'])
    expect(
      await raw(node, 'starknet_getNonce', { block_id, contract_address: sender }),
    ).toMatchObject({ result: '0x4' });
});

it('brings nothing back when it is started to keep all, and keeps what comes', async () => {
  await node.end('SIGTERM');
  node = await net.start(0, { HISTORY_BLOCKS: '0' });
  const from = await node.rpc.starknet_blockNumber();
  await waitForHeight([node], from + 5);
  expect(await answers(1)).toEqual(none);
  expect((await answers(from)).slice(0, 5)).toEqual([0, 0, 0, 0, 0]);
  const { error } = await raw(node, 'starknet_getNonce', { ...at(1), contract_address: sender });
  expect(error?.data).toMatch(/history is kept from now on/);
  expect(schemaReport.failures).toEqual([]);
});
