// Compiles the prover and the verifier of every layout. The code of a layout is generated into
// build/assembly, and compiled before that of the next takes its place.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { LAYOUTS } from '../src/air/layouts.ts';
import { withSharedMemory } from './shared-memory.ts';

const folder = fileURLToPath(new URL('..', import.meta.url));

function run(command: string, ...args: readonly string[]): void {
  const { status, error } = spawnSync(command, args, { cwd: folder, stdio: 'inherit' });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

const FLAGS = ['-O3', '--noAssert', '--runtime', 'stub', '--enable', 'simd'];
const OWN_MEMORY = ['--importMemory', '--maximumMemory', '65536'];

// `lite` comes last: what is left in build/assembly is its code.
for (const { name } of LAYOUTS.toReversed()) {
  const suffix = name === 'lite' ? '' : `-${name}`;
  run(process.execPath, 'scripts/generate.ts', name);
  run('asc', 'assembly/prover.ts', ...FLAGS, ...OWN_MEMORY, '-o', `build/prover${suffix}.wasm`);
  const prover = readFileSync(new URL(`../build/prover${suffix}.wasm`, import.meta.url));
  const shared = new URL(`../build/prover${suffix}-shared.wasm`, import.meta.url);
  writeFileSync(shared, withSharedMemory(prover));
  run('asc', 'assembly/verifier.ts', ...FLAGS, '-o', `build/verifier${suffix}.wasm`);
}
