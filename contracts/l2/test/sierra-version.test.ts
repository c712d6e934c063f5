import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sierraVersionOf } from '@stackctl/execution';
import type { CasmClassJson, SierraClassJson } from '@stackctl/types';
import { expect, test } from 'vitest';
import { GAS_COUNTED, withSierraVersion } from '../scripts/sierra-version.ts';
import { CLASS_NAMES, classes } from '../src/index.ts';

const COMPILER = 'starknet-sierra-compile';
const compilerOnPath = spawnSync(COMPILER, ['--version']).status === 0;
if (!compilerOnPath) console.warn(`not compared with compiled code: no ${COMPILER} on PATH`);

const bookshop = JSON.parse(
  readFileSync(new URL('fixtures/bookshop.contract_class.json', import.meta.url), 'utf8'),
) as SierraClassJson;

test.each(CLASS_NAMES)('%s is charged by the gas that it counts', (name) => {
  expect(sierraVersionOf(classes[name].sierra)).toEqual(GAS_COUNTED);
});

test('a fixture is charged by steps', () => {
  expect(sierraVersionOf(bookshop)).toEqual([1, 6, 0]);
});

test('only programs of the version known to fit are called another', () => {
  const { sierra_program: program } = bookshop;
  const changed = withSierraVersion(program, GAS_COUNTED);
  expect(changed.slice(0, 3)).toEqual(['0x1', '0x7', '0x0']);
  expect(changed.slice(3)).toEqual(program.slice(3));
  expect(() => withSierraVersion(changed, GAS_COUNTED)).toThrow(/1\.7\.0/);
});

test.skipIf(!compilerOnPath)('the code is the same under either version', () => {
  const folder = mkdtempSync(join(tmpdir(), 'stackctl-sierra-'));
  try {
    const [input, output] = [join(folder, 'sierra.json'), join(folder, 'casm.json')];
    const { sierra, casm } = classes.fibonacci;
    const program = ['0x1', '0x6', '0x0', ...sierra.sierra_program.slice(3)];
    writeFileSync(input, JSON.stringify({ ...sierra, sierra_program: program }));
    expect(spawnSync(COMPILER, [input, output]).status).toBe(0);
    expect(JSON.parse(readFileSync(output, 'utf8')) as CasmClassJson).toEqual(casm);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
