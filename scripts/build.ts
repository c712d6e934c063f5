// Builds every workspace that has a `build` script, skipping the ones whose inputs did not change. A
// workspace names its inputs in package.json under "stackctl.inputs" (folders or files, relative to it);
// the digest of their contents is kept in build/.digest. With --check: builds nothing, prints the names
// of those that are out of date, and exits 1 when there are any.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

interface Manifest {
  readonly name: string;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly stackctl?: { readonly inputs?: readonly string[] };
}

interface Target {
  readonly name: string;
  readonly folder: string;
  readonly inputs: readonly string[];
  readonly stamp: string;
}

const root = fileURLToPath(new URL('..', import.meta.url));

function filesUnder(path: string): string[] {
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return [path];
  return globSync('**/*', { cwd: path })
    .map((name) => join(path, name))
    .filter((file) => statSync(file).isFile())
    .sort();
}

function digestOf({ folder, inputs }: Target): string {
  const hash = createHash('sha256').update(process.version);
  for (const file of inputs.flatMap((input) => filesUnder(join(folder, input)))) {
    hash.update(relative(folder, file)).update('\0').update(readFileSync(file));
  }
  return hash.digest('hex');
}

function isBuilt(target: Target): boolean {
  return existsSync(target.stamp) && readFileSync(target.stamp, 'utf8') === digestOf(target);
}

function targets(): Target[] {
  const manifests = globSync('{packages,contracts,services}/*/package.json', { cwd: root }).sort();
  return manifests.flatMap((file) => {
    const folder = join(root, file, '..');
    const manifest = JSON.parse(readFileSync(join(root, file), 'utf8')) as Manifest;
    if (manifest.scripts?.build === undefined) return [];
    return {
      name: manifest.name,
      folder,
      // Shared assembly: the kernels of packages/field are compiled into every WebAssembly module.
      inputs: [
        'package.json',
        ...(manifest.stackctl?.inputs ?? ['assembly', 'src']),
        '../../packages/field/assembly',
      ],
      stamp: join(folder, 'build', '.digest'),
    };
  });
}

function build(target: Target): void {
  const started = performance.now();
  process.stderr.write(`Building ${target.name}`);
  const run = spawnSync('npm', ['run', '--silent', 'build'], {
    cwd: target.folder,
    encoding: 'utf8',
  });
  if (run.status !== 0) {
    process.stderr.write(`\n${run.stdout}${run.stderr}\nBuilding ${target.name} failed\n`);
    process.exit(1);
  }
  mkdirSync(join(target.folder, 'build'), { recursive: true });
  writeFileSync(target.stamp, digestOf(target));
  process.stderr.write(` (${((performance.now() - started) / 1000).toFixed(1)} s)\n`);
}

const stale = targets().filter((target) => !isBuilt(target));
if (process.argv.includes('--check')) {
  for (const { name } of stale) process.stdout.write(`${name}\n`);
  process.exitCode = stale.length === 0 ? 0 : 1;
} else {
  for (const target of stale) build(target);
  // The launcher looks for it: a checkout without it is not ready to run.
  if (existsSync(join(root, 'node_modules'))) writeFileSync(join(root, 'node_modules/.built'), '');
}
