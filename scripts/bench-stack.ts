// The whole stack, measured as a user sees it: boots one in a temporary folder (beside any other that
// runs: ports move), loads it, waits for the proofs, verifies them, and stops it.
//
//   npm run bench:stack [-- --rate 20 --duration 10]
//
// Prints a table on stderr and one JSON object on stdout.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';

interface Status {
  readonly state: string;
  readonly l2: { readonly height: number };
  readonly prover: {
    readonly provenHeight: number;
    readonly lag: number;
    readonly lastProof: {
      readonly block: number;
      readonly steps: number;
      readonly ms: number;
      readonly coverage: number;
    } | null;
  };
}

interface SpamReport {
  readonly sent: number;
  readonly accepted: number;
  readonly included: number;
  readonly reverted: number;
  readonly tps: number;
  readonly latencyMs: { readonly p50: number; readonly p95: number; readonly p99: number };
}

const { values } = parseArgs({
  options: {
    rate: { type: 'string', default: '20' },
    duration: { type: 'string', default: '10' },
    seconds: { type: 'string', default: '10' },
  },
});

const run = promisify(execFile);
const launcher = fileURLToPath(new URL('../stackctl', import.meta.url));
const home = mkdtempSync(join(tmpdir(), 'stackctl-bench-'));

async function stackctl(...args: string[]): Promise<string> {
  const { stdout } = await run(launcher, [...args, '--home', home], { maxBuffer: 64 << 20 });
  return stdout;
}

async function status(): Promise<Status> {
  return JSON.parse(await stackctl('status', '--json')) as Status;
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN;
}

async function boot(config: object): Promise<number> {
  const file = join(home, 'bench.config.json');
  writeFileSync(file, JSON.stringify(config));
  const started = performance.now();
  await stackctl('up', '--detach', '--no-client', '--json', '--config', file);
  return Math.round(performance.now() - started);
}

/** Heights a second while nothing is sent and blocks may follow one another at once. */
async function emptyBlocksPerSecond(): Promise<number> {
  await boot({ blockTimeMs: 10, emptyBlockTimeMs: 10 });
  const before = await status();
  const started = performance.now();
  await sleep(Number(values.seconds) * 1000);
  const after = await status();
  const seconds = (performance.now() - started) / 1000;
  await stackctl('down');
  await stackctl('clean');
  return (after.l2.height - before.l2.height) / seconds;
}

async function load() {
  const bootMs = await boot({});
  const first = await status();
  const spam = JSON.parse(
    await stackctl('spam', '--json', '--rate', values.rate, '--duration', values.duration),
  ) as SpamReport;
  const end = (await status()).l2.height;
  const started = performance.now();
  const proofs = new Map<number, { steps: number; ms: number }>();
  for (;;) {
    const { prover } = await status();
    if (prover.lastProof !== null) proofs.set(prover.lastProof.block, prover.lastProof);
    if (prover.provenHeight >= end) break;
    if (performance.now() - started > 300_000) throw new Error('the prover did not catch up');
    await sleep(100);
  }
  const proven = Math.round((performance.now() - started) / 100) / 10;
  const verifyMs: number[] = [];
  for (let block = first.l2.height + 1; block <= end; block++) {
    const verdict = JSON.parse(await stackctl('verify', String(block), '--json')) as { ms: number };
    verifyMs.push(verdict.ms);
  }
  const secondStart = await restart();
  await stackctl('down');
  const loaded = [...proofs.values()].filter(({ steps }) => steps > 100);
  return {
    bootMs,
    restartMs: secondStart,
    spam,
    secondsToLastProof: proven,
    proofs: {
      seen: loaded.length,
      medianMs: median(loaded.map(({ ms }) => ms)),
      medianSteps: median(loaded.map(({ steps }) => steps)),
      stepsPerSecond: Math.round(
        (1000 * loaded.reduce((sum, { steps }) => sum + steps, 0)) /
          loaded.reduce((sum, { ms }) => sum + ms, 0),
      ),
    },
    verifyMs: { median: median(verifyMs), max: Math.max(...verifyMs) },
  };
}

async function restart(): Promise<number> {
  await stackctl('down');
  return boot({});
}

try {
  const blocksPerSecond = Math.round((await emptyBlocksPerSecond()) * 10) / 10;
  const report = { emptyBlocksPerSecond: blocksPerSecond, ...(await load()) };
  const rows: ReadonlyArray<readonly [string, string]> = [
    ['boot, first time', `${report.bootMs} ms`],
    ['boot, second time', `${report.restartMs} ms`],
    ['empty blocks', `${report.emptyBlocksPerSecond} a second`],
    ['transactions', `${report.spam.tps} a second included (offered ${values.rate})`],
    [
      'latency p50 / p95 / p99',
      `${Object.values(report.spam.latencyMs).map(Math.round).join(' / ')} ms`,
    ],
    [
      'proof of a loaded block',
      `${report.proofs.medianMs} ms for ${report.proofs.medianSteps} steps`,
    ],
    ['proving', `${report.proofs.stepsPerSecond} steps a second`],
    ['last proof after the load', `${report.secondsToLastProof} s`],
    ['verify a block', `${report.verifyMs.median} ms, at most ${report.verifyMs.max} ms`],
  ];
  for (const [name, value] of rows) process.stderr.write(`${name.padEnd(28)}${value}\n`);
  process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
} finally {
  await stackctl('down').catch(() => undefined);
  rmSync(home, { recursive: true, force: true });
}
