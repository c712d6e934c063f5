import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULTS } from '@stackctl/config';
import {
  closeServer,
  createHttpServer,
  freePort,
  listen,
  processIdentity,
} from '@stackctl/runtime';
import { afterAll, expect, test } from 'vitest';
import { tryLock } from '../src/home/lock.ts';
import { homePaths, resolveHome } from '../src/home/paths.ts';
import { allocatePorts } from '../src/plan/ports.ts';
import { tailLines } from '../src/view/log-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'stackctl-home-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a lock is held once, freed, and taken over from the dead', () => {
  const path = join(folder, 'a', 'lock');
  const lock = tryLock(path);
  expect('release' in lock).toBe(true);
  expect(tryLock(path)).toEqual({ heldBy: process.pid });
  if ('release' in lock) lock.release();
  expect(existsSync(path)).toBe(false);

  for (const stale of ['{"pid":1,"startTime":"long ago"}', 'garbage', '']) {
    writeFileSync(path, stale);
    const taken = tryLock(path);
    expect('release' in taken).toBe(true);
    if ('release' in taken) taken.release();
  }
  const me = processIdentity(process.pid);
  writeFileSync(path, JSON.stringify({ ...me, startTime: 'another time' })); // a reused pid
  const reused = tryLock(path);
  expect('release' in reused).toBe(true);
  if ('release' in reused) reused.release();
  expect(readdirSync(join(folder, 'a'))).toEqual([]);
});

test('a home with a long path has its socket elsewhere, always at the same place', () => {
  const short = homePaths('/data/x');
  expect(short.socket).toBe('/data/x/control.sock');
  const long = homePaths(`/data/${'long/'.repeat(30)}home`);
  expect(Buffer.byteLength(long.socket)).toBeLessThanOrEqual(100);
  expect(homePaths(long.dir).socket).toBe(long.socket);
  expect(homePaths(`${long.dir}2`).socket).not.toBe(long.socket);
});

test('the home: flag over variable over .stack', () => {
  expect(resolveHome('/a', { STACKCTL_HOME: '/b' })).toEqual({ dir: '/a', isDefault: false });
  expect(resolveHome(undefined, { STACKCTL_HOME: '/b' })).toEqual({ dir: '/b', isDefault: false });
  expect(resolveHome(undefined, { STACKCTL_HOME: '' })).toEqual({
    dir: join(process.cwd(), '.stack'),
    isDefault: true,
  });
});

test('the tail of a file, however long its lines are', () => {
  const path = join(folder, 'log');
  expect(tailLines(path, 5)).toEqual([]);
  writeFileSync(path, '');
  expect(tailLines(path, 5)).toEqual([]);
  const lines = Array.from({ length: 3_000 }, (_, i) => `${i} ${'x'.repeat(i % 97)}`);
  writeFileSync(path, `${lines.join('\n')}\n`);
  for (const count of [0, 1, 7, 2_999, 3_000, 9_999]) {
    expect(tailLines(path, count)).toEqual(count === 0 ? [] : lines.slice(-count));
  }
  appendFileSync(path, 'unfinished');
  expect(tailLines(path, 1)).toEqual(['unfinished']);
  writeFileSync(path, 'y'.repeat(100_000));
  expect(tailLines(path, 2)).toEqual(['y'.repeat(100_000)]);
});

test('ports: a clash moves one service past all wishes; strict refuses', async () => {
  const base = await freePort();
  const start = 20_000 + (base % 30_000);
  const ports = {
    l1: start,
    sequencer: start + 1,
    p2p: start + 10,
    watcherProver: start + 20,
    explorer: start + 30,
  };
  const config = { ...DEFAULTS, validators: 2, ports: { ...ports, strict: false } };
  const blocker = createHttpServer({});
  await listen(blocker, '127.0.0.1', start);
  try {
    const table = await allocatePorts(config);
    const l1 = table.get('l1')?.[0];
    expect(l1?.wanted).toBe(start);
    // start + 1 and start + 2 are the sequencers'.
    expect(l1?.port).toBeGreaterThanOrEqual(start + 3);
    const all = [...table.values()].flat().map(({ port }) => port);
    expect(new Set(all).size).toBe(all.length);
    const strict = { ...config, ports: { ...ports, strict: true } };
    await expect(allocatePorts(strict)).rejects.toMatchObject({ code: 'PORT_TAKEN' });
  } finally {
    await closeServer(blocker);
  }
});
