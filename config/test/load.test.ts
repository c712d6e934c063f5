import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isStackError } from '@stackctl/types';
import { afterAll, expect, test } from 'vitest';
import {
  configSchema,
  DEFAULTS,
  environmentName,
  type LoadOptions,
  loadConfig,
  nearest,
  PRESETS,
} from '../src/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'config-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
function file(text: string): string {
  const path = join(folder, `${files++}.json`);
  writeFileSync(path, text);
  return path;
}

function failure(options: LoadOptions) {
  try {
    loadConfig(options);
  } catch (error) {
    if (isStackError(error)) return { code: error.code, ...error.facts };
    throw error;
  }
  return undefined;
}

test('the defaults are valid, and so is every preset', () => {
  expect(configSchema.parse(DEFAULTS)).toEqual(DEFAULTS);
  for (const preset of Object.keys(PRESETS)) expect(() => loadConfig({ preset })).not.toThrow();
});

test('flags over environment over file over preset over defaults', () => {
  const path = file(
    JSON.stringify({ preset: 'fast', validators: 5, blockTimeMs: 300, ports: { l1: 1001 } }),
  );
  const { config, isSet } = loadConfig({
    file: path,
    env: { STACKCTL_BLOCK_TIME_MS: '400', STACKCTL_PORTS_STRICT: '1', STACKCTL_HOME: 'x' },
    flags: { validators: 6 },
  });
  expect(config.validators).toBe(6);
  expect(config.blockTimeMs).toBe(400);
  expect(config.ports).toEqual({ ...DEFAULTS.ports, l1: 1001, strict: true });
  expect(config.client).toEqual({ ...DEFAULTS.client, enabled: false });
  expect(config.emptyBlockTimeMs).toBe(1_000);
  expect(['validators', 'blockTimeMs', 'ports.l1', 'seed', 'emptyBlockTimeMs'].map(isSet)).toEqual([
    true,
    true,
    true,
    false,
    false,
  ]);
  expect(DEFAULTS.ports.l1).toBe(8545); // nothing was laid into the defaults themselves
});

test('the variables of proof storage count once it is s3', () => {
  const env = { S3_BUCKET_NAME: 'proofs', AWS_REGION: 'eu-west-1', S3_ENDPOINT: 'no url' };
  expect(loadConfig({ env }).config.proofStorage).toEqual(DEFAULTS.proofStorage);
  expect(failure({ env: { ...env, PROVER_STORAGE: 's3' } })).toMatchObject({ key: 'S3_ENDPOINT' });
  const { config } = loadConfig({
    file: file(JSON.stringify({ proofStorage: { kind: 's3', bucket: 'other' } })),
    env: {
      ...env,
      S3_ENDPOINT: '',
      STACKCTL_PROOF_STORAGE_REGION: 'eu-west-2',
      S3_FORCE_PATH_STYLE: '1',
    },
  });
  expect(config.proofStorage).toEqual({
    kind: 's3',
    bucket: 'proofs',
    region: 'eu-west-2',
    endpoint: '',
    pathStyle: true,
  });
});

test('names of variables', () => {
  expect(environmentName('ports.watcherProver')).toBe('STACKCTL_PORTS_WATCHER_PROVER');
  expect(environmentName('l1.chainId')).toBe('STACKCTL_L1_CHAIN_ID');
});

test.each([
  ['wrong type', '{"validators":"four"}', 'validators', 'an integer from 1 to 16', '"four"'],
  ['out of range', '{"ports":{"l1":0}}', 'ports.l1', 'an integer from 1 to 65535', '0'],
  ['no object', '{"ports":5}', 'ports', 'an object', '5'],
  ['null', '{"logLevel":null}', 'logLevel', 'one of debug, info, warn, error', 'null'],
  ['typing error', '{"validtors":4}', 'validtors', '"validators", perhaps', 'an unknown key'],
  [
    'unknown key in a group',
    '{"timeouts":{"zzz":4}}',
    'timeouts.zzz',
    'one of boot, proof',
    'an unknown key',
  ],
  ['root', '[]', '(root)', 'an object', '[]'],
  ['preset', '{"preset":"x"}', 'preset', 'one of default, run-local, fast, single, seven', '"x"'],
  [
    'empty mix',
    '{"client":{"mix":{"fibonacci":0,"factorial":0,"erc20":0}}}',
    'client.mix',
    'at least one weight above 0',
    '{"fibonacci":0,"factorial":0,"erc20":0}',
  ],
])('a wrong file names file, key and expectation: %s', (_name, text, key, expected, got) => {
  const path = file(text);
  expect(failure({ file: path })).toEqual({
    code: 'CONFIG_INVALID',
    file: path,
    key,
    expected,
    got,
  });
});

test('a wrong variable and a wrong flag are named as what they are', () => {
  expect(failure({ env: { STACKCTL_VALIDATORS: 'many' } })).toMatchObject({
    file: 'environment',
    key: 'STACKCTL_VALIDATORS',
    got: '"many"',
  });
  expect(failure({ flags: { validators: 17 } })).toMatchObject({
    file: 'command line',
    key: 'validators',
    got: '17',
  });
  expect(failure({ preset: 'y' })).toMatchObject({ file: 'command line', key: 'preset' });
});

test('blocks as fast as it goes, or one for each transaction', () => {
  expect(loadConfig({ flags: { blockTimeMs: 0 } }).config.blockTimeMs).toBe(0);
  const env = { STACKCTL_BLOCK_MODE: 'transaction', STACKCTL_DEVNET: 'false' };
  expect(loadConfig({ env }).config).toMatchObject({ blockMode: 'transaction', devnet: false });
  expect(failure({ flags: { blockMode: 'often' as 'interval' } })).toMatchObject({
    key: 'blockMode',
    expected: 'one of interval, transaction',
  });
});

test('how much history is kept', () => {
  expect(loadConfig().config.historyBlocks).toBe(0);
  const env = { STACKCTL_HISTORY_BLOCKS: '128' };
  expect(loadConfig({ env }).config.historyBlocks).toBe(128);
  expect(failure({ flags: { historyBlocks: -1 } })).toMatchObject({ key: 'historyBlocks' });
});

test('a file that cannot be read or parsed', () => {
  expect(failure({ file: join(folder, 'absent.json') })).toMatchObject({
    code: 'CONFIG_UNREADABLE',
    reason: 'no such file',
  });
  expect(failure({ file: file('{') })).toMatchObject({ code: 'CONFIG_UNREADABLE' });
});

test('suggestions: near names only', () => {
  const names = ['validators', 'blockTimeMs', 'ports'];
  expect(nearest('validatros', names)).toBe('validators');
  expect(nearest('blocktime', names)).toBe('blockTimeMs');
  expect(nearest('port', names)).toBe('ports');
  expect(nearest('colour', names)).toBeUndefined();
});
