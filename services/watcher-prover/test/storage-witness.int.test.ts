import { decodeStorageWitness, replayBlock } from '@stackctl/block-proof';
import { createRpcClient, type RpcClient } from '@stackctl/rpc';
import { feltToHex } from '@stackctl/types';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixtures } from '../../../packages/block-proof/test/support/fixtures.ts';
import { known, mixedSample } from '../../../packages/block-proof/test/support/real-block.ts';
import { ChainClasses, readBundle } from '../src/prove/read-bundle.ts';
import { type ReexecutedBlock, reexecute } from '../src/prove/reexecute.ts';
import { ChainHeaders, collectWitness } from '../src/prove/storage-witness.ts';
import { serveChain } from './support/chain-node.ts';

let node: Awaited<ReturnType<typeof serveChain>>;
let rpc: RpcClient;
const classes = new ChainClasses();

/** Requests of each method that the collector makes. */
function counting(counts: Map<string, number>): RpcClient {
  return new Proxy(rpc, {
    get: (target, name: keyof RpcClient) => {
      counts.set(name, (counts.get(name) ?? 0) + 1);
      return target[name];
    },
  });
}

async function collect(
  number: number,
  headers = new ChainHeaders(),
  client = rpc,
  change = (executed: ReexecutedBlock): ReexecutedBlock => executed,
) {
  const hash = feltToHex(node.chain.blocks[number]?.header.hash ?? 0n);
  const bundle = await readBundle(rpc, node.chain.chainId, number, hash);
  await classes.load(rpc, bundle);
  const executed = reexecute(bundle, classes.registry);
  const bytes = await collectWitness(client, headers, bundle, change(executed), classes);
  return { bytes, verdict: replayBlock(executed.transcript, bundle.facts, known, bytes) };
}

beforeAll(async () => {
  node = await serveChain('run');
  rpc = createRpcClient([node.url]);
  const { chain } = node;
  const { strk } = chain.genesis.addresses;
  const approve = (spender: bigint, amount: bigint) => ({
    account: 0,
    calls: [{ to: strk, entry: 'approve', calldata: [spender, amount, 0n] }],
  });
  const spenders = Array.from({ length: 12 }, (_, index) => 0x5000n + BigInt(index));
  chain.next([]);
  chain.next(mixedSample(chain.genesis.addresses));
  chain.next([chain.declare(1, fixtures.messenger)]);
  chain.next(spenders.map((spender) => approve(spender, 9n)));
  // Each removal takes a node beside it; all together, nodes beside what is joined.
  chain.next([approve(spenders[0] as bigint, 0n)]);
  chain.next(spenders.slice(1, 9).map((spender) => approve(spender, 0n)));
  chain.next(spenders.slice(9).map((spender) => approve(spender, 0n)));
  while (chain.blocks.length <= 12) chain.next([]);
  // More leaves than one request takes.
  chain.next(Array.from({ length: 200 }, (_, index) => approve(0x9000n + BigInt(index), 1n)));
});
afterAll(() => node.stop());

describe('collecting storage witnesses', () => {
  it('gives every block what its replay takes, and no more', async () => {
    const headers = new ChainHeaders();
    for (const { header } of node.chain.blocks) {
      const { verdict } = await collect(header.number, headers);
      // A witness that opens more than is needed is refused.
      expect(verdict, `block ${header.number}`).toMatchObject({ ok: true, unvalidated: [] });
    }
  });

  it('reads each header once, and removed values in few requests', async () => {
    const headers = new ChainHeaders();
    const first = new Map<string, number>();
    await collect(11, headers, counting(first));
    expect(first.get('starknet_getBlockWithTxHashes')).toBe(9);
    const second = new Map<string, number>();
    await collect(12, headers, counting(second));
    expect(second.get('starknet_getBlockWithTxHashes')).toBeUndefined();
    for (const block of [5, 6, 7]) {
      const removing = new Map<string, number>();
      await collect(block, headers, counting(removing));
      expect(removing.get('starknet_getStorageProof')).toBe(2);
    }
    const large = new Map<string, number>();
    await collect(13, headers, counting(large));
    expect(large.get('starknet_getStorageProof')).toBeGreaterThan(1);
  });

  it('asks one by one for nodes that it did not foresee', async () => {
    const blind = (executed: ReexecutedBlock) => ({ ...executed, stateDiff: { storage: [] } });
    for (const block of [5, 6, 7]) {
      const counts = new Map<string, number>();
      const { verdict } = await collect(block, undefined, counting(counts), blind);
      expect(verdict.ok, `block ${block}`).toBe(true);
      expect(counts.get('starknet_getStorageProof')).toBeGreaterThan(block === 5 ? 1 : 2);
    }
  });

  it('is empty for genesis, and small for an empty block', async () => {
    expect(decodeStorageWitness((await collect(0)).bytes).headers).toEqual([]);
    expect((await collect(1)).bytes.length).toBeLessThan(1_000);
  });

  it('gets nowhere with a node that lies about the state', async () => {
    const lying: RpcClient = {
      ...rpc,
      starknet_getStorageProof: async (params) => {
        const proof = await rpc.starknet_getStorageProof(params);
        const bent = proof.contractLeaves.map((leaf) => ({ ...leaf, nonce: leaf.nonce + 1n }));
        return { ...proof, contractLeaves: bent };
      },
    };
    await expect(collect(2, new ChainHeaders(), lying)).rejects.toThrow(/not what its leaf says/);
    const elsewhere: RpcClient = {
      ...rpc,
      starknet_getStorageProof: (params) =>
        rpc.starknet_getStorageProof({ ...params, block_id: { number: 0 } }),
    };
    await expect(collect(3, new ChainHeaders(), elsewhere)).rejects.toThrow(/not those of/);
  });
});
