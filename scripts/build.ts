// Builds every workspace that has a `build` script, in dependency-free order, skipping the ones whose
// inputs did not change. A workspace names its inputs in package.json under "stackctl.inputs"
// (folders or files, relative to it); the digest of their contents is kept in build/.digest.
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

const root = fileURLToPath(new URL('..', import.meta.url));

function filesUnder(path: string): string[] {
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return [path];
  return globSync('**/*', { cwd: path })
    .map((name) => join(path, name))
    .filter((file) => statSync(file).isFile())
    .sort();
}

function digestOf(folder: string, inputs: readonly string[]): string {
  const hash = createHash('sha256').update(process.version);
  for (const file of ['package.json', ...inputs].flatMap((input) =>
    filesUnder(join(folder, input)),
  )) {
    hash.update(relative(folder, file)).update('\0').update(readFileSync(file));
  }
  return hash.digest('hex');
}

const packageFiles = globSync(
  ['packages/*/package.json', 'contracts/*/package.json', 'services/*/package.json'],
  {
    cwd: root,
  },
).sort();

for (const file of packageFiles) {
  const folder = join(root, file, '..');
  const manifest = JSON.parse(readFileSync(join(root, file), 'utf8')) as Manifest;
  if (manifest.scripts?.build === undefined) continue;
  const stamp = join(folder, 'build', '.digest');
  // Shared assembly: the kernels of packages/field are compiled into every WebAssembly module.
  const inputs = [
    ...(manifest.stackctl?.inputs ?? ['assembly', 'src']),
    '../../packages/field/assembly',
  ];
  const digest = digestOf(folder, inputs);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) continue;
  const started = performance.now();
  process.stderr.write(`Building ${manifest.name}`);
  const run = spawnSync('npm', ['run', '--silent', 'build'], { cwd: folder, encoding: 'utf8' });
  if (run.status !== 0) {
    process.stderr.write(`\n${run.stdout}${run.stderr}\nBuilding ${manifest.name} failed\n`);
    process.exit(1);
  }
  mkdirSync(join(folder, 'build'), { recursive: true });
  writeFileSync(stamp, digestOf(folder, inputs));
  process.stderr.write(` (${((performance.now() - started) / 1000).toFixed(1)} s)\n`);
}
