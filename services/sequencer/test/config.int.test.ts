import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isStackError } from '@stackctl/types';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../src/config.ts';

const folder = mkdtempSync(join(tmpdir(), 'stackctl-config-'));
const file = (name: string) => join(folder, name);

beforeAll(() => {
  const validators = [0, 1].map((i) => ({
    name: `sequencer-${i}`,
    publicKey: String(i).repeat(64),
    power: 1,
    address: `0x5e${i}`,
  }));
  const genesis = {
    runId: 'run',
    chainId: '0x5',
    timestamp: 1,
    seed: 's',
    accounts: 1,
    initialBalance: 5,
    blockTimeMs: 700,
    validators,
    l1: { chainId: 31337 },
  };
  writeFileSync(file('genesis.json'), JSON.stringify(genesis));
  writeFileSync(file('broken.json'), '{');
  const key = { name: 'sequencer-0', privateKey: 'a'.repeat(64) };
  writeFileSync(file('key.json'), JSON.stringify(key));
  writeFileSync(file('short.json'), JSON.stringify({ ...key, privateKey: 'aa' }));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const env = {
  RUN_ID: 'run',
  GENESIS_FILE: file('genesis.json'),
  VALIDATOR_NAME: 'sequencer-0',
  VALIDATOR_KEY_FILE: file('key.json'),
  RPC_PORT: '5050',
  P2P_PORT: '6050',
  PEERS: 'sequencer-0@127.0.0.1:6050,sequencer-1@127.0.0.1:6051',
  DATA_DIR: folder,
};

describe('configuration', () => {
  it('is read, with what the genesis says where the environment says nothing', () => {
    expect(readConfig(env)).toMatchObject({
      name: 'sequencer-0',
      address: 0x5e0n,
      rpc: { host: '127.0.0.1', port: 5050 },
      p2p: { host: '127.0.0.1', port: 6050 },
      // A node is not its own peer.
      peers: [{ name: 'sequencer-1', host: '127.0.0.1', port: 6051 }],
      blockTimeMs: 700,
      emptyBlockTimeMs: 10_000,
      historyBlocks: 0,
    });
    expect(
      readConfig({ ...env, BLOCK_TIME_MS: '5', HISTORY_BLOCKS: '9', PEERS: '' }),
    ).toMatchObject({
      blockTimeMs: 5,
      historyBlocks: 9,
      peers: [],
    });
  });

  it.each([
    ['RUN_ID', 'another'],
    ['VALIDATOR_NAME', 'sequencer-9'],
    ['VALIDATOR_KEY_FILE', file('short.json')],
    ['VALIDATOR_KEY_FILE', file('absent.json')],
    ['RPC_PORT', '70000'],
    ['RPC_HOST', 'not a host'],
    ['PEERS', 'sequencer-1'],
    ['PEERS', 'sequencer-1@127.0.0.1:0'],
    ['BLOCK_TIME_MS', '-1'],
    ['HISTORY_BLOCKS', 'all'],
    ['BLOCK_MODE', 'sometimes'],
    ['DATA_DIR', ''],
  ])('names %s when it is %j', (key, value) => {
    try {
      readConfig({ ...env, [key]: value });
      expect.unreachable();
    } catch (error) {
      expect(isStackError(error, 'CONFIG_INVALID') && error.facts.key).toBe(key);
    }
  });

  it('names a genesis file that is missing or broken', () => {
    for (const GENESIS_FILE of [file('none.json'), file('broken.json')])
      expect(() => readConfig({ ...env, GENESIS_FILE })).toThrow(GENESIS_FILE);
  });
});
