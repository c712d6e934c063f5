// Rebuilds artifacts/ from src/*.cairo: `npm run rebuild -w @stackctl/contracts-l2 [-- name...]`.
//
//   src/<name>.cairo --(Cairo 2.8.2, npm wasm-cairo)--> artifacts/<name>.contract_class.json
//                    --(starknet-sierra-compile)------> artifacts/<name>.compiled_contract_class.json
//   and artifacts/manifest.json: versions of the compilers, hashes of sources, artifacts and classes.
//
// Contracts that only tests declare lie with their artifacts in test/fixtures/, and not in the manifest.
//
// The artifacts are committed, so that nobody needs a compiler to build or run the project.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { hash } from 'starknet';
import { CLASS_NAMES, type ClassName, type Manifest, type ManifestEntry } from '../src/manifest.ts';
import { sha256 } from './sha256.ts';
import { widenBranchTargets } from './sierra-targets.ts';
import { GAS_COUNTED, withSierraVersion } from './sierra-version.ts';

const CAIRO = { package: 'wasm-cairo', version: '0.10.2', cairo: '2.8.2' } as const;
const CASM = { program: 'starknet-sierra-compile', version: '2.21.0' } as const;
/** The compiler names every program's crate after itself; in the ABI it carries our name. */
const COMPILER_CRATE = /\bastro::/g;
const OUR_CRATE = 'stackctl::';

const folder = fileURLToPath(new URL('..', import.meta.url));
const artifact = (file: string): string => join(folder, 'artifacts', file);

/** Contracts of tests. */
const FIXTURES = ['bookshop', 'courier', 'messenger'] as const;
/** Those that keep the compiler's Sierra version and are charged by steps, so that this stays tested. */
const STEP_COUNTED: readonly string[] = ['bookshop', 'messenger'];
type Name = ClassName | (typeof FIXTURES)[number];

const isFixture = (name: Name): boolean => FIXTURES.some((fixture) => fixture === name);
const sourceOf = (name: Name): string =>
  join(folder, isFixture(name) ? 'test/fixtures' : 'src', `${name}.cairo`);
const outputOf = (name: Name, kind: string): string =>
  join(folder, isFixture(name) ? 'test/fixtures' : 'artifacts', `${name}.${kind}.json`);

interface CairoCompiler {
  initSync(options: { module: Uint8Array }): void;
  compileStarknetContract(source: string, allowWarnings: boolean, replaceIds: boolean): string;
}

/** Installs the Cairo compiler into `scratch`. */
function installCairo(scratch: string): void {
  writeFileSync(join(scratch, 'package.json'), '{"private":true}');
  run('npm', ['install', '--no-audit', '--no-fund', `${CAIRO.package}@${CAIRO.version}`], scratch);
}

/** Loads a fresh instance: one that has compiled before is several times slower. */
async function loadCairo(scratch: string, instance: string): Promise<CairoCompiler> {
  const home = join(scratch, 'node_modules', CAIRO.package);
  const url = `${pathToFileURL(join(home, 'wasm-cairo.js')).href}?${instance}`;
  const compiler = (await import(url)) as CairoCompiler;
  compiler.initSync({ module: readFileSync(join(home, 'wasm-cairo_bg.wasm')) });
  return compiler;
}

function run(program: string, args: readonly string[], cwd: string): string {
  const result = spawnSync(program, args, { cwd, encoding: 'utf8' });
  if (result.error !== undefined || result.status !== 0) {
    throw new Error(`${program} ${args.join(' ')} failed: ${result.error ?? result.stderr}`);
  }
  return result.stdout;
}

function requireCasmCompiler(): void {
  const found = spawnSync(CASM.program, ['--version'], { encoding: 'utf8' });
  if (found.status === 0 && found.stdout.includes(CASM.version)) return;
  const got = found.status === 0 ? found.stdout.trim() : 'nothing';
  throw new Error(
    `needs ${CASM.program} ${CASM.version} on PATH (found ${got}); ` +
      `install it with: cargo install --locked ${CASM.program}@${CASM.version}`,
  );
}

/** Compiles one contract, writes its two artifacts and describes them. */
function build(name: Name, compiler: CairoCompiler, scratch: string): ManifestEntry {
  const source = readFileSync(sourceOf(name), 'utf8');
  const text = compiler.compileStarknetContract(source, true, true);
  if (!text.startsWith('{')) throw new Error(`${name}.cairo does not compile: ${text}`);
  const { sierra_program_debug_info: _, ...compiled } = JSON.parse(text);
  const program = widenBranchTargets(compiled.sierra_program);
  const sierra = {
    ...compiled,
    sierra_program: STEP_COUNTED.includes(name) ? program : withSierraVersion(program, GAS_COUNTED),
    abi: JSON.parse(JSON.stringify(compiled.abi).replaceAll(COMPILER_CRATE, OUR_CRATE)),
  };
  const sierraText = JSON.stringify(sierra);
  const sierraFile = outputOf(name, 'contract_class');
  writeFileSync(sierraFile, sierraText);

  const casmFile = join(scratch, `${name}.casm.json`);
  run(CASM.program, [sierraFile, casmFile], folder);
  const casm = JSON.parse(readFileSync(casmFile, 'utf8'));
  const casmText = JSON.stringify(casm);
  writeFileSync(outputOf(name, 'compiled_contract_class'), casmText);
  return {
    sourceSha256: sha256(source),
    sierraSha256: sha256(sierraText),
    casmSha256: sha256(casmText),
    classHash: hash.computeContractClassHash(sierra),
    compiledClassHash: hash.computeCompiledClassHashBlake(casm),
    compiledClassHashPoseidon: hash.computeCompiledClassHashPoseidon(casm),
  };
}

function previousManifest(): Partial<Record<ClassName, ManifestEntry>> {
  try {
    return (JSON.parse(readFileSync(artifact('manifest.json'), 'utf8')) as Manifest).classes;
  } catch {
    return {};
  }
}

async function main(names: readonly string[]): Promise<void> {
  const all: readonly Name[] = [...CLASS_NAMES, ...FIXTURES];
  const unknown = names.find((name) => !all.some((each) => each === name));
  if (unknown !== undefined) throw new Error(`no contract ${unknown}; there are ${all.join(', ')}`);
  requireCasmCompiler();
  const scratch = mkdtempSync(join(tmpdir(), 'cairo-'));
  try {
    installCairo(scratch);
    const entries = names.length === 0 ? {} : previousManifest();
    for (const name of all) {
      if (names.length > 0 && !names.includes(name)) continue;
      const started = performance.now();
      const entry = build(name, await loadCairo(scratch, name), scratch);
      const own = CLASS_NAMES.find((each) => each === name);
      if (own !== undefined) entries[own] = entry;
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      process.stderr.write(`${name}: ${entry.classHash} (${seconds} s)\n`);
    }
    const manifest = {
      compilers: {
        cairo: `${CAIRO.cairo} (npm ${CAIRO.package}@${CAIRO.version})`,
        sierraToCasm: `${CASM.version} (crate ${CASM.program})`,
      },
      classes: entries,
    };
    writeFileSync(artifact('manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

await main(process.argv.slice(2));
