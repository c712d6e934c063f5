import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compiledContract } from '@stackctl/contracts-l1';
import { freePort, waitUntil } from '@stackctl/runtime';
import { feltToHex } from '@stackctl/types';
import { JsonRpcProvider, Contract as L1Contract, Wallet } from 'ethers';
import { hash, type RpcProvider } from 'starknet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestNet, type TestNet, type TestNode } from './harness.ts';
import { accountOf, providerOf, raw } from './starknet-js.ts';

// Two validators, each with its own postman, and a real L1: messages in both directions.

const L1_MAIN = new URL('../../l1/src/main.ts', import.meta.url).pathname;
const FIXTURES = new URL('../../../contracts/l2/test/fixtures/', import.meta.url);
const fixture = (kind: string) =>
  JSON.parse(readFileSync(new URL(`messenger.${kind}.json`, FIXTURES), 'utf8'));
/** Third account of the development mnemonic. */
const USER = '0x5de4111afa1a4b94908f83103eb1f1706367c2e68ca870fc3fb9a804cdab365a';
const DEPOSIT = BigInt(hash.getSelectorFromName('deposit'));

let net: TestNet;
let nodes: TestNode[];
let l1: ChildProcess;
let l1Url: string;
let provider: RpcProvider;
let messenger: string;
let user: Wallet;
// biome-ignore lint/suspicious/noExplicitAny: methods of an ethers Contract are known at run time
let messaging: any;

const node = (index: number): TestNode => nodes[index] as TestNode;

beforeAll(async () => {
  net = await createTestNet({ validators: 2, blockTimeMs: 200, emptyBlockTimeMs: 400 });
  const port = await freePort();
  l1Url = `http://127.0.0.1:${port}`;
  const env = { RUN_ID: 'postman', L1_PORT: String(port), DATA_DIR: join(net.folder, 'l1') };
  l1 = spawn(process.execPath, [L1_MAIN], {
    env: { PATH: process.env.PATH, LOG_LEVEL: 'warn', STACKCTL_SUPERVISED: '1', ...env },
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  const ARTIFACTS_DIRS = fileURLToPath(FIXTURES);
  nodes = await Promise.all([0, 1].map((index) => net.start(index, { ARTIFACTS_DIRS })));
  const ready = () =>
    fetch(`${l1Url}/health`).then(
      ({ ok }) => ok || undefined,
      () => undefined,
    );
  await waitUntil(ready, { waitingFor: 'L1', deadlineMs: 60_000 });
  user = new Wallet(USER, new JsonRpcProvider(l1Url, 31_337, { staticNetwork: true }));
  provider = providerOf(node(0));
  const account = await accountOf(node(0), 0);
  const { deploy } = await account.declareAndDeploy({
    contract: fixture('contract_class'),
    casm: fixture('compiled_contract_class'),
  });
  messenger = deploy.contract_address;
}, 180_000);
afterAll(async () => {
  user?.provider?.destroy();
  l1?.kill('SIGKILL');
  await net?.close();
});

/** What a function of the messenger without arguments returns. */
const read = async (entrypoint: string): Promise<bigint> => {
  const [value = '0'] = await provider.callContract({ contractAddress: messenger, entrypoint });
  return BigInt(value);
};

const deposit = async (amount: bigint): Promise<void> => {
  const to = BigInt(messenger);
  await (await messaging.sendMessageToL2(to, DEPOSIT, [amount], { value: 30_000n })).wait();
};

describe('the postman', () => {
  it('deploys a messaging contract on L1', async () => {
    const loaded = await node(0).rpc.devnet_postmanLoad({ network_url: l1Url });
    const address = loaded.messagingContractAddress;
    messaging = new L1Contract(address, compiledContract('Messaging').abi, user);
    expect(await messaging.l1ToL2MessageNonce()).toBe(0n);
    // Another node carries for the same contract.
    const same = { network_url: l1Url, messaging_contract_address: address };
    expect(await node(1).rpc.devnet_postmanLoad(same)).toEqual(loaded);
  });

  it('carries messages from L1 to their handlers, through consensus', async () => {
    await deposit(7n);
    await deposit(0n);
    const flushed = await node(0).rpc.devnet_postmanFlush();
    expect(flushed.messagesToL2).toMatchObject([
      { l1ContractAddress: BigInt(user.address), payload: [7n], nonce: 0n, paidFeeOnL1: 30_000n },
      { l1ContractAddress: BigInt(user.address), payload: [0n], nonce: 1n },
    ]);
    const statuses = [];
    for (const transaction_hash of flushed.generatedL2Transactions) {
      const receipt = await provider.waitForTransaction(feltToHex(transaction_hash));
      statuses.push((receipt.value as unknown as { execution_status: string }).execution_status);
    }
    expect(statuses).toEqual(['SUCCEEDED', 'REVERTED']);
    expect([await read('received'), await read('last_sender')]).toEqual([7n, BigInt(user.address)]);
    expect((await node(1).rpc.devnet_postmanFlush()).messagesToL2).toEqual([]);
  });

  it('announces messages from L2 on L1, where their receiver consumes them', async () => {
    const account = await accountOf(node(0), 0);
    const call = { contractAddress: messenger, entrypoint: 'send' };
    const { transaction_hash } = await account.execute([
      { ...call, calldata: [user.address, '2', '5', '6'] },
      { ...call, calldata: [user.address, '1', '9'] },
    ]);
    await provider.waitForTransaction(transaction_hash);
    const dry = await node(0).rpc.devnet_postmanFlush({ dry_run: true });
    const { messagesToL1 } = await node(0).rpc.devnet_postmanFlush();
    expect(dry.messagesToL1).toEqual(messagesToL1);
    expect(messagesToL1.map(({ payload }) => payload)).toEqual([[5n, 6n], [9n]]);
    await (await messaging.consumeMessageFromL2(BigInt(messenger), [5n, 6n])).wait();
    const message = { from_address: BigInt(messenger), to_address: BigInt(user.address) };
    const rest = { ...message, payload: [9n] };
    const { messageHash } = await node(1).rpc.devnet_postmanConsumeMessageFromL2(rest);
    expect(await messaging.l2ToL1Messages(`0x${messageHash.toString(16).padStart(64, '0')}`)).toBe(
      0n,
    );
    await expect(node(1).rpc.devnet_postmanConsumeMessageFromL2(rest)).rejects.toThrow(/refused/);
    const other = await node(1).rpc.devnet_postmanFlush();
    expect(other).toMatchObject({ messagesToL1: [], messagesToL2: [] });
  });

  it('says what is wrong with an L1', async () => {
    const nowhere = await raw(node(0), 'devnet_postmanLoad', { network_url: 'http://127.0.0.1:1' });
    expect(nowhere.error).toMatchObject({
      code: -1,
      data: expect.stringMatching(/does not answer/),
    });
    const address = `0x${'12'.repeat(20)}`;
    const params = { network_url: l1Url, messaging_contract_address: address };
    const none = await raw(node(0), 'devnet_postmanLoad', params);
    expect(none.error).toMatchObject({ code: -1, data: expect.stringMatching(/no contract at/) });
  });
});
