/**
 * Consensus alone, on loopback: four validators as processes, blocks of opaque transactions, no
 * execution, chain in memory, write-ahead log on disk.
 *
 *   node bench/consensus.ts [--seconds 5] [--txs 0] [--bytes 256] [--block-time 0] [--kill]
 *
 * `--txs` transactions of `--bytes` in each block (0: empty blocks); `--kill` ends one validator at
 * half time and gives the rates before and after. Prints one JSON line.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import {
  type Application,
  type Decided,
  type DecidedRecord,
  valueIdOf,
} from '../src/consensus/index.ts';
import { createNetwork, hostOf, type Network, SILENT } from '../test/consensus/cluster.ts';

interface Job {
  readonly network: Omit<Network, 'genesisDigest' | 'remove'> & { readonly genesisDigest: string };
  readonly index: number;
  readonly valueBytes: number;
  readonly blockTimeMs: number;
}

interface Sample {
  readonly blocks: number;
  /** Milliseconds between commits. */
  readonly intervals: number[];
  readonly rounds: number;
  readonly cpuPercent: number;
  readonly rssMB: number;
}

/** Blocks that a node keeps in memory for others that are behind. */
const KEPT_BYTES = 32 << 20;

/** Random bytes as values; everything is valid. */
class OpaqueApplication implements Application {
  readonly intervals: number[] = [];
  rounds = 0;
  readonly #valueBytes: number;
  readonly #records = new Map<number, DecidedRecord>();
  #height = 0;
  #last = performance.now();

  constructor(valueBytes: number) {
    this.#valueBytes = valueBytes;
  }

  async build({ height }: { height: number }): Promise<Uint8Array> {
    const value = Buffer.alloc(Math.max(16, this.#valueBytes), height & 0xff);
    randomBytes(16).copy(value);
    return value;
  }

  async validate(): Promise<boolean> {
    return true;
  }

  async commit({ height, value, certificate, valueId, round }: Decided): Promise<void> {
    if (valueIdOf(value) !== valueId) throw new TypeError('another value');
    this.#records.set(height, { value, certificate });
    this.#records.delete(height - Math.ceil(KEPT_BYTES / (value.length + 1000)));
    this.#height = height;
    if (round > 0) this.rounds++;
    const now = performance.now();
    this.intervals.push(now - this.#last);
    this.#last = now;
  }

  async decidedAt(height: number): Promise<DecidedRecord | undefined> {
    return this.#records.get(height);
  }

  height(): number {
    return this.#height;
  }

  pendingWork(): boolean {
    return true;
  }

  onWork(): void {}
}

async function runValidator({ network, index, valueBytes, blockTimeMs }: Job): Promise<void> {
  const application = new OpaqueApplication(valueBytes);
  const full = {
    ...network,
    genesisDigest: Buffer.from(network.genesisDigest, 'hex'),
    remove: () => {},
  };
  const config = { blockTimeMs, emptyBlockTimeMs: blockTimeMs, timeoutProposeMs: 2000 };
  const host = hostOf(full, index, application, {
    config,
    log: SILENT,
    onFatal: reportAndExit,
  });
  await host.start();
  let usage = process.cpuUsage();
  let since = performance.now();
  process.on('message', () => {
    const { user, system } = process.cpuUsage(usage);
    const sample: Sample = {
      blocks: application.intervals.length,
      intervals: application.intervals.splice(0),
      rounds: application.rounds,
      cpuPercent: (user + system) / 10 / (performance.now() - since),
      rssMB: process.memoryUsage().rss / 1e6,
    };
    usage = process.cpuUsage();
    since = performance.now();
    application.rounds = 0;
    process.send?.(sample);
  });
  process.send?.('ready');
}

function reportAndExit(error: Error): void {
  console.error(error);
  process.exit(1);
}

async function sampleOf(child: ChildProcess): Promise<Sample> {
  const answer = once(child, 'message');
  child.send('sample');
  const [sample] = (await answer) as [Sample];
  return sample;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '5' },
      txs: { type: 'string', default: '0' },
      bytes: { type: 'string', default: '256' },
      'block-time': { type: 'string', default: '0' },
      kill: { type: 'boolean', default: false },
    },
  });
  const [seconds, txs, bytes, blockTimeMs] = [
    values.seconds,
    values.txs,
    values.bytes,
    values['block-time'],
  ].map(Number) as [number, number, number, number];
  const network = await createNetwork(4);
  const genesisDigest = Buffer.from(network.genesisDigest).toString('hex');
  const children = network.members.map((_, index) => {
    const child = fork(new URL(import.meta.url), ['--validator'], { serialization: 'advanced' });
    const { members, validators } = network;
    const job: Job = {
      network: { members, validators, genesisDigest },
      index,
      valueBytes: txs * bytes,
      blockTimeMs,
    };
    child.send(job);
    return child;
  });
  await Promise.all(children.map((child) => once(child, 'message')));
  const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
  const measure = async (forSeconds: number): Promise<object> => {
    const [first] = children as [ChildProcess];
    await sampleOf(first);
    const begin = performance.now();
    await pause(forSeconds * 1000);
    const sample = await sampleOf(first);
    const elapsed = (performance.now() - begin) / 1000;
    const sorted = sample.intervals.sort((a, b) => a - b);
    const quantile = (q: number): number =>
      Number((sorted[Math.floor(q * (sorted.length - 1))] ?? 0).toFixed(1));
    return {
      blocksPerSecond: Number((sample.blocks / elapsed).toFixed(1)),
      txsPerSecond: Math.round((sample.blocks * txs) / elapsed),
      blockMs: { p50: quantile(0.5), p99: quantile(0.99), max: quantile(1) },
      laterRounds: sample.rounds,
      cpuPercent: Math.round(sample.cpuPercent),
      rssMB: Math.round(sample.rssMB),
    };
  };
  await pause(1000);
  const result: Record<string, unknown> = { txs, bytes, blockTimeMs };
  result.all = await measure(values.kill ? seconds / 2 : seconds);
  if (values.kill) {
    children[3]?.kill('SIGKILL');
    result.oneKilled = await measure(seconds / 2);
  }
  console.log(JSON.stringify(result));
  for (const child of children) child.kill('SIGKILL');
  network.remove();
}

if (process.argv.includes('--validator'))
  process.once('message', (job: Job) => void runValidator(job));
else await main();
