import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { processAlive, processIdentity } from '@stackctl/runtime';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Sandbox, until } from './fixtures/sandbox.ts';

let box: Sandbox;
beforeEach(async () => {
  box = await Sandbox.create();
});
afterEach(() => box.dispose());

const nothingRuns = () =>
  until(
    () => box.running().length === 0,
    () => `no process of ${JSON.stringify(box.running())}`,
  );

test.each([
  ['die:2', 2, 'sequencer-1 is of another run'],
  ['die:4', 4, 'sequencer-1 died (exit code 4)'],
])(
  'a service that dies at boot (%s): exit %i, named, its last lines shown',
  async (mode, code, said) => {
    const up = await box.run(['up', '-d'], { FAKE_SEQUENCER_1: mode });
    expect(up.code).toBe(code);
    expect(up.stderr).toContain(said);
    expect(up.stderr).toMatch(/--- last lines of sequencer-1 \(.*sequencer-1\.log\)/);
    expect(up.stderr).toMatch(/fatal sequencer-1/);
    expect(up.stdout).toBe('');
    expect(box.state()).toMatchObject({ phase: 'failed', failure: { service: 'sequencer-1' } });
    expect(box.running()).toEqual([]);
    expect(await box.openPorts()).toEqual([]);
  },
);

test('a service that says that its port is taken, each time: exit 3', async () => {
  const up = await box.run(['up', '-d'], { FAKE_L1: 'die:3' });
  expect([up.code, up.stderr]).toEqual([3, expect.stringMatching(/l1: port \d+ is taken/)]);
});

test('a service that never gets healthy: exit 5', async () => {
  const env = { FAKE_SEQUENCER_0: 'never', STACKCTL_TIMEOUTS_BOOT: '1.5' };
  const up = await box.run(['up', '-d'], env);
  expect(up.code).toBe(5);
  expect(up.stderr).toContain('gave up after 1.5 s waiting for sequencer-0 to become healthy');
  expect(up.stderr).toContain('last lines of sequencer-0');
  box.state();
  expect(box.running()).toEqual([]);
});

test('proofs that do not come: exit 5, and nothing stays', async () => {
  const up = await box.run(['up', '-d'], { FAKE_PROOFS: 'stuck', STACKCTL_TIMEOUTS_PROOF: '0.5' });
  expect(up.code).toBe(5);
  expect(up.stderr).toMatch(/waiting for the proof of block 1/);
  box.state();
  expect(box.running()).toEqual([]);
});

test('a client without a report: exit 4, with what it said', async () => {
  const up = await box.run(['up', '-d'], { FAKE_CLIENT: 'silent' });
  expect(up.code).toBe(4);
  expect(up.stderr).toMatch(/client died \(exit code 4\).*\n.*no node answers/);
});

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  '%s while it stays attached: exit 130, nothing runs',
  async (signal) => {
    const up = box.start(['up', '--no-client']);
    await up.said('Ctrl-C');
    expect(box.state().attached).toBe(true);
    up.child.kill(signal);
    expect((await up.result).code).toBe(130);
    expect(box.running()).toEqual([]);
    expect(await box.openPorts()).toEqual([]);
  },
);

test('SIGINT during the boot: exit 130, nothing runs', async () => {
  const up = box.start(['up', '-d'], { FAKE_L1: 'never' });
  await until(
    () => {
      try {
        return box.service('l1').status === 'starting';
      } catch {
        return false;
      }
    },
    () => 'l1 to start',
  );
  up.child.kill('SIGINT');
  expect((await up.result).code).toBe(130);
  expect(box.running()).toEqual([]);
});

test('kill -9 of an attached `up` leaves nothing', async () => {
  const up = box.start(['up', '--no-client']);
  await up.said('Ctrl-C');
  box.state();
  up.child.kill('SIGKILL');
  await nothingRuns();
});

test('kill -9 of the shell around an attached `up` leaves nothing', async () => {
  const shell = box.start(['up', '--no-client'], {}, 'shell');
  await shell.said('Ctrl-C');
  box.state();
  shell.child.kill('SIGKILL');
  await nothingRuns();
  expect((await shell.result).stderr).toContain('Interrupted (the parent process died)');
});

test('kill -9 of the supervisor leaves nothing; status says so; up repairs', async () => {
  await box.run(['up', '-d', '--no-client']);
  const { supervisor } = box.state();
  process.kill(supervisor.pid, 'SIGKILL');
  await nothingRuns();
  const status = JSON.parse((await box.run(['status', '--json'])).stdout);
  expect(status.state).toBe('lost');
  expect(status.services[0]).toMatchObject({ name: 'l1', status: 'stopped', pid: null });
  const up = await box.run(['up', '-d', '--no-client']);
  expect(up.code).toBe(0);
  expect(up.stderr).toContain('lost its supervisor');
});

test('services that outlive a killed supervisor are ended by down', async () => {
  await box.run(['up', '-d', '--no-client'], { FAKE_SEQUENCER_1: 'deaf' });
  const { supervisor } = box.state();
  const deaf = box.service('sequencer-1').process;
  process.kill(supervisor.pid, 'SIGKILL');
  await until(
    () => box.running().length === 1,
    () => 'all but one to end',
  );
  expect(box.running()).toEqual([deaf]);
  expect((await box.run(['down'])).code).toBe(0);
  expect(box.running()).toEqual([]);
});

test('a service that ignores every request to stop is killed', async () => {
  await box.run(['up', '-d', '--no-client'], { FAKE_WATCHER_PROVER: 'deaf' });
  box.state();
  expect((await box.run(['down'])).code).toBe(0);
  expect(box.running()).toEqual([]);
});

test('what a service started goes with it', async () => {
  await box.run(['up', '-d', '--no-client'], { FAKE_L1: 'child' });
  const raw = await box.run(['logs', 'l1', '--json']);
  const pid = Number(/"msg":"child","pid":(\d+)/.exec(raw.stdout)?.[1]);
  const child = processIdentity(pid);
  expect(child).toBeDefined();
  await box.run(['down']);
  if (child !== undefined) {
    await until(
      () => !processAlive(child),
      () => `the child ${pid} to end`,
    );
  }
});

test.each(['sequencer-1', 'watcher-prover'])('kill -9 of %s: it comes back', async (name) => {
  await box.run(['up', '-d', '--no-client']);
  const before = box.service(name).process?.pid ?? 0;
  process.kill(before, 'SIGKILL');
  await until(
    () => box.service(name).restarts === 1 && box.service(name).status === 'healthy',
    () => `${name} to come back: ${JSON.stringify(box.service(name))}`,
  );
  expect(box.service(name).lastExit).toBe('signal SIGKILL');
  const status = JSON.parse((await box.run(['status', '--json'])).stdout);
  expect(status.state).toBe('running');
});

test('a stale socket, a stale lock and a broken state file are no obstacle', async () => {
  await box.run(['up', '-d', '--no-client']);
  await box.run(['down']);
  writeFileSync(box.home.socket, '');
  writeFileSync(box.home.lock, JSON.stringify({ pid: 1, startTime: 'long ago' }));
  writeFileSync(box.home.state, '{');
  expect((await box.run(['up', '-d', '--no-client'])).code).toBe(0);
});

test('usage and configuration errors: exit 2, on stderr', async () => {
  const file = join(box.folder, 'wrong.json');
  writeFileSync(file, '{"validtors": 4}');
  const wrong = await box.run(['up', '--config', file]);
  expect(wrong.code).toBe(2);
  expect(wrong.stderr).toContain(`${file}: validtors: expected "validators", perhaps`);
  const flag = await box.run(['up', '--validators', '99']);
  expect([flag.code, flag.stderr]).toEqual([
    2,
    expect.stringContaining('command line: validators: expected an integer from 1 to 16, got 99'),
  ]);
  for (const args of [['up', '--validators', 'x'], ['upp'], ['up', '--nope'], []]) {
    const result = await box.run(args);
    expect([result.code, result.stdout]).toEqual([2, '']);
  }
  expect((await box.run(['--help'])).code).toBe(0);
  expect((await box.run(['status', '--help'])).stdout).toContain('--json');
});
