import { DEFAULTS, loadConfig } from '@stackctl/config';
import { isStackError } from '@stackctl/types';
import { expect, test } from 'vitest';
import type { Run } from '../src/home/run.ts';
import { topologyOf } from '../src/home/run.ts';
import { remoteStorage } from '../src/home/storage.ts';
import { waves } from '../src/plan/graph.ts';
import { buildPlan } from '../src/plan/plan.ts';
import { type PortTable, wantedPorts } from '../src/plan/ports.ts';
import type { PlannedPort, ServicePlan } from '../src/plan/types.ts';

const run: Run = {
  version: 1,
  runId: 'run-1',
  createdAt: '2026-01-01T00:00:00.000Z',
  topology: topologyOf({ ...DEFAULTS, validators: 2 }),
  proofsDir: '/data/proofs',
  booted: false,
};

function tableOf(config = { ...DEFAULTS, validators: 2 }): PortTable {
  const table = new Map<string, PlannedPort[]>();
  for (const { service, name, wanted } of wantedPorts(config)) {
    table.set(service, [...(table.get(service) ?? []), { name, port: wanted, wanted }]);
  }
  return table;
}

function planned(host: '127.0.0.1' | '::1' = '127.0.0.1', of = run) {
  return buildPlan({
    config: { ...DEFAULTS, validators: 2, host, artifacts: ['/contracts/target'] },
    run: of,
    home: '/data',
    ports: tableOf(),
    servicesDir: '/checkout/services',
    node: ['node', '--flag'],
    baseEnv: { PATH: '/bin' },
  });
}

test('the plan of a stack with two sequencers, as data', () => {
  const { services, ...rest } = planned();
  expect(rest).toEqual({
    version: 1,
    runId: 'run-1',
    runtime: 'process',
    home: '/data',
    bootTimeoutMs: 60_000,
  });
  const common = { PATH: '/bin', STACKCTL_SUPERVISED: '1', RUN_ID: 'run-1', LOG_LEVEL: 'info' };
  expect(services.map(({ name, env }) => [name, env])).toEqual([
    [
      'l1',
      {
        ...common,
        DATA_DIR: '/data/l1',
        L1_HOST: '127.0.0.1',
        L1_PORT: '8545',
        CHAIN_ID: '31337',
        L2_CHAIN_ID: '0x535441434b43544c',
      },
    ],
    ...[0, 1].map((i) => [
      `sequencer-${i}`,
      {
        ...common,
        DATA_DIR: `/data/sequencer-${i}`,
        GENESIS_FILE: '/data/genesis.json',
        VALIDATOR_NAME: `sequencer-${i}`,
        VALIDATOR_KEY_FILE: `/data/keys/sequencer-${i}.json`,
        RPC_HOST: '127.0.0.1',
        RPC_PORT: String(5050 + i),
        P2P_PORT: String(6050 + i),
        PEERS: `sequencer-${1 - i}@127.0.0.1:${6051 - i}`,
        BLOCK_MODE: 'interval',
        BLOCK_TIME_MS: '1000',
        EMPTY_BLOCK_TIME_MS: '5000',
        HISTORY_BLOCKS: '0',
        ARTIFACTS_DIRS: '/data/declared:/contracts/target',
        L1_MANIFEST: '/data/l1/manifest.json',
      },
    ]),
    [
      'watcher-prover',
      {
        ...common,
        DATA_DIR: '/data/watcher-prover',
        L2_RPC_URLS: 'http://127.0.0.1:5050,http://127.0.0.1:5051',
        L2_CHAIN_ID: '0x535441434b43544c',
        PROOFS_DIR: '/data/proofs',
        PROVER_STORAGE: 'local',
        HTTP_HOST: '127.0.0.1',
        HTTP_PORT: '5070',
      },
    ],
    [
      'explorer',
      {
        ...common,
        DATA_DIR: '/data/explorer',
        L2_RPC_URLS: 'http://127.0.0.1:5050,http://127.0.0.1:5051',
        L1_RPC_URL: 'http://127.0.0.1:8545',
        PROVER_URL: 'http://127.0.0.1:5070',
        PROOFS_DIR: '/data/proofs',
        PROVER_STORAGE: 'local',
        HTTP_HOST: '127.0.0.1',
        HTTP_PORT: '4000',
        ENABLE_BLOCK_VERIFICATION: 'false',
      },
    ],
  ]);
  expect(services[1]).toMatchObject({
    kind: 'sequencer',
    command: ['node', '--flag', '/checkout/services/sequencer/src/main.ts'],
    probe: { kind: 'http', url: 'http://127.0.0.1:5050/health' },
    endpoints: { rpc: 'http://127.0.0.1:5050' },
  });
  expect(waves(services)).toEqual([
    ['l1', 'sequencer-0', 'sequencer-1', 'explorer'],
    ['watcher-prover'],
  ]);
});

test('proofs in a bucket: the place is in the plan, the credentials are only named', () => {
  const loaded = loadConfig({
    env: {
      PROVER_STORAGE: 's3',
      S3_BUCKET_NAME: 'proofs',
      S3_ENDPOINT: 'http://127.0.0.1:9000',
      AWS_ACCESS_KEY_ID: 'AKIAONE',
      AWS_SECRET_ACCESS_KEY: 'secretsecret',
    },
  });
  const proofStorage = remoteStorage(loaded);
  if (proofStorage === undefined) throw new Error('a bucket was asked for');
  const plan = planned('127.0.0.1', { ...run, proofStorage });
  const prover = plan.services.at(-1);
  expect(prover?.env).toMatchObject({
    PROVER_STORAGE: 's3',
    S3_BUCKET_NAME: 'proofs',
    AWS_REGION: 'us-east-1',
    AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:9000',
    S3_FORCE_PATH_STYLE: 'true',
  });
  expect(prover?.inherits).toContain('AWS_SECRET_ACCESS_KEY');
  expect(plan.services.slice(0, -1).map(({ inherits }) => inherits)).not.toContain(
    expect.anything(),
  );
  expect(JSON.stringify([plan, proofStorage])).not.toMatch(/AKIAONE|secretsecret/);
});

test.each([
  ['bucket', { kind: 's3', region: 'eu-west-1' }],
  ['region', { kind: 's3', bucket: 'proofs' }],
] as const)('a bucket without its %s is refused', (key, proofStorage) => {
  expect(() => remoteStorage(loadConfig({ flags: { proofStorage } }))).toThrow(
    `proofStorage.${key}: expected`,
  );
});

test('an IPv6 host stands in brackets in URLs and bare in variables', () => {
  const [l1] = planned('::1').services;
  expect(l1?.endpoints.rpc).toBe('http://[::1]:8545');
  expect(l1?.env.L1_HOST).toBe('::1');
});

test('two services on one port are refused, naming both', () => {
  const { config } = loadConfig({ flags: { ports: { l1: 5052 } } });
  let error: unknown;
  try {
    wantedPorts(config);
  } catch (caught) {
    error = caught;
  }
  expect(isStackError(error, 'CONFIG_INVALID') && error.facts.got).toBe(
    '5052 for l1 and sequencer-2',
  );
});

test('waves: an unknown dependency, a circle and a wait that never ends are refused', () => {
  const service = (name: string, dependsOn: ServicePlan['dependsOn']): ServicePlan => ({
    name,
    kind: 'l1',
    command: ['true'],
    env: {},
    dependsOn,
    ports: [],
    endpoints: {},
    dataDir: '/x',
  });
  expect(() => waves([service('a', { b: 'started' })])).toThrow('unknown b');
  const circle = [service('a', { b: 'started' }), service('b', { a: 'healthy' })];
  expect(() => waves(circle)).toThrow('circle: a, b');
  expect(() => waves([service('a', {}), service('b', { a: 'completed' })])).toThrow('no job');
});
