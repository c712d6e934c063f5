// A real S3 server for tests: Ceph's object gateway on one monitor and one OSD that keeps everything in
// memory (Debian: ceph-mon, ceph-osd, radosgw). Loopback only, free ports, a temporary folder.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import {
  accessSync,
  constants,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { freePort, waitUntil } from '@stackctl/runtime';

const PROGRAMS = [
  'ceph',
  'ceph-authtool',
  'ceph-mon',
  'ceph-osd',
  'monmaptool',
  'radosgw',
  'radosgw-admin',
];

/** The programs that are not installed; the tests skip when there are any. */
export const missingPrograms: readonly string[] = PROGRAMS.filter((program) =>
  (process.env.PATH ?? '').split(delimiter).every((folder) => !isExecutable(join(folder, program))),
);

export interface Radosgw {
  readonly port: number;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  createBucket(name: string): Promise<void>;
  stop(): Promise<void>;
}

const execute = promisify(execFile);

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Short waits between map changes: with Ceph's own the pools alone take ten seconds. */
function configuration(folder: string, fsid: string, monitor: number): string {
  const settings: Record<string, string | number | boolean> = {
    fsid,
    'mon host': `v2:127.0.0.1:${monitor}`,
    'public addr': '127.0.0.1',
    'cluster addr': '127.0.0.1',
    'ms bind msgr1': false,
    keyring: join(folder, 'keyring'),
    'run dir': folder,
    'admin socket': join(folder, '$name.asok'),
    'log file': join(folder, '$name.log'),
    'mon cluster log file': join(folder, 'cluster.log'),
    'pid file': '',
    'crash dir': join(folder, 'crash'),
    'mon data': join(folder, 'mon'),
    'osd data': join(folder, 'osd'),
    'rgw data': join(folder, 'rgw'),
    'osd objectstore': 'memstore',
    'memstore device bytes': 1 << 30,
    'osd pool default size': 1,
    'osd pool default min size': 1,
    'osd pool default pg num': 1,
    'osd pool default pg autoscale mode': 'off',
    'osd crush chooseleaf type': 0,
    'mon allow pool size one': true,
    'mon max pg per osd': 1000,
    'mon data avail warn': 1,
    'mon data avail crit': 0,
    'paxos propose interval': 0.02,
    'paxos min wait': 0.01,
    'rgw run sync thread': false,
    'rgw enable gc threads': false,
    'rgw enable lc threads': false,
    'rgw enable quota threads': false,
    'rgw dynamic resharding': false,
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}`);
  return `[global]\n${lines.join('\n')}\n`;
}

/** Boots it in about three seconds on an idle machine. */
export async function startRadosgw(): Promise<Radosgw> {
  const folder = mkdtempSync(join(tmpdir(), 'rgw-'));
  const config = join(folder, 'ceph.conf');
  const keyring = join(folder, 'keyring');
  const fsid = randomUUID();
  const monitor = await freePort();
  const running: ChildProcess[] = [];
  const run = (program: string, ...args: string[]) =>
    execute(program, ['-c', config, ...args], { timeout: 60_000 });
  function start(program: string, ...args: string[]): void {
    const log = openSync(join(folder, `${program}.out`), 'w');
    running.push(spawn(program, ['-c', config, ...args, '-f'], { stdio: ['ignore', log, log] }));
  }
  const killAll = () => {
    for (const child of running) child.kill('SIGKILL');
  };
  process.once('exit', killAll);
  async function stop(): Promise<void> {
    const ended = running.map(
      (child) =>
        new Promise((resolve) => {
          if (child.exitCode !== null || child.signalCode !== null) resolve(undefined);
          else child.once('exit', resolve);
        }),
    );
    killAll(); // its memory is all that it has
    await Promise.all(ended);
    process.off('exit', killAll);
    rmSync(folder, { recursive: true, force: true });
  }

  try {
    for (const name of ['mon', 'osd', 'rgw', 'crash']) mkdirSync(join(folder, name));
    writeFileSync(config, configuration(folder, fsid, monitor));
    const map = join(folder, 'monmap');
    await run(
      'monmaptool',
      '--create',
      '--fsid',
      fsid,
      '--addv',
      'a',
      `[v2:127.0.0.1:${monitor}]`,
      map,
    );
    const key = (name: string, ...caps: string[]) =>
      execute('ceph-authtool', [
        keyring,
        ...(name === 'mon.' ? ['--create-keyring'] : []),
        '--gen-key',
        '-n',
        name,
        ...caps.flatMap((cap) => ['--cap', ...cap.split(': ')]),
      ]);
    await key('mon.', 'mon: allow *');
    await key('client.admin', 'mon: allow *', 'osd: allow *', 'mgr: allow *');
    await key('osd.0', 'mon: allow profile osd', 'osd: allow *');
    await run('ceph-mon', '-i', 'a', '--mkfs', '--monmap', map, '--keyring', keyring);
    start('ceph-mon', '-i', 'a');
    const osd = randomUUID();
    await run('ceph', 'osd', 'new', osd);
    await run('ceph-osd', '-i', '0', '--mkfs', '--osd-uuid', osd);
    start('ceph-osd', '-i', '0');
    const [accessKeyId, secretAccessKey] = ['AKIATESTONLY', 'a-secret-for-tests-only'];
    await run(
      'radosgw-admin',
      'user',
      'create',
      '--uid',
      'test',
      '--display-name',
      'test',
      '--access-key',
      accessKeyId,
      '--secret-key',
      secretAccessKey,
    );
    const port = await freePort();
    start(
      'radosgw',
      '-n',
      'client.admin',
      '--keyring',
      keyring,
      '--rgw-frontends',
      `beast endpoint=127.0.0.1:${port}`,
    );
    await waitUntil(
      () =>
        fetch(`http://127.0.0.1:${port}/`).then(
          ({ ok }) => (ok ? true : undefined),
          () => undefined,
        ),
      { waitingFor: 'radosgw', deadlineMs: 60_000 },
    );
    async function createBucket(Bucket: string): Promise<void> {
      const client = new S3Client({
        region: 'us-east-1',
        endpoint: `http://127.0.0.1:${port}`,
        forcePathStyle: true,
        credentials: { accessKeyId, secretAccessKey },
      });
      await client.send(new CreateBucketCommand({ Bucket }));
      client.destroy();
    }
    return { port, accessKeyId, secretAccessKey, createBucket, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
