// Classes that no compiler wrote, declared, deployed and called on four validators: noise, compiled code with
// changes, and code that wants to keep a node busy. Whatever it does, a transaction is refused, or ends in
// a receipt; the nodes answer all the while and agree in the end. FUZZ_SECONDS sets the time of the random
// part, FUZZ_SEED repeats it (as far as the network's timing allows).
import { readFileSync } from 'node:fs';
import { selector } from '@stackctl/crypto';
import { type CasmClassJson, feltToHex, isStackError, type SierraClassJson } from '@stackctl/types';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { greedyClasses, RUN } from '../../../packages/execution/test/helpers/greedy.ts';
import { BOOKSHOP_FOLDER } from './classes/bookshop.ts';
import { addressOf, type ClassNet, createClassNet, type Sender } from './fuzz/class-net.ts';
import { createClasses, sierraOf } from './fuzz/classes.ts';
import { createRandom } from './fuzz/random.ts';
import { type TestNode, waitForHeight } from './harness.ts';
import { providerOf, raw } from './starknet-js.ts';

const SECONDS = Number(process.env.FUZZ_SECONDS ?? 12);
const SEED = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31);
/** As much as a transaction may ask for: ten million steps. */
const ALL_GAS = 1_000_000_000n;
const DEAREST = new Set(['loops', 'fills ec_op']);
/** Four million steps, most of which nobody would pay. */
const SOME_GAS = 20_000_000n;
/** How long a node may take to answer while the others' code runs on it. */
const PATIENCE_MS = 20_000;

let net: ClassNet;
let senders: Sender[] = [];
const node = (index: number): TestNode => net.nodes[index % net.nodes.length] as TestNode;

beforeAll(async () => {
  console.info(`FUZZ_SEED=${SEED}`);
  net = await createClassNet();
  senders = await net.senders(10);
});
afterAll(() => net?.close());

interface Outcome {
  readonly status: 'SUCCEEDED' | 'REVERTED';
  readonly reason: string;
}

async function outcomeOf(transactionHash: string): Promise<Outcome> {
  const provider = providerOf(node(0));
  const receipt = await provider.waitForTransaction(transactionHash, { retryInterval: 100 });
  const value = receipt.value as { execution_status: Outcome['status']; revert_reason?: string };
  return { status: value.execution_status, reason: value.revert_reason ?? '' };
}

/** A call by RPC: a result, or an error that is not an internal one. Gives its milliseconds. */
async function ask(at: TestNode, to: bigint, entry: bigint, calldata: readonly bigint[]) {
  const started = performance.now();
  const request = { contract_address: to, entry_point_selector: entry, calldata };
  try {
    await at.rpc.starknet_call({
      request: { contractAddress: to, selector: entry, calldata },
      block_id: 'latest',
    });
  } catch (error) {
    if (!isStackError(error, 'RPC_ERROR')) throw error;
    expect(error.facts.code, `${JSON.stringify(request, bigints)}: ${error.message}`).not.toBe(
      -32603,
    );
  }
  return performance.now() - started;
}
const bigints = (_key: string, value: unknown) =>
  typeof value === 'bigint' ? feltToHex(value) : value;

describe('on four validators', () => {
  it('code that does as much as it can is reverted, and holds nobody up for long', async () => {
    const names = greedyClasses(0n).map(([name]) => name);
    const [declarer, ...callers] = senders as [Sender, ...Sender[]];
    const deployed: Array<readonly [string, bigint]> = [];
    for (const [index, name] of names.entries()) {
      const sierra = sierraOf(BigInt(index + 1), index % 2 === 0);
      const own = new Map(greedyClasses(addressOf(sierra))).get(name) as CasmClassJson;
      const address = await net.put(declarer, sierra, own);
      if (typeof address === 'string') throw new Error(`${name}: ${address}`);
      deployed.push([name, address]);
    }
    // The last deployment is behind all others.
    const last = deployed.at(-1)?.[1] ?? 0n;
    const there = await outcomeOf(await net.invoke(declarer, last, RUN, [], SOME_GAS));
    expect(there.reason).not.toMatch(/not deployed/);
    const times: Array<readonly [string, number]> = [];
    for (const [name, address] of deployed)
      times.push([name, await ask(node(1), address, RUN, [])]);
    const sent: Array<readonly [string, string]> = [];
    for (const [index, [name, address]] of deployed.entries()) {
      const caller = callers[index % callers.length] as Sender;
      const l2Gas = DEAREST.has(name) ? ALL_GAS : SOME_GAS;
      sent.push([name, await net.invoke(caller, address, RUN, [], l2Gas)]);
    }
    for (const [name, transaction] of sent) {
      const { status, reason } = await outcomeOf(transaction);
      expect([name, status, reason]).toEqual([name, 'REVERTED', expect.stringMatching(/./)]);
    }
    const slowest = times.reduce((a, b) => (b[1] > a[1] ? b : a));
    console.info(`slowest call: ${slowest[0]}, ${(slowest[1] / 1000).toFixed(2)} s`);
    expect(slowest[1]).toBeLessThan(PATIENCE_MS);
  });

  it('noise and changed code end in receipts', { timeout: SECONDS * 1000 + 90_000 }, async () => {
    const random = createRandom(SEED);
    const classes = createClasses(random);
    const outcomes = new Map<string, number>();
    const note = (outcome: string): void => {
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    };
    const until = performance.now() + SECONDS * 1000;
    const felt = () => random.bits(random.pick([1, 5, 64, 128, 250]));
    const calldata = () => Array.from({ length: random.pick([0, 0, 1, 1, 2, 3, 5, 2_000]) }, felt);

    const work = async (sender: Sender): Promise<void> => {
      while (performance.now() < until) {
        const { sierra, casm, selectors } = classes(random.chance(0.5));
        const address = await net.put(sender, sierra, casm);
        if (typeof address === 'string') {
          note('refused');
          continue;
        }
        const sent: string[] = [];
        for (let i = 0; i < 3; i++) {
          const l2Gas = random.chance(0.02) ? ALL_GAS : SOME_GAS;
          const entry = random.pick(selectors);
          sent.push(await net.invoke(sender, address, entry, calldata(), l2Gas));
        }
        for (const transaction of sent) {
          const { status, reason } = await outcomeOf(transaction);
          note(reason.includes('not deployed') ? 'not deployed' : status);
        }
        await ask(node(random.below(4)), address, random.pick(selectors), calldata());
        note('classes');
      }
    };
    await Promise.all(senders.map(work));
    console.info(Object.fromEntries(outcomes));
    expect(outcomes.get('classes') ?? 0, `FUZZ_SEED=${SEED}`).toBeGreaterThan(5);
    expect(outcomes.get('REVERTED') ?? 0).toBeGreaterThan(0);
  });

  it('a compiled class with dictionaries and circuits runs', async () => {
    const read = (kind: string): unknown =>
      JSON.parse(readFileSync(`${BOOKSHOP_FOLDER}/arithmetic.${kind}.json`, 'utf8'));
    const [sender] = senders as [Sender];
    const address = await net.put(
      sender,
      read('contract_class') as SierraClassJson,
      read('compiled_contract_class') as CasmClassJson,
    );
    if (typeof address === 'string') throw new Error(address);
    const modulus = [2n ** 128n - 1n, 2n ** 127n];
    const asked: Array<readonly [string, readonly bigint[]]> = [
      ['tally', [3n, 5n, 6n, 5n]],
      ['circuit', [9n, 0n, 4n, 0n, ...modulus]],
      ['multiply_modulo', [9n, 8n, 7n, 6n, ...modulus]],
      ['bits', [9n, 8n, 7n, 6n]],
      ['hashes', [1n, 2n]],
    ];
    const sent: string[] = [];
    for (const [name, calldata] of asked) {
      sent.push(await net.invoke(sender, address, selector(name), calldata, SOME_GAS));
    }
    for (const transaction of sent) {
      expect(await outcomeOf(transaction)).toEqual({ status: 'SUCCEEDED', reason: '' });
    }
    await waitForHeight(net.nodes, await node(0).rpc.starknet_blockNumber());
    for (const each of net.nodes) {
      const request = { contractAddress: address, selector: selector('tally') };
      const calldata = [3n, 5n, 6n, 5n];
      const answer = await each.rpc.starknet_call({
        request: { ...request, calldata },
        block_id: 'latest',
      });
      expect(answer).toEqual([3n, 0n, 0n, 1n]);
    }
  });

  it('all are there afterwards, agree on every block, and go on', async () => {
    const height = await node(0).rpc.starknet_blockNumber();
    await waitForHeight(net.nodes, height + 1, 60);
    for (let number = 0; number <= height; number++) {
      const blocks = await Promise.all(
        net.nodes.map((each) => each.rpc.starknet_getBlockWithTxHashes({ block_id: { number } })),
      );
      const seen = blocks.map(({ header }) => ('hash' in header ? feltToHex(header.hash) : ''));
      expect(new Set(seen).size, `block ${number}: ${seen.join(', ')}`).toBe(1);
      // Traces and all, as a tool that follows the chain asks for them.
      const response = await raw(node(number), 'starknet_traceBlockTransactions', [
        { block_number: number },
      ]);
      if (number > 0) {
        const { result } = response as { result?: readonly unknown[] };
        expect(result?.length, JSON.stringify(response.error)).toBe(blocks[0]?.transactions.length);
      }
    }
    for (const each of net.nodes) expect(() => process.kill(each.pid, 0)).not.toThrow();
  });
});
