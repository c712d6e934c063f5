/**
 * Four validators as processes under the client's load, without L1 and prover: what was included, how
 * fast, and what each transaction cost in processor time on each node. Processor time says more than the
 * clock on a machine that does other things too.
 *
 *   node services/sequencer/bench/load.ts [--rate 250] [--duration 60] [--block-time 1000]
 *     [--warm-up 10] [--profile DIR]
 *
 * `--warm-up` runs the same load for some seconds before, uncounted: a fresh node spends its first two or
 * three seconds of processor time on compiling itself. `--profile` has every node and the client write a
 * V8 CPU profile into DIR.
 *
 * Lessons of its profiles. The client was the first to need a processor of its own (hashing and signing in
 * plain JavaScript, 3.5 ms a transaction). On a node two fifths of the time is elliptic curve and square
 * roots in `__validate__`, a fifth Poseidon in hashes and commitments, a tenth sockets. Under overload not
 * the work but its loss counts: rounds that time out while all execute, and gossip that repeats itself.
 *
 * Exit code 1 when a transaction was rejected or lost, or when p95 is 2 s or more.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { buildGenesis } from '@stackctl/contracts-l2';
import { feltToHex, shortString } from '@stackctl/types';
import { createTestNet, type TestNode } from '../test/harness.ts';

const { values: flags } = parseArgs({
  options: {
    rate: { type: 'string', default: '250' },
    duration: { type: 'string', default: '60' },
    'block-time': { type: 'string', default: '1000' },
    accounts: { type: 'string', default: '10' },
    validators: { type: 'string', default: '4' },
    'warm-up': { type: 'string', default: '0' },
    profile: { type: 'string' },
  },
});
const P95_LIMIT_MS = 2_000;
/** Of Linux's /proc/PID/stat: USER_HZ is 100 on every platform that Node runs on. */
const TICK_MS = 10;

interface ClientReport {
  readonly sent: number;
  readonly included: number;
  readonly rejected: number;
  readonly reverted: number;
  readonly tps: number;
  readonly latencyMs: { readonly p50: number; readonly p95: number; readonly p99: number };
}

interface Cpu {
  readonly user: number;
  readonly system: number;
}

/** Processor time of a process so far, in milliseconds; not a number where there is no /proc. */
function cpuMs(pid: number): Cpu {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { user: Number(fields[11]) * TICK_MS, system: Number(fields[12]) * TICK_MS };
  } catch {
    return { user: Number.NaN, system: Number.NaN };
  }
}

function runClient(
  nodes: readonly TestNode[],
  accounts: number,
  duration: string,
): Promise<ClientReport> {
  const { addresses } = buildGenesis({
    chainId: shortString('STACKCTL'),
    seed: 0n,
    accounts,
    initialBalance: 1n,
  });
  const main = fileURLToPath(new URL('../../client/src/main.ts', import.meta.url));
  const args = [
    '--signer',
    'native',
    '--rate',
    flags.rate,
    '--duration',
    duration,
    '--timeout',
    '30',
    '--json',
  ];
  args.push('--rpc', nodes.map((node) => node.url).join(','));
  args.push('--fibonacci', feltToHex(addresses.fibonacci));
  args.push('--factorial', feltToHex(addresses.factorial));
  const child = spawn(process.execPath, [...profileFlags(), main, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    child.once('error', reject);
    child.once('exit', (code) => {
      try {
        resolve(JSON.parse(text) as ClientReport);
      } catch {
        reject(new Error(`the client ended (${code}) without a report`));
      }
    });
  });
}

function profileFlags(): string[] {
  if (flags.profile === undefined) return [];
  return ['--cpu-prof', '--cpu-prof-interval', '500', '--cpu-prof-dir', flags.profile];
}

const row = (name: string, value: string): void => console.log(`${name.padEnd(32)} ${value}`);

const count = Number(flags.validators);
const accounts = Number(flags.accounts);
const net = await createTestNet({
  validators: count,
  accounts,
  blockTimeMs: Number(flags['block-time']),
});
try {
  const nodeOptions = [...profileFlags(), process.env.LOAD_NODE_FLAGS ?? ''].join(' ').trim();
  const env = {
    BLOCK_TIME_MS: flags['block-time'],
    ...(process.env.LOG_LEVEL === undefined ? {} : { LOG_LEVEL: process.env.LOG_LEVEL }),
    ...(nodeOptions === '' ? {} : { NODE_OPTIONS: nodeOptions }),
  };
  const nodes = await Promise.all(Array.from({ length: count }, (_, i) => net.start(i, env)));
  if (Number(flags['warm-up']) > 0) await runClient(nodes, accounts, flags['warm-up']);
  const from = await (nodes[0] as TestNode).rpc.starknet_blockNumber();
  const before = nodes.map((node) => cpuMs(node.pid));
  const report = await runClient(nodes, accounts, flags.duration);
  const after = nodes.map((node) => cpuMs(node.pid));
  const to = await (nodes[0] as TestNode).rpc.starknet_blockNumber();
  const status = await Promise.all(nodes.map((node) => node.rpc.stackctl_nodeStatus()));

  const lost = report.sent - report.included - report.rejected;
  const { p50, p95, p99 } = report.latencyMs;
  row('offered', `${flags.rate}/s for ${flags.duration} s`);
  row('included', `${report.included} of ${report.sent} (${report.tps}/s), ${to - from} blocks`);
  row('rejected / lost / reverted', `${report.rejected} / ${lost} / ${report.reverted}`);
  row('inclusion p50 / p95 / p99', `${p50} / ${p95} / ${p99} ms`);
  let total = 0;
  for (const [i, node] of nodes.entries()) {
    const [was, is] = [before[i] as Cpu, after[i] as Cpu];
    const [user, system] = [is.user - was.user, is.system - was.system];
    total += user + system;
    const each = ((user + system) / report.included).toFixed(2);
    const kernel = (system / report.included).toFixed(2);
    row(`${node.name} processor time`, `${each} ms a transaction, ${kernel} of it in the kernel`);
  }
  row('all validators', `${(total / report.included).toFixed(2)} ms a transaction`);
  const agreed =
    new Set(status.map(({ height, blockHash }) => `${height} ${blockHash}`)).size === 1;
  row('same head on all nodes', agreed ? 'yes' : 'no (a block was under way)');
  if (report.rejected > 0 || lost > 0 || p95 >= P95_LIMIT_MS) process.exitCode = 1;
  await Promise.all(nodes.map((node) => node.end('SIGTERM')));
} finally {
  await net.close();
}
