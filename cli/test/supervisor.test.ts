import { manualClock, silentLogger } from '@stackctl/runtime';
import { isStackError } from '@stackctl/types';
import { beforeEach, expect, test } from 'vitest';
import type { ServicePlan } from '../src/plan/types.ts';
import { asStackError } from '../src/supervisor/boot-failure.ts';
import { overallOf } from '../src/supervisor/state.ts';
import { Supervisor } from '../src/supervisor/supervisor.ts';
import { FakeRunner } from './fixtures/fake-runner.ts';

function service(name: string, rest: Partial<ServicePlan> = {}): ServicePlan {
  return {
    name,
    kind: 'sequencer',
    command: ['fake'],
    env: {},
    dependsOn: {},
    ports: [],
    endpoints: {},
    probe: { kind: 'http', url: name },
    dataDir: '/nowhere',
    ...rest,
  };
}

let clock = manualClock();
let runner = new FakeRunner();
let tail: string[] = [];
beforeEach(() => {
  clock = manualClock(1_000_000);
  runner = new FakeRunner();
  tail = [];
});

function supervise(services: ServicePlan[]): Supervisor {
  return new Supervisor({
    plan: {
      version: 1,
      runId: 'run',
      runtime: 'process',
      home: '/nowhere',
      services,
      bootTimeoutMs: 10_000,
    },
    runner,
    log: silentLogger,
    identity: { pid: 1, startTime: 'then' },
    logFile: (name) => `/nowhere/${name}.log`,
    tail: () => tail,
    probe: runner.probe,
    clock,
    onChange: () => {},
  });
}

const statuses = (supervisor: Supervisor) =>
  Object.fromEntries(supervisor.state().services.map(({ name, status }) => [name, status]));

/** Lets promises settle without moving the clock. */
const settle = () => clock.advance(0).then(() => new Promise((resolve) => setImmediate(resolve)));

async function booted(names: string[]): Promise<Supervisor> {
  const supervisor = supervise(names.map((name) => service(name)));
  for (const name of names) runner.well.add(name);
  expect(await supervisor.boot()).toBeUndefined();
  return supervisor;
}

test('starts as dependencies allow: started, healthy, completed', async () => {
  const { probe: _probe, ...job } = service('job', { oneShot: true });
  const supervisor = supervise([
    service('last', { dependsOn: { job: 'completed' } }),
    { ...job, dependsOn: { base: 'healthy' } },
    service('beside', { dependsOn: { base: 'started' } }),
    service('base'),
  ]);
  const boot = supervisor.boot();
  await settle();
  expect(runner.order).toEqual(['base', 'beside']);
  runner.well.add('base').add('beside').add('last');
  await clock.advance(60);
  await settle();
  expect(runner.order).toEqual(['base', 'beside', 'job']);
  runner.last('job').exit(0);
  await settle();
  expect(await boot).toBeUndefined();
  expect(runner.order).toEqual(['base', 'beside', 'job', 'last']);
  expect(supervisor.state().phase).toBe('running');
  expect(overallOf(supervisor.state())).toBe('running');
});

// exit code, last words -> the error that `up` reports
test.each([
  [2, '{"level":"fatal","code":"STALE_STATE","facts":{"reason":"old"}}', 'STALE_STATE'],
  [2, 'nothing to parse', 'USAGE'],
  [3, '{"level":"fatal","code":"PORT_TAKEN","facts":{"service":"b","port":7}}', 'PORT_TAKEN'],
  [3, '', 'PORT_TAKEN'],
  [4, '{"level":"fatal","code":"STALE_STATE","facts":{"reason":"old"}}', 'SERVICE_DIED'],
  [1, 'Error: x', 'SERVICE_DIED'],
])('a death at boot with exit %i is %s', async (code, line, expected) => {
  tail = [line];
  const supervisor = supervise([service('a'), service('b')]);
  runner.well.add('a');
  const boot = supervisor.boot();
  await settle();
  runner.last('b').exit(code);
  const failure = await boot;
  expect(failure?.service).toBe('b');
  expect(failure !== undefined && asStackError(failure).code).toBe(expected);
  expect(supervisor.state()).toMatchObject({ phase: 'failed', failure: { service: 'b' } });
  expect(statuses(supervisor)).toEqual({ a: 'stopped', b: 'failed' });
  expect(runner.last('a').calls).toContain('terminate');
});

test('a boot that takes too long fails with TIMEOUT and stops everything', async () => {
  const supervisor = supervise([service('a')]);
  const boot = supervisor.boot();
  await settle();
  await clock.advance(10_001);
  const failure = await boot;
  expect(failure?.code).toBe('TIMEOUT');
  expect(runner.last('a').calls).toContain('terminate');
});

test('stop during the boot is no failure', async () => {
  const supervisor = supervise([service('a'), service('b', { dependsOn: { a: 'healthy' } })]);
  const boot = supervisor.boot();
  await settle();
  await supervisor.stop();
  expect(await boot).toBeUndefined();
  expect(supervisor.state().phase).toBe('stopped');
  expect(runner.order).toEqual(['a']);
});

test('a service that dies after the boot is started again, after growing waits', async () => {
  const supervisor = await booted(['a', 'b']);
  for (const wait of [200, 400, 800]) {
    const starts = runner.starts('a');
    runner.last('a').exit(null, 'SIGKILL');
    await settle();
    expect(statuses(supervisor).a).toBe('restarting');
    expect(overallOf(supervisor.state())).toBe('degraded');
    await clock.advance(wait - 1);
    expect(runner.starts('a')).toBe(starts);
    await clock.advance(1);
    await settle();
    expect(runner.starts('a')).toBe(starts + 1);
    expect(statuses(supervisor).a).toBe('healthy');
  }
  expect(supervisor.state().services[0]).toMatchObject({ restarts: 3, lastExit: 'signal SIGKILL' });
  expect(runner.starts('b')).toBe(1);
});

test('a service that keeps dying stays down; a steady while forgives', async () => {
  const supervisor = await booted(['a']);
  const die = async () => {
    runner.last('a').exit(1);
    await settle();
    await clock.advance(10_000);
    await settle();
  };
  for (let i = 0; i < 5; i++) await die();
  await clock.advance(60_000);
  for (let i = 0; i < 6; i++) await die();
  expect(statuses(supervisor).a).toBe('healthy');
  await die();
  expect(statuses(supervisor).a).toBe('failed');
  const starts = runner.starts('a');
  await clock.advance(100_000);
  expect(runner.starts('a')).toBe(starts);
  await supervisor.restart('a');
  await settle();
  expect(statuses(supervisor).a).toBe('healthy');
});

test('exit 2 after the boot: no restart cures that', async () => {
  const supervisor = await booted(['a']);
  runner.last('a').exit(2);
  await settle();
  await clock.advance(100_000);
  expect(statuses(supervisor).a).toBe('failed');
  expect(runner.starts('a')).toBe(1);
});

test('a probe that stops answering makes it unhealthy, not dead; it may recover', async () => {
  const supervisor = await booted(['a']);
  runner.well.delete('a');
  await clock.advance(4_000);
  expect(statuses(supervisor).a).toBe('healthy');
  await clock.advance(2_100);
  await settle();
  expect(statuses(supervisor).a).toBe('unhealthy');
  runner.well.add('a');
  await clock.advance(2_100);
  await settle();
  expect(statuses(supervisor).a).toBe('healthy');
  expect(runner.starts('a')).toBe(1);
});

test('faults on purpose: a pause, its end, and a death like any other', async () => {
  const supervisor = await booted(['a']);
  supervisor.disturb('a', 'pause');
  supervisor.disturb('a', 'resume');
  expect(runner.last('a').calls).toEqual(['pause', 'resume']);
  supervisor.disturb('a', 'kill');
  await settle();
  expect(statuses(supervisor).a).toBe('restarting');
  await clock.advance(2_000);
  expect(runner.starts('a')).toBe(2);
  expect(() => supervisor.disturb('z', 'kill')).toThrow('no service z');
  expect(() => supervisor.disturb('a', 'tickle' as never)).toThrow('no such fault');
});

test('restart stops one process and starts another, and is no death', async () => {
  const supervisor = await booted(['a']);
  const first = runner.last('a');
  await supervisor.restart('a');
  await settle();
  expect(first.calls[0]).toBe('terminate');
  expect(runner.starts('a')).toBe(2);
  expect(supervisor.state().services[0]).toMatchObject({ status: 'healthy', restarts: 1 });
  expect(supervisor.state().services[0]?.lastExit).toBeUndefined();
  const error = await supervisor.restart('z').catch((caught: unknown) => caught);
  expect(isStackError(error, 'USAGE')).toBe(true);
});

test('stop: asked first, killed after the grace, and its group in any case', async () => {
  const supervisor = await booted(['a', 'b']);
  runner.last('b').polite = false;
  const stopping = supervisor.stop();
  await settle();
  expect(runner.last('a').calls).toEqual(expect.arrayContaining(['terminate', 'kill']));
  expect(runner.last('b').calls).toEqual(['terminate']);
  await clock.advance(3_000);
  await stopping;
  expect(runner.last('b').calls).toContain('kill');
  expect(statuses(supervisor)).toEqual({ a: 'stopped', b: 'stopped' });
  expect(supervisor.state().phase).toBe('stopped');
});
