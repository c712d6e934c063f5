// Noise, malformed requests and senseless transactions, thrown at four validators for a bounded time:
// they stay up, answer in the form of the specification, and agree afterwards. FUZZ_SECONDS sets the
// time, FUZZ_SEED repeats a run (as far as the network's timing allows).
import { RPC_ERRORS } from '@stackctl/rpc';
import { feltToHex, isStackError } from '@stackctl/types';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBodies } from './fuzz/bodies.ts';
import { createRandom } from './fuzz/random.ts';
import { createTransactions, type FuzzAccount } from './fuzz/transactions.ts';
import { createTestNet, type TestNet, type TestNode, waitForHeight } from './harness.ts';
import { accountOf, providerOf } from './starknet-js.ts';

const SECONDS = Number(process.env.FUZZ_SECONDS ?? 12);
const SEED = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31);
const STRK = 0x04718f5a0fc34cc1af16a1cdee98ffb20c31f5cd61d6ab07201858f4287c938dn;
/** Sends of its own, to see whether the chain goes on. */
const HONEST_ACCOUNT = 9;
const WORKERS = 4;

const messages = new Map(Object.values(RPC_ERRORS));

let net: TestNet;
let nodes: TestNode[] = [];
const node = (index: number): TestNode => nodes[index % nodes.length] as TestNode;

beforeAll(async () => {
  console.info(`FUZZ_SEED=${SEED}`);
  net = await createTestNet({ validators: 4, blockTimeMs: 100, emptyBlockTimeMs: 400 });
  nodes = await net.startAll();
});
afterAll(() => net?.close());

/** What is wrong with an answer; undefined when nothing is. */
function flawOf(status: number, text: string): string | undefined {
  if (status === 204) return text === '' ? undefined : 'a body with status 204';
  if (status !== 200) return `status ${status}`;
  const parsed = JSON.parse(text) as unknown;
  const answers = Array.isArray(parsed) ? parsed : [parsed];
  for (const answer of answers as Array<Record<string, unknown>>) {
    if (answer.jsonrpc !== '2.0' || !('id' in answer)) return 'no JSON-RPC 2.0 response';
    if ('result' in answer === 'error' in answer) return 'result and error, or neither';
    if (!('error' in answer)) continue;
    const { code, message } = answer.error as { code: number; message: string };
    if (code === -32603) return 'an internal error';
    if (messages.get(code) !== message)
      return `error ${code} ${message} is not the specification's`;
  }
  return undefined;
}

async function honestTransfer(through: TestNode): Promise<void> {
  const account = await accountOf(through, HONEST_ACCOUNT);
  const { transaction_hash } = await account.execute({
    contractAddress: feltToHex(STRK),
    entrypoint: 'transfer',
    calldata: ['0x123', '1', '0'],
  });
  const receipt = await providerOf(node(1)).waitForTransaction(transaction_hash);
  expect(receipt.isSuccess()).toBe(true);
}

describe(`four validators under ${SECONDS} s of nonsense`, () => {
  it('answer bodies of any kind properly', { timeout: SECONDS * 1000 + 60_000 }, async () => {
    const random = createRandom(SEED);
    await honestTransfer(node(0));
    const block = await node(0).rpc.starknet_getBlockWithTxs({ block_id: 'latest' });
    const accounts = await node(0).rpc.devnet_getPredeployedAccounts();
    const account = accounts[0];
    if (account === undefined) throw new RangeError('no account');
    const classHash = await node(0).rpc.starknet_getClassHashAt({
      block_id: 'latest',
      contract_address: account.address,
    });
    const response = await fetch(node(0).url, {
      method: 'POST',
      body: JSON.stringify({
        jsonrpc: '2.0',
        id: 1,
        method: 'starknet_getBlockWithTxs',
        params: [{ block_number: block.header.number === 0 ? 0 : 1 }],
      }),
    });
    const first = ((await response.json()) as { result: { transactions: unknown[] } }).result;
    const { transaction_hash, ...sent } = (first.transactions[0] ?? {}) as Record<string, unknown>;
    const bodies = createBodies(random, {
      addresses: [feltToHex(STRK), ...accounts.map(({ address }) => feltToHex(address))],
      classHashes: [feltToHex(classHash)],
      transactionHashes: [typeof transaction_hash === 'string' ? transaction_hash : '0x1'],
      blockHashes: ['hash' in block.header ? feltToHex(block.header.hash) : '0x1'],
      transaction: sent,
    });
    const until = performance.now() + (SECONDS * 1000) / 2;
    const flaws: string[] = [];
    let count = 0;
    const work = async (): Promise<void> => {
      while (performance.now() < until && flaws.length === 0) {
        const body = bodies();
        const answer = await fetch(node(count++).url, { method: 'POST', body });
        const flaw = flawOf(answer.status, await answer.text());
        const shown = typeof body === 'string' ? body : Buffer.from(body).toString('latin1');
        if (flaw !== undefined) flaws.push(`${flaw}: ${shown.slice(0, 2000)}`);
      }
    };
    await Promise.all(Array.from({ length: WORKERS }, work));
    console.info(`${count} bodies`);
    expect(flaws, `FUZZ_SEED=${SEED}`).toEqual([]);
    expect(count).toBeGreaterThan(50);
  });

  it('take or refuse senseless transactions', { timeout: SECONDS * 1000 + 60_000 }, async () => {
    const random = createRandom(SEED + 1);
    const accounts: FuzzAccount[] = (await node(0).rpc.devnet_getPredeployedAccounts())
      .slice(0, HONEST_ACCOUNT)
      .map(({ address, privateKey }) => ({ address, privateKey, nonce: 0n }));
    const { buildGenesis } = await import('@stackctl/contracts-l2');
    const { addresses } = buildGenesis({ chainId: 0n, seed: '0', accounts: 0 });
    const targets = [...Object.values(addresses), ...accounts.map((each) => each.address), 0x123n];
    const chainId = await node(0).rpc.starknet_chainId();
    const next = createTransactions(random, chainId, targets);
    const until = performance.now() + (SECONDS * 1000) / 2;
    const outcomes = new Map<string, number>();
    const note = (outcome: string): void => {
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    };
    while (performance.now() < until) {
      const at = node(random.below(nodes.length));
      const account = random.pick(accounts);
      try {
        account.nonce = await at.rpc.starknet_getNonce({
          block_id: 'pre_confirmed',
          contract_address: account.address,
        });
        await at.rpc.starknet_addInvokeTransaction({ invoke_transaction: next(account) });
        note('accepted');
      } catch (error) {
        if (!isStackError(error, 'RPC_ERROR')) throw error;
        expect(error.facts.code, `FUZZ_SEED=${SEED}: ${error.message}`).not.toBe(-32603);
        note(String(error.facts.code));
      }
    }
    console.info(Object.fromEntries(outcomes));
    expect(outcomes.get('accepted') ?? 0).toBeGreaterThan(0);
  });

  it('are all there afterwards, agree on every block, and go on', async () => {
    await honestTransfer(node(2));
    const height = await node(0).rpc.starknet_blockNumber();
    await waitForHeight(nodes, height);
    let reverted = 0;
    for (let number = 0; number <= height; number++) {
      const blocks = await Promise.all(
        nodes.map((each) => each.rpc.starknet_getBlockWithReceipts({ block_id: { number } })),
      );
      const seen = blocks.map(({ header }) => ('hash' in header ? feltToHex(header.hash) : ''));
      expect(new Set(seen).size, `block ${number}: ${seen.join(', ')}`).toBe(1);
      for (const { receipt } of blocks[0]?.transactions ?? [])
        if (receipt.status === 'REVERTED') reverted++;
    }
    console.info(`${height} blocks, ${reverted} reverted transactions`);
    expect(reverted).toBeGreaterThan(0);
    for (const each of nodes) expect(() => process.kill(each.pid, 0)).not.toThrow();
  });
});
