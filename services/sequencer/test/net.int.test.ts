import { feltToHex } from '@stackctl/types';
import { cairo } from 'starknet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestNet, type TestNet, type TestNode, waitForHeight } from './harness.ts';
import { accountOf, providerOf } from './starknet-js.ts';

const STRK = '0x04718f5a0fc34cc1af16a1cdee98ffb20c31f5cd61d6ab07201858f4287c938d';

let net: TestNet;
let nodes: TestNode[] = [];

beforeAll(async () => {
  net = await createTestNet({ validators: 4, blockTimeMs: 100, emptyBlockTimeMs: 500 });
  nodes = await net.startAll();
});
afterAll(() => net?.close());

/** Every node's hash and state root at each height up to the lowest head; all must agree. */
async function expectAgreement(of: readonly TestNode[]): Promise<number> {
  const heads = await Promise.all(of.map((node) => node.rpc.starknet_blockNumber()));
  const height = Math.min(...heads);
  for (let number = 0; number <= height; number++) {
    const seen = await Promise.all(
      of.map(async (node) => {
        const block = await node.rpc.starknet_getBlockWithTxHashes({ block_id: { number } });
        if (block.status === 'PRE_CONFIRMED') throw new Error('a number names a final block');
        return `${feltToHex(block.header.hash)} ${feltToHex(block.header.stateRoot)}`;
      }),
    );
    expect(new Set(seen).size, `block ${number}: ${seen.join(', ')}`).toBe(1);
  }
  return height;
}

async function transferThrough(node: TestNode, index: number): Promise<string> {
  const account = await accountOf(node, index);
  const amount = cairo.uint256(1n);
  const { transaction_hash } = await account.execute({
    contractAddress: STRK,
    entrypoint: 'transfer',
    calldata: ['0x123', String(amount.low), String(amount.high)],
  });
  return transaction_hash;
}

describe('four validators', () => {
  it('produce blocks and agree on a transfer sent to any of them', async () => {
    console.info(`boot: ${nodes.map((node) => `${Math.round(node.bootMs)} ms`).join(', ')}`);
    const hashes = await Promise.all(nodes.map((node, i) => transferThrough(node, i)));
    for (const [i, hash] of hashes.entries()) {
      // Asked at another node than the one it was sent to.
      const receipt = await providerOf(nodes[(i + 1) % 4] as TestNode).waitForTransaction(hash);
      expect(receipt.isSuccess()).toBe(true);
    }
    await waitForHeight(nodes, 3);
    await expectAgreement(nodes);
    for (const node of nodes) {
      const { peers, mempool } = await node.rpc.stackctl_nodeStatus();
      expect(peers.filter((peer) => peer.connected)).toHaveLength(3);
      expect(mempool).toEqual({ ready: 0, queued: 0 });
    }
    const { signatures } = await (nodes[0] as TestNode).rpc.stackctl_getCommitCertificate({
      block_id: { number: 1 },
    });
    expect(signatures.length).toBeGreaterThanOrEqual(3);
  });

  it('go on when one is killed; restarted, it has the same chain', async () => {
    const [dead, ...alive] = nodes.toReversed() as [TestNode, ...TestNode[]];
    await dead.end('SIGKILL');
    const height = await (alive[0] as TestNode).rpc.starknet_blockNumber();
    const hash = await transferThrough(alive[0] as TestNode, 5);
    await providerOf(alive[1] as TestNode).waitForTransaction(hash);
    await waitForHeight(alive, height + 3, 60);
    const back = await net.start(3);
    nodes = [...nodes.slice(0, 3), back];
    await waitForHeight(nodes, height + 4, 60);
    expect(await expectAgreement(nodes)).toBeGreaterThanOrEqual(height + 4);
    const receipt = await back.rpc.starknet_getTransactionReceipt({
      transaction_hash: BigInt(hash),
    });
    expect(receipt.receipt.status).toBe('SUCCEEDED');
  });

  it('stop when told to, leaving with exit code 0', async () => {
    const codes = await Promise.all(nodes.map((node) => node.end('SIGTERM')));
    expect(codes).toEqual([0, 0, 0, 0]);
  });
});
