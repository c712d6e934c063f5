import { readFileSync } from 'node:fs';
import { classHash, compiledClassHash } from '@stackctl/state';
import type { CasmClassJson, DeclaredClass, SierraClassJson } from '@stackctl/types';

function read<T>(file: string): T {
  const url = new URL(`../../../../contracts/l2/test/fixtures/${file}.json`, import.meta.url);
  return JSON.parse(readFileSync(url, 'utf8')) as T;
}

function fixture(name: string): DeclaredClass {
  const sierra = read<SierraClassJson>(`${name}.contract_class`);
  const casm = read<CasmClassJson>(`${name}.compiled_contract_class`);
  const compiled = compiledClassHash(casm);
  return { sierra, casm, classHash: classHash(sierra), compiledClassHash: compiled };
}

/** Classes that no genesis has: transactions declare them. */
export const fixtures = {
  bookshop: fixture('bookshop'),
  courier: fixture('courier'),
  messenger: fixture('messenger'),
} as const;
