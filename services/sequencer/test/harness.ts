import { type ChildProcess, spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createRpcClient, type RpcClient } from '@stackctl/rpc';
import { freePort, waitUntil } from '@stackctl/runtime';
import { feltToHex, shortString } from '@stackctl/types';

const MAIN = new URL('../src/main.ts', import.meta.url).pathname;
/** Where the launcher keeps compiled sources too: a start takes a third of the time. */
const COMPILE_CACHE = new URL('../../../node_modules/.cache/node', import.meta.url).pathname;

/** A running sequencer process. */
export interface TestNode {
  readonly name: string;
  readonly url: string;
  readonly rpc: RpcClient;
  /** Milliseconds from the start of the process until RPC answered. */
  readonly bootMs: number;
  readonly pid: number;
  /** Sends a signal and waits for the end; gives exit code or signal. */
  end(signal: NodeJS.Signals): Promise<number | NodeJS.Signals>;
}

export interface TestNetOptions {
  readonly validators: number;
  readonly blockTimeMs?: number;
  readonly emptyBlockTimeMs?: number;
  readonly accounts?: number;
  readonly devnet?: boolean;
  /** BLOCK_MODE of every node. */
  readonly blockMode?: 'interval' | 'transaction';
}

/** Validators of one genesis in one temporary folder, as the cli starts them. */
export interface TestNet {
  readonly folder: string;
  start(index: number, env?: Readonly<Record<string, string>>): Promise<TestNode>;
  startAll(): Promise<TestNode[]>;
  /** Ends what still runs and removes the folder. */
  close(): Promise<void>;
}

/** Says how a process ended that should have served. */
export class ProcessEnded extends Error {
  readonly code: number | NodeJS.Signals;
  readonly lines: readonly string[];
  constructor(code: number | NodeJS.Signals, lines: readonly string[]) {
    super(`the process ended (${code}):\n${lines.slice(-20).join('\n')}`);
    this.code = code;
    this.lines = lines;
  }
}

export async function createTestNet(options: TestNetOptions): Promise<TestNet> {
  const { validators: count, blockTimeMs = 200, emptyBlockTimeMs = 1000, accounts = 10 } = options;
  const { devnet = true, blockMode = 'interval' } = options;
  const folder = mkdtempSync(join(tmpdir(), 'stackctl-net-'));
  const ports = await Promise.all(Array.from({ length: count }, () => freePort()));
  const names = ports.map((_, i) => `sequencer-${i}`);
  const validators = names.map((name, i) => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const raw = (part: string | undefined) => Buffer.from(part ?? '', 'base64url').toString('hex');
    const key = { name, privateKey: raw(privateKey.export({ format: 'jwk' }).d) };
    writeFileSync(join(folder, `${name}.key.json`), JSON.stringify(key));
    const address = feltToHex(0x5e90n + BigInt(i));
    return { name, publicKey: raw(publicKey.export({ format: 'jwk' }).x), power: 1, address };
  });
  const runId = `test-${process.pid}-${ports[0]}`;
  const genesis = {
    runId,
    chainId: feltToHex(shortString('STACKCTL')),
    timestamp: Math.floor(Date.now() / 1000),
    seed: '0',
    accounts,
    initialBalance: '1000000000000000000000',
    blockTimeMs,
    validators,
    l1: { chainId: 31337 },
    devnet,
  };
  writeFileSync(join(folder, 'genesis.json'), JSON.stringify(genesis));
  const running = new Set<ChildProcess>();

  const start: TestNet['start'] = (index, env = {}) => {
    const name = names[index] as string;
    mkdirSync(join(folder, name), { recursive: true });
    return launch(name, running, {
      RUN_ID: runId,
      GENESIS_FILE: join(folder, 'genesis.json'),
      VALIDATOR_NAME: name,
      VALIDATOR_KEY_FILE: join(folder, `${name}.key.json`),
      RPC_HOST: '127.0.0.1',
      RPC_PORT: '0',
      P2P_PORT: String(ports[index]),
      PEERS: names.map((each, i) => `${each}@127.0.0.1:${ports[i]}`).join(','),
      DATA_DIR: join(folder, name),
      BLOCK_MODE: blockMode,
      EMPTY_BLOCK_TIME_MS: String(emptyBlockTimeMs),
      LOG_LEVEL: 'info',
      STACKCTL_SUPERVISED: '1',
      ...env,
    });
  };

  return {
    folder,
    start,
    startAll: () => Promise.all(names.map((_, i) => start(i))),
    async close() {
      await Promise.all([...running].map((child) => endOf(child, 'SIGKILL')));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function endOf(child: ChildProcess, signal: NodeJS.Signals): Promise<number | NodeJS.Signals> {
  return new Promise((resolve) => {
    const done = () => resolve(child.exitCode ?? child.signalCode ?? 'SIGKILL');
    if (child.exitCode !== null || child.signalCode !== null) return done();
    child.once('exit', done);
    child.kill(signal);
  });
}

async function launch(
  name: string,
  running: Set<ChildProcess>,
  env: Readonly<Record<string, string>>,
): Promise<TestNode> {
  const begun = performance.now();
  const child = spawn(process.execPath, [MAIN], {
    env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: COMPILE_CACHE, ...env },
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  running.add(child);
  const lines: string[] = [];
  const port = await new Promise<number>((resolve, reject) => {
    // A process that neither serves nor ends is ended, and its log shown.
    const patience = setTimeout(() => child.kill('SIGKILL'), 30_000).unref();
    createInterface({ input: child.stderr }).on('line', (line) => {
      lines.push(line);
      if (lines.length > 2000) lines.splice(0, 1000);
      if (process.env.TEST_LOGS === '1') console.error(name, line);
      try {
        const entry = JSON.parse(line) as { msg?: string; rpcPort?: number };
        if (entry.msg === 'listening' && entry.rpcPort !== undefined) {
          clearTimeout(patience);
          resolve(entry.rpcPort);
        }
      } catch {
        // Not every line of a dying process is JSON.
      }
    });
    child.once('exit', () => {
      clearTimeout(patience);
      running.delete(child);
      // Of no use to who waits for an answer of it, but to who reads why there came none.
      if (!child.killed)
        console.error(
          new ProcessEnded(child.exitCode ?? child.signalCode ?? 'SIGKILL', lines).message,
        );
      reject(new ProcessEnded(child.exitCode ?? child.signalCode ?? 'SIGKILL', lines));
    });
  });
  const url = `http://127.0.0.1:${port}`;
  const rpc = createRpcClient([url]);
  await rpc.starknet_blockNumber();
  const bootMs = performance.now() - begun;
  return { name, url, rpc, bootMs, pid: child.pid ?? 0, end: (signal) => endOf(child, signal) };
}

/** Waits until every node has the block; fails after `seconds`. */
export async function waitForHeight(
  nodes: readonly TestNode[],
  height: number,
  seconds = 30,
): Promise<void> {
  const reached = async () => {
    const heights = await Promise.all(nodes.map((node) => node.rpc.starknet_blockNumber()));
    return heights.every((each) => each >= height) ? heights : undefined;
  };
  await waitUntil(reached, {
    waitingFor: `height ${height} on ${nodes.map((node) => node.name).join(', ')}`,
    deadlineMs: seconds * 1000,
  });
}
