// Benchmark of the whole stack: boots one in a folder and on ports of its own, loads it, and prints boot
// time, blocks/s, TPS, latency, prove and verify time. `make bench BENCH_FLAGS="--rate 20 --duration 20"`.
// With `--sustain` a rate that the stack does not keep up with (a transaction rejected or not included, or a
// p95 of two seconds) is exit code 1. (Validators without a prover beside them: `make bench-l2`.)
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { freePort, systemClock } from '@stackctl/runtime';
import type { LastProof } from '../src/chain/prover.ts';
import type { ClientReport } from '../src/tasks/client.ts';
import type { UpView } from '../src/view/banner.ts';
import type { StatusView } from '../src/view/status.ts';

const { values } = parseArgs({
  options: {
    rate: { type: 'string', default: '20' },
    duration: { type: 'string', default: '15' },
    sustain: { type: 'boolean', default: false },
    'proof-wait': { type: 'string', default: '180' },
  },
});

const launcher = fileURLToPath(new URL('../../stackctl', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'stackctl-bench-'));
const base = 20_000 + ((await freePort()) % 40_000);
const env = {
  ...process.env,
  STACKCTL_HOME: join(folder, 'home'),
  STACKCTL_PORTS_L1: String(base),
  STACKCTL_PORTS_SEQUENCER: String(base + 10),
  STACKCTL_PORTS_P2P: String(base + 30),
  STACKCTL_PORTS_WATCHER_PROVER: String(base + 50),
  STACKCTL_PORTS_EXPLORER: String(base + 60),
};

function stackctl(...args: string[]): string {
  return execFileSync(launcher, args, {
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}
const ask = <T>(...args: string[]): T => JSON.parse(stackctl(...args, '--json')) as T;
const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;

function row(name: string, value: string): void {
  process.stdout.write(`${name.padEnd(28)} ${value}\n`);
}

/** Every proof that the prover reports until it has caught up with `target`. */
async function proofsUpTo(url: string, target: number, seconds: number): Promise<LastProof[]> {
  const seen = new Map<number, LastProof>();
  const until = systemClock.monotonic() + seconds * 1_000;
  while (systemClock.monotonic() < until) {
    const response = await fetch(`${url}/status`);
    const status = (await response.json()) as { provenHeight: number; lastProof: LastProof | null };
    if (status.lastProof !== null) seen.set(status.lastProof.block, status.lastProof);
    if (status.provenHeight >= target) break;
    await systemClock.sleep(20);
  }
  return [...seen.values()];
}

try {
  const cold = ask<UpView>('up', '--detach', '--no-client');
  row('boot, new chain', `${((cold.readyMs ?? 0) / 1_000).toFixed(2)} s`);
  stackctl('down');
  const warm = ask<UpView>('up', '--detach', '--no-client');
  row('boot, existing chain', `${((warm.readyMs ?? 0) / 1_000).toFixed(2)} s`);

  const before = ask<StatusView>('status');
  const begun = systemClock.monotonic();
  const proverUrl =
    before.services.find(({ kind }) => kind === 'watcher-prover')?.endpoints.http ?? '';
  const report = ask<ClientReport>('spam', '--rate', values.rate, '--duration', values.duration);
  const after = ask<StatusView>('status');
  const seconds = (systemClock.monotonic() - begun) / 1_000;
  const blocks = (after.l2.height ?? 0) - (before.l2.height ?? 0);
  row('blocks/s under load', (blocks / seconds).toFixed(2));
  row(
    'TPS (offered)',
    `${report.tps} (${values.rate}), ${report.included} of ${report.sent} included`,
  );
  const { p50, p95, p99 } = report.latencyMs;
  row('inclusion p50 / p95 / p99', `${p50} / ${p95} / ${p99} ms`);

  const kept = report.included === report.sent && p95 < 2_000;
  if (values.sustain) {
    row('sustained', kept ? 'yes' : 'no');
    if (!kept) process.exitCode = 1;
  }

  const proofs = await proofsUpTo(proverUrl, after.l2.height ?? 0, Number(values['proof-wait']));
  const caughtUp = (systemClock.monotonic() - begun) / 1_000 - seconds;
  row(
    'prove, median of the seen',
    `${median(proofs.map(({ ms }) => ms))} ms (${proofs.length} proofs)`,
  );
  row('prover caught up after', `${caughtUp.toFixed(1)} s`);
  const checked = proofs
    .filter(({ steps }) => steps > 0)
    .slice(-5)
    .map(({ block }) => ask<{ ms: number; status: string }>('verify', String(block)));
  const verified = checked.filter(({ status }) => status === 'verified');
  row(
    'verify, median',
    `${median(verified.map(({ ms }) => ms))} ms (${verified.length} of ${checked.length} verified)`,
  );
} finally {
  stackctl('clean');
  rmSync(folder, { recursive: true, force: true });
}
