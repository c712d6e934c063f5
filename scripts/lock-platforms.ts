// Completes package-lock.json with the packages of other platforms. Tools such as Biome ship one
// optional package for each platform; npm leaves out of the lockfile those that it did not install
// when it updates an existing tree, or that a registry mirror does not carry, and `npm ci` then refuses
// the lockfile. Their versions stand in the packages that list them, their platforms in their names.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

interface Entry {
  readonly version?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly libc?: readonly string[];
}

type Platform = Pick<Entry, 'os' | 'cpu' | 'libc'>;

const SYSTEMS = [
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'win32',
];
const PROCESSORS = ['arm', 'arm64', 'ia32', 'loong64', 'ppc64', 'riscv64', 's390x', 'x64'];

/** What a name like "binding-linux-arm64-musl" says; undefined when it names no platform. */
function platformOf(name: string): Platform | undefined {
  const words = (name.split('/').at(-1) ?? '').split('-');
  const os = SYSTEMS.find((system) => words.includes(system));
  const cpu = PROCESSORS.find((processor) => words.includes(processor));
  if (os === undefined || cpu === undefined) return undefined;
  const musl = words.some((word) => word.startsWith('musl'));
  const gnu = words.some((word) => word.startsWith('gnu'));
  return {
    cpu: [cpu],
    os: [os],
    ...(os === 'linux' && (musl || gnu) ? { libc: [musl ? 'musl' : 'glibc'] } : {}),
  };
}

const path = fileURLToPath(new URL('../package-lock.json', import.meta.url));
const lock = JSON.parse(readFileSync(path, 'utf8')) as { packages: Record<string, Entry> };
const added: string[] = [];
for (const entry of Object.values(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    if (Object.keys(lock.packages).some((key) => key.endsWith(`node_modules/${name}`))) continue;
    const platform = platformOf(name);
    if (platform === undefined || !/^\d/.test(version)) continue; // a range: npm must resolve it
    const dev = entry.dev === true ? { dev: true } : {};
    lock.packages[`node_modules/${name}`] = {
      version,
      ...dev,
      optional: true,
      ...platform,
    } as Entry;
    added.push(`${name}@${version}`);
  }
}
if (added.length > 0) {
  const sorted = Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  writeFileSync(
    path,
    `${JSON.stringify({ ...lock, packages: Object.fromEntries(sorted) }, null, 2)}\n`,
  );
}
process.stderr.write(`package-lock.json: ${added.length} packages of other platforms added\n`);
