import { existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { closeServer, createHttpServer, isPortFree, listen } from '@stackctl/runtime';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Sandbox, until } from './fixtures/sandbox.ts';

let box: Sandbox;
beforeEach(async () => {
  box = await Sandbox.create();
});
afterEach(() => box.dispose());

test('up --detach, up again, status, env, logs, restart, down: the whole life', async () => {
  const up = await box.run(['up', '--detach']);
  expect(up.stderr).toContain('6'.length === 0 ? '' : 'healthy');
  expect(up.code).toBe(0);
  expect(up.stdout).toContain('Endpoints');
  expect(up.stderr).toMatch(/Client: 2 sent, 2 included/);
  expect(up.stderr).toMatch(/every block up to \d+ is proven/);

  const first = box.state();
  expect(first.services.map(({ name }) => name)).toEqual([
    'l1',
    'sequencer-0',
    'sequencer-1',
    'watcher-prover',
    'explorer',
  ]);

  const again = await box.run(['up', '--detach']);
  expect([again.code, again.stderr.trim()]).toEqual([0, 'It is up already.']);
  expect(box.state().supervisor).toEqual(first.supervisor);

  const status = JSON.parse((await box.run(['status', '--json'])).stdout);
  expect(status).toMatchObject({
    runId: first.runId,
    runtime: 'process',
    state: 'running',
    services: [
      { name: 'l1', kind: 'l1', status: 'healthy', pid: expect.any(Number) },
      { name: 'sequencer-0', kind: 'sequencer', endpoints: { rpc: expect.any(String) } },
      { name: 'sequencer-1' },
      { name: 'watcher-prover', kind: 'watcher-prover' },
      { name: 'explorer', kind: 'explorer', endpoints: { http: expect.any(String) } },
    ],
    l2: {
      height: expect.any(Number),
      stateRoot: '0xabc',
      validators: [{ name: 'sequencer-0', blockHash: expect.stringMatching(/^0x/) }, {}],
    },
    prover: {
      provenHeight: expect.any(Number),
      lag: 0,
      lastProof: { block: expect.any(Number), blockHash: '0x1', securityBits: 98, parts: 1 },
    },
  });

  const env = JSON.parse((await box.run(['env', '--json'])).stdout);
  expect(env).toMatchObject({
    L1_RPC_URL: `http://127.0.0.1:${box.port('L1')}`,
    L2_RPC_URL: expect.stringMatching(/^http:/),
    L2_RPC_URLS: expect.stringMatching(/^http:.*,http:/),
    L2_CHAIN_ID: '0x535441434b43544c',
    PROOFS_DIR: join(box.home.dir, 'proofs'),
    STRK_ADDRESS: expect.stringMatching(/^0x4718/),
    FIBONACCI_ADDRESS: expect.stringMatching(/^0x/),
    L1_ROLLUP_ADDRESS: `0x${'1'.repeat(40)}`,
  });
  const dotenv = (await box.run(['env', '--dotenv'])).stdout;
  expect(dotenv).toContain('L2_CHAIN_ID="0x535441434b43544c"\n');

  const spam = await box.run(['spam', '--json', '--rate', '3', '--fib-max', '9']);
  const { told } = JSON.parse(spam.stdout) as { told: { argv: string[]; fibonacci: string } };
  expect(told.fibonacci).toBe(env.FIBONACCI_ADDRESS);
  expect(told.argv.join(' ')).toMatch(/--accounts \S+ .*--rate 3 .*--mix \S+ .*--fib-max 9 --json/);

  const logs = await box.run(['logs', 'sequencer-1']);
  expect(logs.stdout).toMatch(/info {2}sequencer-1 +fake service/);
  expect((await box.run(['logs', 'nobody'])).code).toBe(2);

  const before = box.service('sequencer-1').process?.pid;
  expect((await box.run(['restart', 'sequencer-1'])).code).toBe(0);
  expect(box.service('sequencer-1')).toMatchObject({ status: 'healthy', restarts: 1 });
  expect(box.service('sequencer-1').process?.pid).not.toBe(before);
  expect((await box.run(['restart', 'nobody'])).code).toBe(2);

  expect((await box.run(['chaos', 'kill', 'sequencer-1'])).code).toBe(0);
  await until(
    () => box.service('sequencer-1').restarts === 2,
    () => 'the killed service to be started again',
  );
  expect((await box.run(['chaos', 'pause', 'nobody'])).code).toBe(2);
  expect((await box.run(['chaos', 'tickle', 'sequencer-1'])).code).toBe(2);

  expect((await box.run(['down'])).code).toBe(0);
  expect(box.running()).toEqual([]);
  expect(await box.openPorts()).toEqual([]);
  expect(existsSync(box.home.socket)).toBe(false);
  expect(box.state().phase).toBe('stopped');
  expect((await box.run(['down'])).stderr).toContain('Nothing was running');
  expect((await box.run(['env', '--json'])).code).toBe(2);
  const stopped = JSON.parse((await box.run(['status', '--json'])).stdout);
  expect(stopped).toMatchObject({ state: 'stopped', l2: { height: null } });

  const second = JSON.parse((await box.run(['up', '-d', '--json', '--no-client'])).stdout);
  expect(second.runId).toBe(first.runId);
  expect(second.client).toBeNull();
});

test('the run: keys are private, the topology is fixed, halves must fit, clean wipes', async () => {
  expect((await box.run(['up', '-d', '--no-client'])).code).toBe(0);
  await box.run(['down']);
  const key = join(box.home.keys, 'sequencer-0.json');
  expect(statSync(key).mode & 0o777).toBe(0o600);
  expect(JSON.parse(readFileSync(key, 'utf8'))).toEqual({
    name: 'sequencer-0',
    privateKey: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
  expect(JSON.parse(readFileSync(box.home.genesis, 'utf8'))).toMatchObject({
    chainId: '0x535441434b43544c',
    timestamp: expect.any(Number),
    validators: [
      { name: 'sequencer-0', power: 1, publicKey: expect.stringMatching(/^[0-9a-f]{64}$/) },
      { name: 'sequencer-1', address: expect.stringMatching(/^0x/) },
    ],
  });

  const more = await box.run(['up', '-d', '--validators', '3']);
  expect(more.code).toBe(2);
  expect(more.stderr).toMatch(/made with validators 2, and 3 is asked for.*stackctl clean/);
  expect(box.running()).toEqual([]);

  rmSync(box.home.data('l1'), { recursive: true });
  const half = await box.run(['up', '-d']);
  expect([half.code, half.stderr]).toEqual([2, expect.stringMatching(/lacks l1.*stackctl clean/)]);

  rmSync(box.home.run);
  const nameless = await box.run(['up', '-d']);
  expect(nameless.code).toBe(2);
  expect(nameless.stderr).toMatch(/no run\.json/);

  expect((await box.run(['clean'])).code).toBe(0);
  expect(existsSync(box.home.dir)).toBe(false);
  expect((await box.run(['up', '-d', '--validators', '1', '--no-client'])).code).toBe(0);
  expect((await box.run(['clean'])).stderr).toContain('Stopped.');
  expect(box.running()).toEqual([]);
});

test('a taken port: the next free one, and the banner says so', async () => {
  const other = createHttpServer({});
  const port = await listen(other, '127.0.0.1', box.port('SEQUENCER'));
  try {
    const up = await box.run(['up', '-d', '--no-client']);
    expect(up.code).toBe(0);
    expect(up.stdout).toMatch(new RegExp(`port ${port} was taken: sequencer-0 uses \\d+`));
    const used = box.service('sequencer-0').ports[0];
    expect(used?.wanted).toBe(port);
    // Not the one that sequencer-1 wants: one clash does not push the others along.
    expect(used?.port).not.toBe(port + 1);
    expect(box.service('sequencer-1').ports[0]?.port).toBe(port + 1);
  } finally {
    await closeServer(other);
  }
  await box.run(['down']);
  const taken = createHttpServer({});
  await listen(taken, '127.0.0.1', port);
  const strict = await box.run(['up', '-d'], { STACKCTL_PORTS_STRICT: 'true' });
  await closeServer(taken);
  expect([strict.code, strict.stderr]).toEqual([
    3,
    expect.stringContaining(`sequencer-0: port ${port} is taken`),
  ]);
});

test('a port that is snatched between the look and the start: planned anew', async () => {
  const up = await box.run(['up', '-d', '--no-client'], { FAKE_L1: 'snatched' });
  expect(up.code).toBe(0);
  expect(box.service('l1').status).toBe('healthy');
});

test('two `up` at once: one boots, the other waits and finds it up', async () => {
  const both = await Promise.all([
    box.run(['up', '-d', '--no-client'], { FAKE_L1: 'late:500' }),
    box.run(['up', '-d', '--no-client'], { FAKE_L1: 'late:500' }),
  ]);
  expect(both.map(({ code }) => code)).toEqual([0, 0]);
  expect(both.filter(({ stderr }) => stderr.includes('It is up already.'))).toHaveLength(1);
  expect(both.filter(({ stdout }) => stdout.includes('Endpoints'))).toHaveLength(1);
});

test('services of a port range that is free stay there after down and up', async () => {
  await box.run(['up', '-d', '--no-client']);
  const first = box.state().services.map(({ ports }) => ports);
  await box.run(['down']);
  await until(
    () => box.running().length === 0,
    () => 'the processes to end',
  );
  expect(await isPortFree(box.port('L1'))).toBe(true);
  await box.run(['up', '-d', '--no-client']);
  expect(box.state().services.map(({ ports }) => ports)).toEqual(first);
});
