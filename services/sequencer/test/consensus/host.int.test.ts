import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { createValidatorSet, decodeCertificate, verifyCertificate } from '@stackctl/consensus';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { networkId, valueIdOf } from '../../src/consensus/index.ts';
import { createVerifier, rawPublicKey } from '../../src/network/keys.ts';
import { CHAIN_ID, createNetwork, createNode, type Network, until } from './cluster.ts';

type Node = ReturnType<typeof createNode>;

let network: Network;
let nodes: Node[];

beforeEach(async () => {
  network = await createNetwork(4);
  nodes = [0, 1, 2, 3].map((index) => createNode(network, index));
});

afterEach(async () => {
  await Promise.all(nodes.map((node) => node.host.stop()));
  network.remove();
});

const start = (): Promise<unknown> => Promise.all(nodes.map((node) => node.host.start()));
const heights = (): number[] => nodes.map((node) => node.application.height());
const allReach = (height: number, which = nodes): Promise<void> =>
  until(`height ${height}`, () => which.every((node) => node.application.height() >= height));

/** Every two nodes agree on every height that both have, and nobody has failed. */
function expectAgreement(): void {
  for (let height = 0; height <= Math.max(...heights()); height++)
    expect(
      new Set(nodes.flatMap((node) => node.application.hashes[height] ?? [])).size,
    ).toBeLessThanOrEqual(1);
  expect(nodes.flatMap((node) => node.failures)).toEqual([]);
}

describe('four hosts', () => {
  it('agree, and their certificates are genuine', async () => {
    await start();
    const [first] = nodes as [Node];
    first.application.add('x');
    first.host.gossip.broadcast('items', Buffer.from('x'));
    await until('x is in all lists', () =>
      nodes.every((node) => node.application.items.includes('x')),
    );
    await allReach(10);
    expectAgreement();
    const validators = createValidatorSet(
      network.validators.map((validator) => ({
        ...validator,
        publicKey: rawPublicKey(validator.publicKey),
      })),
    );
    const context = {
      domain: networkId(CHAIN_ID, network.genesisDigest),
      validators,
      verify: createVerifier(),
    };
    for (let height = 1; height <= 10; height++) {
      const record = await first.application.decidedAt(height);
      const certificate = decodeCertificate(record?.certificate as Uint8Array);
      expect(certificate).toMatchObject({
        height,
        valueId: valueIdOf(record?.value as Uint8Array),
      });
      if (certificate !== undefined) expect(verifyCertificate(context, certificate)).toBe(true);
    }
  });

  it('go on without one, which catches up when it is back', async () => {
    await start();
    await allReach(3);
    await nodes[3]?.host.stop();
    const before = Math.max(...heights());
    await allReach(before + 20, nodes.slice(0, 3));
    // Everything is lost but its folder with the log: it starts from genesis.
    nodes[3] = createNode(network, 3);
    await nodes[3].host.start();
    await allReach(before + 25);
    expectAgreement();
  });

  it('halt without two, and go on when they are back', async () => {
    await start();
    await allReach(3);
    await Promise.all(nodes.slice(2).map((node) => node.host.stop()));
    await new Promise((resolve) => setTimeout(resolve, 300));
    const halted = heights().slice(0, 2);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(heights().slice(0, 2)).toEqual(halted);
    nodes[2] = createNode(network, 2);
    await nodes[2].host.start();
    await allReach(Math.max(...halted) + 5, nodes.slice(0, 3));
    nodes[3] = createNode(network, 3);
    await nodes[3].host.start();
    await allReach(Math.max(...halted) + 10);
    expectAgreement();
  });

  it('decide large values', async () => {
    for (const node of nodes) node.application.ballast = 3 << 20;
    await start();
    await allReach(5);
    expectAgreement();
  });

  it('reject an invalid value and let the next proposer have a turn', async () => {
    nodes[1]?.application.add('poison');
    await start();
    await allReach(6);
    expectAgreement();
    expect(nodes.flatMap((node) => node.application.items)).not.toContain('poison');
  });

  it('are not disturbed by garbage on their ports', async () => {
    await start();
    await allReach(2);
    for (const { port } of network.members)
      for (let i = 0; i < 10; i++) {
        const socket = connect(port, '127.0.0.1', () => socket.end(randomBytes(1 + i * 999)));
        socket.on('error', () => {});
      }
    await allReach(Math.max(...heights()) + 10);
    expectAgreement();
    for (const node of nodes)
      expect(node.host.status().peers.every((peer) => peer.connected)).toBe(true);
  });

  it('an idle chain is quiet: no rounds are lost while nobody has anything to say', async () => {
    nodes = [0, 1, 2, 3].map((index) =>
      createNode(network, index, { config: { blockTimeMs: 100, emptyBlockTimeMs: 60_000 } }),
    );
    await start();
    await allReach(1);
    await new Promise((resolve) => setTimeout(resolve, 2000));
    expect(heights()).toEqual([1, 1, 1, 1]);
    expect(nodes.map((node) => node.host.status().round)).toEqual([0, 0, 0, 0]);
    nodes[2]?.application.add('x');
    nodes[2]?.host.gossip.broadcast('items', Buffer.from('x'));
    await allReach(2);
    expectAgreement();
  });

  it('refuse a key that is not in the genesis', () => {
    const [member] = network.members;
    const other = { ...network, members: [{ ...member, privateKey: '11'.repeat(32) }] };
    expect(() => createNode(other as Network, 0)).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID' }),
    );
  });
});
