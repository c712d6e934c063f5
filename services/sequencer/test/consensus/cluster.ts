import { hash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Application,
  type ConsensusConfig,
  type ConsensusHost,
  createConsensusHost,
  type ValidatorConfig,
} from '../../src/consensus/index.ts';
import { signingKey } from '../../src/network/keys.ts';
import type { Log } from '../../src/network/log.ts';
import { ListApplication } from './list-application.ts';

export const QUICK: Partial<ConsensusConfig> = {
  blockTimeMs: 0,
  emptyBlockTimeMs: 20,
  timeoutProposeMs: 500,
  timeoutPrevoteMs: 100,
  timeoutPrecommitMs: 100,
  timeoutDeltaMs: 100,
  timeoutUnreachableMs: 50,
  rebroadcastMs: 200,
};

export const CHAIN_ID = '0x535441434b43544c';
export const SILENT: Log = { debug() {}, info() {}, warn() {}, error() {} };

export interface Member {
  readonly name: string;
  readonly privateKey: string;
  readonly port: number;
  readonly dataDir: string;
}

/** Keys, ports and folders of a network on loopback. */
export interface Network {
  readonly members: readonly Member[];
  readonly validators: readonly ValidatorConfig[];
  readonly genesisDigest: Uint8Array;
  remove(): void;
}

export async function createNetwork(size: number): Promise<Network> {
  const ports = await freePorts(size);
  const root = mkdtempSync(join(tmpdir(), 'stackctl-consensus-'));
  const members = ports.map((port, i) => ({
    name: `sequencer-${i}`,
    privateKey: hash('sha256', `key ${i}`),
    port,
    dataDir: join(root, String(i)),
  }));
  return {
    members,
    validators: members.map(({ name, privateKey }) => ({
      name,
      publicKey: Buffer.from(signingKey(privateKey).publicKey).toString('hex'),
      power: 1,
    })),
    genesisDigest: hash('sha256', root, 'buffer'),
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

/** The host of a member, in this process. */
export function hostOf(
  network: Network,
  index: number,
  application: Application,
  options: {
    config?: Partial<ConsensusConfig>;
    log?: Log;
    onFatal: (error: Error) => void;
  },
): ConsensusHost {
  const { name, privateKey, port, dataDir } = network.members[index] as Member;
  return createConsensusHost({
    chainId: CHAIN_ID,
    genesisDigest: network.genesisDigest,
    validators: network.validators,
    self: { name, privateKey },
    listen: { host: '127.0.0.1', port },
    peers: network.members
      .filter((member) => member.name !== name)
      .map((member) => ({ name: member.name, host: '127.0.0.1', port: member.port })),
    dataDir,
    application,
    config: { ...QUICK, ...options.config },
    log: options.log ?? SILENT,
    onFatal: options.onFatal,
  });
}

/** A member with the list application. */
export function createNode(
  network: Network,
  index: number,
  options: { config?: Partial<ConsensusConfig>; file?: string; log?: Log } = {},
): { host: ConsensusHost; application: ListApplication; failures: Error[] } {
  const { file, ...hostOptions } = options;
  const application = new ListApplication(file);
  const failures: Error[] = [];
  const onFatal = (error: Error): void => void failures.push(error);
  const host = hostOf(network, index, application, { ...hostOptions, onFatal });
  host.gossip.on('items', (payload) => application.add(new TextDecoder().decode(payload)));
  return { host, application, failures };
}

/** Polls until `condition` holds; fails with `what` after `ms`. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  ms = 20_000,
): Promise<void> {
  const deadline = performance.now() + ms;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`gave up waiting until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Ports that were free a moment ago. */
async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve) => {
        server.listen(0, '127.0.0.1', resolve);
      });
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(
    servers.map(
      (server) =>
        new Promise<void>((resolve) => {
          server.close(() => resolve());
        }),
    ),
  );
  return ports;
}
