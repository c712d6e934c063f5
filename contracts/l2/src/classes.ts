import { readFileSync } from 'node:fs';
import type { CasmClassJson, DeclaredClass, SierraClassJson } from '@stackctl/types';
import type { ClassName, Manifest } from './manifest.ts';

/** A compiled contract of this package. Its two JSON documents are read from disk on first use. */
export interface CompiledContract extends DeclaredClass {
  /** Poseidon hash of the CASM; `compiledClassHash` is the Blake2s one (Starknet >= 0.14.1). */
  readonly compiledClassHashPoseidon: bigint;
}

function readArtifact(file: string): unknown {
  return JSON.parse(readFileSync(new URL(`../artifacts/${file}`, import.meta.url), 'utf8'));
}

/** How the committed artifacts were made, and their hashes. */
export const manifest = readArtifact('manifest.json') as Manifest;

function contract(name: ClassName): CompiledContract {
  const entry = manifest.classes[name];
  let sierra: SierraClassJson | undefined;
  let casm: CasmClassJson | undefined;
  // Own getters, so that a copy by spread keeps the documents.
  return {
    classHash: BigInt(entry.classHash),
    compiledClassHash: BigInt(entry.compiledClassHash),
    compiledClassHashPoseidon: BigInt(entry.compiledClassHashPoseidon),
    get sierra() {
      sierra ??= readArtifact(`${name}.contract_class.json`) as SierraClassJson;
      return sierra;
    },
    get casm() {
      casm ??= readArtifact(`${name}.compiled_contract_class.json`) as CasmClassJson;
      return casm;
    },
  };
}

/** Every contract by its name, with the hashes of the manifest. */
export const classes: Readonly<Record<ClassName, CompiledContract>> = {
  account: contract('account'),
  erc20: contract('erc20'),
  udc: contract('udc'),
  fibonacci: contract('fibonacci'),
  factorial: contract('factorial'),
};
