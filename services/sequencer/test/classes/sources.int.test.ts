import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RpcError } from '@stackctl/rpc';
import { silentLogger } from '@stackctl/runtime';
import { compiledClassHash, compiledClassHashPoseidon } from '@stackctl/state';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createArtifactIndex } from '../../src/classes/artifact-index.ts';
import { createClassCache } from '../../src/classes/class-cache.ts';
import { createClassSource } from '../../src/classes/class-source.ts';
import {
  COMPILER_NAMES,
  type CompilerLimits,
  createSierraCompiler,
} from '../../src/classes/sierra-compiler.ts';
import { BOOKSHOP_FOLDER, bookshop, variantOf } from './bookshop.ts';

const { sierra, casm } = bookshop;
const blake = compiledClassHash(casm);
const casmFile = join(BOOKSHOP_FOLDER, 'bookshop.compiled_contract_class.json');
const sierraFile = join(BOOKSHOP_FOLDER, 'bookshop.contract_class.json');

let scratch: string;
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'stackctl-test-'));
});
afterEach(() => rmSync(scratch, { recursive: true, force: true }));

/** Puts an executable shell script of that name into a folder, which it returns. */
function program(name: string, script: string, folder = join(scratch, name, 'bin')): string {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, name), 0o755);
  return folder;
}

async function compileAll(path: string, limits: Partial<CompilerLimits> = {}) {
  const made = [];
  for await (const each of createSierraCompiler(path, limits).compile(sierra)) made.push(each);
  return made;
}

function sourceOf(folders: readonly string[], path: string) {
  return createClassSource({
    cache: createClassCache(),
    artifacts: createArtifactIndex(folders, silentLogger),
    compiler: createSierraCompiler(path),
    log: silentLogger,
  });
}

describe('artifact index', () => {
  it('finds CASM by either hash, in a folder or right below it', async () => {
    for (const folder of [scratch, join(scratch, 'dev')]) {
      mkdirSync(folder, { recursive: true });
      copyFileSync(casmFile, join(folder, 'a_Book.compiled_contract_class.json'));
      copyFileSync(sierraFile, join(folder, 'a_Book.contract_class.json'));
      const index = createArtifactIndex([join(scratch, 'absent'), scratch], silentLogger);
      expect(await index.find(sierra, blake)).toEqual(casm);
      expect(await index.find(sierra, compiledClassHashPoseidon(casm))).toEqual(casm);
      expect(await index.find(sierra, 1n)).toBeUndefined();
    }
  });

  it('looks again after a miss, and not at files that changed behind its back', async () => {
    const index = createArtifactIndex([scratch], silentLogger);
    expect(await index.find(sierra, blake)).toBeUndefined();
    const file = join(scratch, 'book.compiled_contract_class.json');
    copyFileSync(sierraFile, join(scratch, 'book.contract_class.json'));
    writeFileSync(file, '{"half": ');
    expect(await index.find(sierra, blake)).toBeUndefined();
    copyFileSync(casmFile, file);
    expect(await index.find(sierra, blake)).toEqual(casm);
    const changed = { ...casm, bytecode: [...casm.bytecode, '0x1'] };
    const { bytecode_segment_lengths: _lengths, ...flat } = changed;
    writeFileSync(file, JSON.stringify(flat));
    expect(await index.find(sierra, blake)).toBeUndefined();
    expect(await index.find(sierra, compiledClassHash(flat))).toEqual(flat);
  });

  it('gives nobody the code of another program', async () => {
    const index = createArtifactIndex([BOOKSHOP_FOLDER], silentLogger);
    const [first, ...rest] = sierra.sierra_program.toReversed();
    const program = [`0x${(BigInt(first ?? 0) + 1n).toString(16)}`, ...rest].reverse();
    expect(await index.find({ ...sierra, sierra_program: program }, blake)).toBeUndefined();
    expect(await index.find(variantOf(sierra, 'x'), blake)).toEqual(casm);
  });
});

/** Compilers that are really on PATH, each in a folder by itself. */
const installed = COMPILER_NAMES.flatMap((name) => {
  if (spawnSync(name, ['--version']).status === 0) return [name];
  console.warn(`not tested with a real compiler: no ${name} on PATH`);
  return [];
});

describe.each(installed)('%s itself', (name) => {
  it('makes the code that the artifact has, or one that says it is another', async () => {
    const at = spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).stdout.trim();
    const alone = program(name, `exec ${at} "$@"`);
    const [made] = await compileAll(`${alone}:/bin:/usr/bin`);
    expect(made).toMatchObject({ compiler: name, casm: { prime: casm.prime } });
    const resolved = await sourceOf([], `${alone}:/bin:/usr/bin`)
      .resolve(sierra, sourceOf([], '').identify(sierra), blake)
      .then(
        () => 'taken',
        (error: unknown) => (error instanceof RpcError ? error.code : 0),
      );
    const same = made !== undefined && 'casm' in made && compiledClassHash(made.casm) === blake;
    // Another compiler version may make other code: that is a mismatch, never another class.
    expect(resolved).toBe(same ? 'taken' : 60);
  });
});

describe('compiler runner', () => {
  it('runs what it finds on PATH, the universal one first, and leaves no files', async () => {
    const before = readdirSync(tmpdir()).filter((name) => name.startsWith('stackctl-sierra-'));
    const seen = join(scratch, 'seen');
    const one = program('starknet-sierra-compile', `cat ${casmFile} > "$2"`);
    const two = program('universal-sierra-compiler', `cp "$3" ${seen}; cat ${casmFile} > "$5"`);
    const made = await compileAll(`/nowhere::${one}:${two}:/bin:/usr/bin`);
    expect(made).toEqual([
      { compiler: 'universal-sierra-compiler', casm },
      { compiler: 'starknet-sierra-compile', casm },
    ]);
    // The ABI is a text over RPC, which compilers refuse.
    expect(Object.keys(JSON.parse(readFileSync(seen, 'utf8')))).not.toContain('abi');
    const after = readdirSync(tmpdir()).filter((name) => name.startsWith('stackctl-sierra-'));
    expect(after.filter((name) => !before.includes(name))).toEqual([]);
    expect(await compileAll(scratch)).toEqual([]);
  });

  it('says what went wrong, and ends what does not end', async () => {
    const name = 'starknet-sierra-compile';
    const failing = program(name, 'echo "Compilation failed: no such libfunc" >&2; exit 1');
    expect(await compileAll(`${failing}:/bin`)).toEqual([
      { compiler: name, failure: 'Compilation failed: no such libfunc' },
    ]);
    program(name, 'exec sleep 60', failing);
    const begun = performance.now();
    expect(await compileAll(`${failing}:/bin`, { timeoutMs: 300 })).toEqual([
      { compiler: name, failure: 'took more than 0.3 s' },
    ]);
    expect(performance.now() - begun).toBeLessThan(20_000);
    program(name, 'head -c 2000 /dev/zero > "$2"', failing);
    const [tooMuch] = await compileAll(`${failing}:/bin:/usr/bin`, { outputBytes: 1000 });
    expect(tooMuch).toMatchObject({ failure: 'wrote 2000 bytes, at most 1000' });
    program(name, 'echo "{" > "$2"', failing);
    const [broken] = await compileAll(`${failing}:/bin`);
    expect(broken).toHaveProperty('failure');
  });

  it.skipIf(process.platform !== 'linux')('bounds the memory of the child', async () => {
    const script = 'exec dd if=/dev/zero of="$2" bs=512M count=1';
    const path = `${program('starknet-sierra-compile', script)}:/bin:/usr/bin`;
    const [made] = await compileAll(path, { memoryKib: 100 << 10 });
    expect(made).toHaveProperty('failure');
  });
});

describe('class source', () => {
  const failure = async (work: Promise<unknown>) => {
    const error = await work.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (!(error instanceof RpcError)) throw new Error('it was expected to fail');
    return { code: error.code, data: String(error.data) };
  };

  it('takes artifacts, then compilers, and says what is missing', async () => {
    const classHash = sourceOf([], '').identify(sierra);
    const byArtifact = await sourceOf([BOOKSHOP_FOLDER], '').resolve(sierra, classHash, blake);
    expect(byArtifact.classHash).toBe(classHash);
    const path = `${program('starknet-sierra-compile', `cat ${casmFile} > "$2"`)}:/bin`;
    const byCompiler = await sourceOf([], path).resolve(sierra, classHash, blake);
    expect(byCompiler.compiledClassHash).toBe(blake);

    const nothing = await failure(sourceOf([scratch], '').resolve(sierra, classHash, blake));
    expect(nothing.code).toBe(56);
    for (const word of ['--artifacts', scratch, 'universal-sierra-compiler', 'starknet-sierra'])
      expect(nothing.data).toContain(word);
    const mismatch = await failure(sourceOf([], path).resolve(sierra, classHash, 5n));
    expect(mismatch.code).toBe(60);
    expect(mismatch.data).toContain(blake.toString(16));
    const broken = `${program('universal-sierra-compiler', 'echo no >&2; exit 1')}:/bin`;
    const failed = await failure(sourceOf([], broken).resolve(sierra, classHash, blake));
    expect(failed).toEqual({ code: 56, data: 'universal-sierra-compiler: no' });
  });

  it('compiles a class that is asked for twice only once', async () => {
    const count = join(scratch, 'count');
    const script = `echo x >> ${count}; cat ${casmFile} > "$2"`;
    const source = sourceOf([], `${program('starknet-sierra-compile', script)}:/bin`);
    const classHash = source.identify(sierra);
    const all = Array.from({ length: 4 }, () => source.resolve(sierra, classHash, blake));
    const [first, ...others] = await Promise.all(all);
    for (const other of others) expect(other.packed).toBe(first?.packed);
    expect(readFileSync(count, 'utf8')).toBe('x\n');
  });

  it('refuses classes by the codes of the specification', () => {
    const source = sourceOf([], '');
    const codeFor = (change: object): number => {
      try {
        source.identify({ ...sierra, ...change });
      } catch (error) {
        return error instanceof RpcError ? error.code : 0;
      }
      return 1;
    };
    expect(codeFor({})).toBe(1);
    expect(codeFor({ contract_class_version: '0.2.0' })).toBe(62);
    expect(codeFor({ sierra_program: Array(1_500_000).fill('0x1') })).toBe(57);
  });
});
