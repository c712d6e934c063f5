import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { processAlive, processIdentity } from '../src/index.ts';

const script = fileURLToPath(new URL('fixtures/service.ts', import.meta.url));

interface Line {
  readonly level: string;
  readonly msg: string;
  readonly code?: string;
}

class Run {
  readonly child: ChildProcess;
  private text = '';
  private readonly ended: Promise<number | null>;

  constructor(mode: string, env: Record<string, string> = {}) {
    this.child = spawn(process.execPath, [script], {
      env: { ...process.env, MODE: mode, ...env },
      stdio: ['pipe', 'ignore', 'pipe'],
    });
    this.child.stderr?.on('data', (chunk: Buffer) => (this.text += chunk.toString()));
    this.ended = new Promise((resolve) => this.child.once('close', (code) => resolve(code)));
  }

  async said(needle: string): Promise<void> {
    while (!this.text.includes(needle)) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  async end(): Promise<{ code: number | null; last: Line }> {
    const code = await this.ended;
    const line = this.text.trimEnd().split('\n').at(-1) ?? '{}';
    return { code, last: JSON.parse(line) as Line };
  }
}

test.each([
  ['stale', 2, 'STALE_STATE'],
  ['port', 3, 'PORT_TAKEN'],
  ['timeout', 4, 'TIMEOUT'],
  ['throw', 4, undefined],
  ['reject', 4, undefined],
  ['uncaught', 4, undefined],
])('a start that fails (%s) exits %i and says why in its last line', async (mode, code, known) => {
  const { code: exit, last } = await new Run(mode).end();
  expect(exit).toBe(code);
  expect(last.level).toBe('fatal');
  expect(last.code).toBe(known);
});

test.each(['SIGTERM', 'SIGINT'] as const)('%s stops it: exit 0', async (signal) => {
  const run = new Run('serve');
  await run.said('ready');
  run.child.kill(signal);
  expect((await run.end()).code).toBe(0);
});

test('a signal stops it while it is still starting', async () => {
  const run = new Run('slow-start');
  await run.said('starting');
  run.child.kill('SIGTERM');
  expect((await run.end()).code).toBe(0);
});

test('the end of stdin stops it when it is supervised, and only then', async () => {
  const supervised = new Run('serve', { STACKCTL_SUPERVISED: '1' });
  await supervised.said('ready');
  supervised.child.stdin?.end();
  expect((await supervised.end()).code).toBe(0);

  const alone = new Run('serve', { STACKCTL_SUPERVISED: '0' });
  await alone.said('ready');
  alone.child.stdin?.end();
  await new Promise((resolve) => setTimeout(resolve, 150));
  expect(alone.child.exitCode).toBeNull();
  alone.child.kill('SIGTERM');
  await alone.end();
});

test('a stop that hangs is cut off after the grace; one that fails says so', async () => {
  const stuck = new Run('stuck');
  await stuck.said('ready');
  const begun = performance.now();
  stuck.child.kill('SIGTERM');
  expect((await stuck.end()).code).toBe(4);
  expect(performance.now() - begun).toBeLessThan(4_000);

  const failing = new Run('stop-fails');
  await failing.said('ready');
  failing.child.kill('SIGTERM');
  const { code, last } = await failing.end();
  expect([code, last.level, last.msg]).toEqual([4, 'fatal', 'cannot close']);
});

test('a second signal cuts a hanging stop off at once', async () => {
  const stuck = new Run('stuck');
  await stuck.said('ready');
  stuck.child.kill('SIGTERM');
  await stuck.said('stopping');
  const begun = performance.now();
  stuck.child.kill('SIGTERM');
  expect((await stuck.end()).code).toBe(4);
  expect(performance.now() - begun).toBeLessThan(1_500);
});

test('a bad LOG_LEVEL is a configuration error', async () => {
  const { code, last } = await new Run('serve', { LOG_LEVEL: 'loud' }).end();
  expect([code, last.code]).toEqual([2, 'CONFIG_INVALID']);
});

test('identities: alive while it runs, another start time is another process', async () => {
  const run = new Run('serve');
  await run.said('ready');
  const pid = run.child.pid ?? 0;
  const identity = processIdentity(pid);
  expect(identity).toBeDefined();
  if (identity === undefined) return;
  expect(processAlive(identity)).toBe(true);
  expect(processAlive({ pid, startTime: 'long ago' })).toBe(false);
  run.child.kill('SIGKILL');
  while (run.child.signalCode === null) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(processAlive(identity)).toBe(false);
});
