import { hash as starknetHash } from 'starknet';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Options } from '../src/options.ts';
import { run } from '../src/run.ts';
import { serveChain } from './fake-node.ts';

let chain: Awaited<ReturnType<typeof serveChain>>;

function options(overrides: Partial<Options> = {}): Options {
  return {
    load: {
      rate: 50,
      duration: 1,
      seed: 3,
      mix: { fibonacci: 1, factorial: 1, erc20: 1 },
      max: { fibonacci: 50, factorial: 20, erc20: 1000 },
    },
    rpcUrls: chain.urls,
    accountsFile: undefined,
    contracts: { fibonacci: '0xf1', factorial: '0xfa', erc20: '0xe2' },
    inclusionTimeout: 20,
    signer: 'starknet.js',
    json: true,
    ...overrides,
  };
}

const quiet = () => undefined;
const never = new AbortController().signal;

/** The transaction hash that a node computes from the body it received. */
function hashOf(body: Record<string, unknown>): string {
  type Bound = { max_amount: string; max_price_per_unit: string };
  const resources = body.resource_bounds as Record<string, Bound>;
  const bound = (name: string) => ({
    max_amount: BigInt(resources[name]?.max_amount ?? 0),
    max_price_per_unit: BigInt(resources[name]?.max_price_per_unit ?? 0),
  });
  return starknetHash.calculateInvokeTransactionHash({
    senderAddress: body.sender_address as string,
    version: '0x3',
    compiledCalldata: body.calldata as string[],
    chainId: '0x54455354' as never,
    nonce: body.nonce as string,
    accountDeploymentData: [],
    nonceDataAvailabilityMode: 0,
    feeDataAvailabilityMode: 0,
    resourceBounds: {
      l1_gas: bound('l1_gas'),
      l2_gas: bound('l2_gas'),
      l1_data_gas: bound('l1_data_gas'),
    },
    tip: 0n,
    paymasterData: [],
  });
}

beforeEach(async () => {
  chain = await serveChain(3, 100);
  chain.hashes.of = hashOf;
});
afterEach(() => chain.stop());

describe('run', () => {
  it('follows every accepted transaction into its block', async () => {
    chain.behaviour.revertEvery = 10;
    const { report, missing } = await run(options(), quiet, never);
    expect(report).toMatchObject({
      sent: 50,
      accepted: 50,
      rejected: 0,
      included: 50,
      reverted: 5,
    });
    expect(missing).toBe(0);
    expect(report.latencyMs.p50).toBeGreaterThan(0);
    expect(report.tps).toBeGreaterThan(0);
  });

  it('spreads accounts over nodes and keeps each account with its node', async () => {
    await run(options(), quiet, never);
    const nodeOf = new Map<string, number>();
    for (const { sender, node } of chain.accepted) {
      expect(nodeOf.get(sender) ?? node).toBe(node);
      nodeOf.set(sender, node);
    }
    expect(new Set(nodeOf.values())).toEqual(new Set([0, 1, 2]));
  });

  it('goes on with another node when one dies', async () => {
    const running = run(options(), quiet, never);
    setTimeout(() => chain.stopNode(1), 500);
    const { report, missing } = await running;
    expect(report.accepted).toBe(50);
    expect(missing).toBe(0);
  });

  it('says what was refused and why', async () => {
    chain.behaviour.refuse = 'insufficient balance';
    const { report, reasons } = await run(options(), quiet, never);
    expect(report).toMatchObject({ sent: 50, accepted: 0, rejected: 50, included: 0 });
    expect(reasons[0]?.count).toBe(50);
  });

  it('reports accepted transactions that never come', async () => {
    chain.behaviour.include = false;
    const { report, missing } = await run(options({ inclusionTimeout: 0.3 }), quiet, never);
    expect(report.accepted).toBe(50);
    expect(report.included).toBe(0);
    expect(missing).toBe(50);
  });

  it('stops early when it is told to, and still reports', async () => {
    const abort = new AbortController();
    const watch = setInterval(() => chain.accepted.length >= 5 && abort.abort(), 5);
    const { report } = await run(options(), quiet, abort.signal);
    clearInterval(watch);
    expect(report.sent).toBeLessThan(50);
    expect(report.accepted).toBeGreaterThan(0);
  });
});
