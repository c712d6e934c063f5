import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isStackError } from '@stackctl/types';
import { afterAll, expect, test } from 'vitest';
import { atomicWrite, atomicWriteSync, readJson } from '../src/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'runtime-files-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('replaces a file, makes its folder, sets its mode, leaves nothing beside it', async () => {
  const path = join(folder, 'a/b/file.json');
  await atomicWrite(path, '{"a":1}');
  await atomicWrite(path, '{"a":2}', { mode: 0o600 });
  expect(readJson(path)).toEqual({ a: 2 });
  expect(statSync(path).mode & 0o777).toBe(0o600);
  atomicWriteSync(path, new Uint8Array([123, 125]));
  expect(readFileSync(path, 'utf8')).toBe('{}');
  expect(readdirSync(join(folder, 'a/b'))).toEqual(['file.json']);
});

test('readers never see half a file', async () => {
  const path = join(folder, 'race');
  const bodies = ['x'.repeat(200_000), 'y'.repeat(100_000)];
  await atomicWrite(path, bodies[0] ?? '');
  let done = false;
  const writer = (async () => {
    for (let i = 0; i < 20; i++) await atomicWrite(path, bodies[i % 2] ?? '');
    done = true;
  })();
  while (!done) {
    expect(bodies).toContain(readFileSync(path, 'utf8'));
    await new Promise((resolve) => setImmediate(resolve));
  }
  await writer;
});

test('failures are named: absent, corrupt, unwritable', async () => {
  expect(readJson(join(folder, 'absent'))).toBeUndefined();
  const corrupt = join(folder, 'corrupt.json');
  writeFileSync(corrupt, '{');
  expect(() => readJson(corrupt)).toThrow(expect.objectContaining({ code: 'STORE_CORRUPT' }));
  const error = await atomicWrite(join(corrupt, 'below-a-file'), '').catch((e: unknown) => e);
  expect(isStackError(error, 'DISK')).toBe(true);
});
