import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { weightedSum } from '../../packages/program-proof/test/executable.ts';
import { HASHER, OTHER, WRITER } from '../../packages/program-proof/test/programs.ts';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'stackctl-prove-'));
beforeAll(() => {
  writeFileSync(join(folder, 'writer.json'), JSON.stringify(WRITER));
  writeFileSync(join(folder, 'sum.executable.json'), JSON.stringify(weightedSum()));
  writeFileSync(join(folder, 'arguments.json'), JSON.stringify([[1, '0x2', 3], '7']));
  writeFileSync(join(folder, 'hasher.json'), JSON.stringify(HASHER));
  writeFileSync(join(folder, 'other.json'), JSON.stringify(OTHER));
  writeFileSync(join(folder, 'hints.json'), JSON.stringify({ ...WRITER, hints: { 0: ['x'] } }));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function stackctl(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH: process.env.PATH, NO_COLOR: '1' },
  });
  return { code: status, stdout, stderr };
}

test('prove, verify, proof show: a program from its JSON to its verdict', () => {
  const proven = stackctl('prove', 'writer.json');
  expect(proven).toMatchObject({ code: 0 });
  expect(proven.stdout).toMatch(
    /^verified program 0x[0-9a-f]{64}: \d+ steps, layout lite, 98 bits/,
  );
  expect(proven.stdout).toContain('output 0x2a, 0x2b');
  for (const phase of ['load', 'run', 'trace', 'commit', 'queries'])
    expect(proven.stderr).toContain(`Proving writer.json: ${phase}`);

  const verified = stackctl('verify', 'writer.proof', '--json');
  expect(verified.code).toBe(0);
  expect(JSON.parse(verified.stdout)).toMatchObject({
    status: 'verified',
    output: ['0x2a', '0x2b'],
  });
  expect(stackctl('verify', 'writer.proof', '--program', 'writer.json').code).toBe(0);
  const mistaken = stackctl('verify', 'writer.proof', '--program', 'other.json');
  expect(mistaken).toMatchObject({ code: 1, stderr: '' });
  expect(mistaken.stdout).toContain('another program');

  const shown = stackctl('proof', 'show', 'writer.proof', '--json');
  expect(JSON.parse(shown.stdout)).toMatchObject({
    kind: 'program',
    layout: 'lite',
    parameters: { blowup: 4, queries: 41, grindingBits: 16 },
    securityBits: { conjectured: 98 },
    milliseconds: { run: expect.any(Number), commit: expect.any(Number) },
  });

  const bytes = readFileSync(join(folder, 'writer.proof'));
  bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] as number) ^ 1;
  writeFileSync(join(folder, 'broken.proof'), bytes);
  const broken = stackctl('verify', 'broken.proof');
  expect(broken.code).toBe(1);
  expect(broken.stdout).toMatch(/^failed/);
});

test('prove --json --out says what it wrote, and nothing else', () => {
  const { code, stdout, stderr } = stackctl('prove', 'other.json', '--json', '--out', 'o.bin');
  expect([code, stderr]).toEqual([0, '']);
  expect(JSON.parse(stdout)).toMatchObject({
    file: 'o.bin',
    layout: 'lite',
    output: ['0x2c', '0x2b'],
  });
});

test('prove --input runs an executable of Cairo 2 on arguments, and its proof says what it wrote', () => {
  const proven = stackctl(
    'prove',
    'sum.executable.json',
    '--input',
    'arguments.json',
    '--threads',
    '1',
  );
  expect(proven).toMatchObject({ code: 0 });
  expect(proven.stdout).toContain('output 0x2a');
  expect(proven.stderr).toContain('Proving sum.executable.json: run');
  expect(stackctl('verify', 'sum.executable.proof', '--program', 'sum.executable.json').code).toBe(
    0,
  );
  expect(stackctl('verify', 'sum.executable.proof', '--program', 'writer.json').code).toBe(1);

  const inline = stackctl('prove', 'sum.executable.json', '--input', '[[5], 2]', '--json');
  expect(JSON.parse(inline.stdout)).toMatchObject({
    output: ['0xa'],
    file: 'sum.executable.proof',
  });
});

test.each([
  [['prove', 'hints.json'], 2, 'Python hints'],
  [['prove', 'absent.json'], 4, 'no such file'],
  [['prove', 'writer.json', '--layout', 'tall'], 2, 'auto, lite, full'],
  [['prove', 'writer.json', '--input', 'absent.json'], 4, 'no such file'],
  [['prove', 'writer.json', '--input', '[]'], 2, 'reads no input'],
  [['prove', 'writer.json', '--input', '[1'], 2, 'not JSON'],
  [['prove', 'writer.json', '--threads', '0'], 2, '1 to 64'],
  [['prove', 'hasher.json', '--layout', 'lite'], 2, 'lacks pedersen'],
  [['prove', 'sum.executable.json', '--input', '[[1], 2, 3]'], 4, 'Input too long for params.'],
  [['proof', 'show', 'writer.json'], 4, 'not a block proof'],
  [['verify', 'writer.json'], 2, 'the proof of a program'],
  [['verify', '7', '--program', 'writer.json'], 2, 'no proof of a program'],
])('%j ends with %i and its cause', (args, code, text) => {
  const run = stackctl(...args);
  expect([run.code, run.stdout]).toEqual([code, '']);
  expect(run.stderr).toContain(text);
});
