import { Chalk } from 'chalk';
import { expect, test } from 'vitest';
import { lastWords } from '../src/supervisor/boot-failure.ts';
import { renderBanner, type UpView } from '../src/view/banner.ts';
import { formatLogLine } from '../src/view/log-line.ts';
import { renderStatus } from '../src/view/status.ts';

const plain = new Chalk({ level: 0 });

const view: UpView = {
  runId: 'run-1',
  runtime: 'process',
  state: 'running',
  services: [
    {
      name: 'sequencer-0',
      kind: 'sequencer',
      status: 'healthy',
      pid: 7,
      endpoints: { rpc: 'http://127.0.0.1:5050', p2p: 'tcp://127.0.0.1:6050' },
      restarts: 1,
      lastExit: 'signal SIGKILL',
    },
    {
      name: 'sequencer-1',
      kind: 'sequencer',
      status: 'failed',
      pid: null,
      endpoints: { rpc: 'http://127.0.0.1:5051' },
      restarts: 6,
      lastExit: 'exit code 4',
    },
  ],
  l2: {
    height: 9,
    stateRoot: '0xabc',
    validators: [
      { name: 'sequencer-0', height: 9, blockHash: '0x9' },
      { name: 'sequencer-1', height: null, blockHash: null },
    ],
  },
  prover: {
    provenHeight: 8,
    lag: 1,
    lastProof: {
      block: 8,
      blockHash: '0x8',
      steps: 900,
      ms: 120,
      securityBits: 98,
      parts: 1,
    },
    failing: [{ block: 9, attempts: 2, cause: 'out of memory' }],
  },
  home: '/data',
  readyMs: 2_345,
  chainId: '0x1',
  accounts: Array.from({ length: 5 }, (_, i) => ({
    address: `0xa${i}`,
    privateKey: `0xb${i}`,
    publicKey: `0xc${i}`,
    balance: '1',
  })),
  l1Accounts: [{ address: '0xe0', privateKey: '0xe1' }],
  contracts: { l1: { rollup: '0x11' }, l2: { fibonacci: '0x22' } },
  proofs: { folder: '/data/proofs', count: 8 },
  client: {
    sent: 25,
    accepted: 25,
    rejected: 0,
    included: 25,
    reverted: 0,
    tps: 4.2,
    latencyMs: { p50: 600, p95: 900, p99: 1_000 },
  },
  movedPorts: [{ service: 'l1', name: 'rpc', port: 8546, wanted: 8545 }],
};

test('the status for people', () => {
  expect(renderStatus(view, plain).split('\n')).toEqual([
    'Stack running  run run-1',
    ' ● sequencer-0     healthy     http://127.0.0.1:5050    pid 7, block 9, restarts 1',
    ' ● sequencer-1     failed      http://127.0.0.1:5051    restarts 6, last: exit code 4',
    'L2 block 9, state root 0xabc',
    'Proofs up to block 8, lag 1; last: block 8, 900 steps in 120 ms, 98 bits',
    '  block 9 failed 2 times: out of memory',
  ]);
});

test('the banner: endpoints, accounts with keys, contracts, blocks, proofs, how to stop', () => {
  const wording = { command: './stackctl', homeFlag: '', detached: true };
  const text = renderBanner(view, wording, plain);
  for (const fact of [
    'http://127.0.0.1:5050',
    'port 8545 was taken: l1 uses 8546',
    '0xa1',
    '0xb1',
    '0xe0',
    '0xe1',
    'and 3 more on the L2: /data/accounts.json',
    '0x11',
    '0x22',
    '25 of 25 included',
    '8 in /data/proofs',
    'ready in         2.3 s',
    './stackctl down',
  ]) {
    expect(text).toContain(fact);
  }
  expect(text).not.toContain('0xa2');
  const attached = renderBanner(
    view,
    { ...wording, detached: false, homeFlag: ' --home x' },
    plain,
  );
  expect(attached).toContain('Ctrl-C, or ./stackctl down --home x');
});

test('log lines: ours as columns, others as they are', () => {
  const line = {
    time: '2026-01-02T03:04:05.678Z',
    level: 'warn',
    service: 'sequencer-0',
    msg: 'slow block',
    height: 5,
    why: 'a "quoted" reason',
    error: { message: 'boom', stack: 'long' },
  };
  expect(formatLogLine('sequencer-0', JSON.stringify(line), plain)).toBe(
    '03:04:05.678 warn  sequencer-0    slow block height=5 why="a \\"quoted\\" reason" error=boom',
  );
  for (const other of [
    '    at x (file:1:2)',
    '{"a":1}',
    'null',
    '"text"',
    '{"level":"loud"}',
    '',
  ]) {
    expect(formatLogLine('l1', other, plain)).toBe(`l1             ${other}`);
  }
});

test('the last words of a service', () => {
  const fatal = '{"level":"fatal","code":"DISK","facts":{"path":"/x","reason":"full"}}';
  expect(lastWords(['x', fatal, 'trailing'])).toEqual({
    code: 'DISK',
    facts: { path: '/x', reason: 'full' },
  });
  expect(lastWords([fatal, '{"level":"fatal","msg":"unknown"}'])).toBeUndefined();
  expect(lastWords([])).toBeUndefined();
});
