import { prepareBlock } from '@stackctl/block-proof';
import { createRpcClient, type RpcClient } from '@stackctl/rpc';
import { feltToHex, type StateWitness } from '@stackctl/types';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mixedSample, shapeOf } from '../../../packages/block-proof/test/support/real-block.ts';
import { ChainClasses, readBundle } from '../src/prove/read-bundle.ts';
import { type BlockBundle, reexecute } from '../src/prove/reexecute.ts';
import { serveChain } from './support/chain-node.ts';

let node: Awaited<ReturnType<typeof serveChain>>;
let rpc: RpcClient;
const classes = new ChainClasses();

async function bundleOf(block: number): Promise<BlockBundle> {
  const hash = feltToHex(node.chain.blocks[block]?.header.hash ?? 0n);
  const bundle = await readBundle(rpc, node.chain.chainId, block, hash);
  await classes.load(rpc, bundle);
  return bundle;
}

beforeAll(async () => {
  node = await serveChain('run');
  rpc = createRpcClient([node.url]);
  for (let block = 1; block <= 12; block++)
    node.chain.next(block % 3 === 1 ? mixedSample(node.chain.genesis.addresses) : []);
});
afterAll(() => node.stop());

describe('reexecute', () => {
  it('gives the calls of every block from RPC and witness alone', async () => {
    for (let block = 0; block <= 12; block++) {
      const executed = reexecute(await bundleOf(block), classes.registry);
      const expected = node.chain.blocks[block]?.calls;
      expect(executed.calls.length).toBe(expected?.calls.length);
      const lookup = (hash: bigint) => classes.registry.get(hash)?.casm;
      const { inputs } = prepareBlock(executed, lookup, { maxSteps: 2 ** 18, shapeOf });
      expect(inputs.blockNumber).toBe(block);
    }
  });

  it('leaves out the validation of impersonated accounts, as the block did', async () => {
    const { header } = node.chain.next(mixedSample(node.chain.genesis.addresses), {
      skipValidate: true,
    });
    const bundle = await bundleOf(header.number);
    expect(bundle.facts.traces.every(({ validate }) => validate === undefined)).toBe(true);
    const executed = reexecute(bundle, classes.registry);
    expect(executed.calls.map(({ phase }) => phase)).not.toContain('validate');
    const lookup = (hash: bigint) => classes.registry.get(hash)?.casm;
    const { inputs } = prepareBlock(executed, lookup, { maxSteps: 2 ** 18, shapeOf });
    expect(inputs.blockNumber).toBe(header.number);
    // A node that hides validations gets nowhere: without them the block comes out otherwise.
    const honest = await bundleOf(4);
    const traces = honest.facts.traces.map(({ validate: _hidden, ...trace }) => trace);
    const hiding = { ...honest, facts: { ...honest.facts, traces } };
    expect(() => reexecute(hiding, classes.registry)).toThrow(/differ/);
  });

  it('refuses a block that is not the one of the job', async () => {
    await expect(readBundle(rpc, node.chain.chainId, 1, '0x1')).rejects.toThrow(/not 0x1/);
    await expect(bundleOf(99)).rejects.toMatchObject({ code: 'RPC_ERROR' });
  });

  it.each<[string, (witness: StateWitness) => StateWitness]>([
    ['lacks a value', (witness) => ({ ...witness, storage: witness.storage.slice(1) })],
    ['lacks a nonce', (witness) => ({ ...witness, nonces: [] })],
    [
      'has another value',
      (witness) => ({
        ...witness,
        storage: witness.storage.map((entry) => ({ ...entry, value: entry.value + 1n })),
      }),
    ],
  ])('refuses a witness that %s', async (_name, change) => {
    const bundle = await bundleOf(4);
    const changed = { ...bundle, witness: change(bundle.witness) };
    expect(() => reexecute(changed, classes.registry)).toThrow();
  });

  it.each(['receiptCommitment', 'eventCommitment', 'stateDiffCommitment'] as const)(
    'refuses a header with another %s',
    async (field) => {
      const bundle = await bundleOf(4);
      const header = { ...bundle.facts.header, [field]: 1n };
      const changed = { ...bundle, facts: { ...bundle.facts, header } };
      expect(() => reexecute(changed, classes.registry)).toThrow(/differ/);
    },
  );

  it('refuses a node whose header does not hash to its hash', async () => {
    node.behaviour.change = (block) => ({
      ...block,
      header: { ...block.header, timestamp: block.header.timestamp + 1 },
    });
    await expect(bundleOf(4)).rejects.toThrow(/contradicts itself/);
    node.behaviour.change = (block) => block;
  });

  it('refuses a node that leaves out a transaction', async () => {
    node.behaviour.change = (block) => ({
      ...block,
      body: {
        ...block.body,
        transactions: block.body.transactions.slice(1),
        traces: block.body.traces.slice(1),
      },
    });
    await expect(bundleOf(4)).rejects.toThrow(/commits to/);
    node.behaviour.change = (block) => block;
  });
});
