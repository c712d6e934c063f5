import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  decodeMessage,
  encodeMessage,
  type Message,
  type VoteKind,
  voteSignBytes,
} from '@stackctl/consensus';
import { afterAll, expect, it } from 'vitest';
import { type ConsensusHost, createConsensusHost, networkId } from '../../src/consensus/index.ts';
import { signingKey } from '../../src/network/keys.ts';
import type { Channel, Transport } from '../../src/network/transport.ts';
import { CHAIN_ID, QUICK, SILENT, until } from './cluster.ts';
import { ListApplication } from './list-application.ts';

const CORE = 1;
const PIECE = 2;
const WANT = 3;
const SELF = 1; // proposer of height 1, round 0
const keys = [0, 1, 2, 3].map((i) => `${i}${i}`.repeat(32));
const validators = keys.map((key, i) => ({
  name: `v${i}`,
  publicKey: Buffer.from(signingKey(key).publicKey).toString('hex'),
  power: 1,
}));
const genesisDigest = new Uint8Array(32);
const domain = networkId(CHAIN_ID, genesisDigest);
const root = mkdtempSync(join(tmpdir(), 'stackctl-restart-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Everyone is connected, and nobody is there but the test. */
class TestTransport implements Transport {
  readonly sent: Uint8Array[] = [];
  #receive: (payload: Uint8Array, peer: string) => void = () => {};

  async start(): Promise<{ port: number }> {
    return { port: 0 };
  }
  async stop(): Promise<void> {}
  send(_peer: string, channel: Channel, payload: Uint8Array): boolean {
    this.broadcast(channel, payload);
    return true;
  }
  broadcast(channel: Channel, payload: Uint8Array): void {
    if (channel === 'consensus') this.sent.push(payload);
  }
  onMessage(channel: Channel, handler: (payload: Uint8Array, peer: string) => void): void {
    if (channel === 'consensus') this.#receive = handler;
  }
  onConnection(): void {}
  peers(): Array<{ name: string; connected: boolean }> {
    return ['v0', 'v2', 'v3'].map((name) => ({ name, connected: true }));
  }

  receive(tag: number, payload: Uint8Array): void {
    this.#receive(Buffer.concat([Uint8Array.of(tag), payload]), 'v0');
  }
  /** What the node itself has signed and sent. */
  own(): Message[] {
    return this.sent
      .filter((bytes) => bytes[0] === CORE)
      .map((bytes) => decodeMessage(bytes.subarray(1)) as Message)
      .filter((message) => message.validator === SELF);
  }
  said(what: VoteKind | 'proposal'): Message | undefined {
    return this.own().find((message) =>
      message.type === 'vote' ? message.kind === what : what === 'proposal',
    );
  }
}

function startHost(
  dataDir: string,
  item: string,
): { transport: TestTransport; host: ConsensusHost } {
  const transport = new TestTransport();
  const application = new ListApplication();
  application.add(item);
  const host = createConsensusHost({
    chainId: CHAIN_ID,
    genesisDigest,
    validators,
    self: { name: `v${SELF}`, privateKey: keys[SELF] as string },
    transport,
    listen: { host: '127.0.0.1', port: 0 },
    peers: [],
    dataDir,
    application,
    config: QUICK,
    log: SILENT,
    onFatal: (error) => {
      throw error;
    },
  });
  return { transport, host };
}

function voteOf(validator: number, kind: VoteKind, valueId: string | null): Uint8Array {
  const content = { kind, height: 1, round: 0, valueId };
  const signature = signingKey(keys[validator] as string).sign(voteSignBytes(domain, content));
  return encodeMessage({ type: 'vote', ...content, validator, signature });
}

it('a restarted node stands by what it has signed, and still has the value it is locked on', async () => {
  const dataDir = join(root, 'a');
  const before = startHost(dataDir, 'first life');
  await before.host.start();
  await until('it has prevoted', () => before.transport.said('prevote') !== undefined);
  const valueId = before.transport.said('proposal')?.valueId as string;
  for (const validator of [0, 2])
    before.transport.receive(CORE, voteOf(validator, 'prevote', valueId));
  await until('it has precommitted', () => before.transport.said('precommit') !== undefined);
  expect(before.transport.own().map((message) => message.valueId)).toEqual(Array(3).fill(valueId));
  await before.host.stop();

  const after = startHost(dataDir, 'second life');
  await after.host.start();
  // The others would rather have nothing.
  for (const validator of [0, 2, 3])
    after.transport.receive(CORE, voteOf(validator, 'prevote', null));
  await new Promise((resolve) => setTimeout(resolve, 700));
  const again = after.transport.own().filter((message) => message.round === 0);
  expect(again.length).toBeGreaterThanOrEqual(3);
  expect(new Set(again.map((message) => message.valueId))).toEqual(new Set([valueId]));

  after.transport.receive(WANT, Buffer.from(valueId, 'hex'));
  const piece = after.transport.sent.find((bytes) => bytes[0] === PIECE);
  expect(Buffer.from(piece ?? []).toString()).toContain('first life');
  await after.host.stop();
});
