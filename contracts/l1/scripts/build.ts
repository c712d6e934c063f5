// Compiles solidity/ with Hardhat and writes build/contracts.json: ABI and creation code of each of
// our contracts, which is all that using them takes (src/index.ts needs neither Hardhat nor solc).
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createHardhatRuntimeEnvironment, importUserConfig } from 'hardhat/hre';
import { CONTRACT_NAMES } from '../src/contracts.ts';

const folder = fileURLToPath(new URL('..', import.meta.url));
const config = await importUserConfig(join(folder, 'hardhat.config.ts'));
const hre = await createHardhatRuntimeEnvironment(config, {}, folder);
await hre.tasks.getTask('build').run({ quiet: true });

const contracts: Record<string, { abi: unknown; bytecode: string }> = {};
for (const name of CONTRACT_NAMES) {
  const { abi, bytecode } = await hre.artifacts.readArtifact(name);
  contracts[name] = { abi, bytecode };
}
mkdirSync(join(folder, 'build'), { recursive: true });
writeFileSync(join(folder, 'build', 'contracts.json'), JSON.stringify(contracts));
