import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { CasmClassJson, SierraClassJson } from '@stackctl/types';

/** Folder of the test contract's artifacts, named as Scarb names them. */
export const BOOKSHOP_FOLDER = fileURLToPath(
  new URL('../../../../contracts/l2/test/fixtures', import.meta.url),
);

function read<T>(file: string): T {
  return JSON.parse(readFileSync(`${BOOKSHOP_FOLDER}/${file}`, 'utf8')) as T;
}

/** A contract that no genesis has, compiled. */
export const bookshop = {
  sierra: read<SierraClassJson>('bookshop.contract_class.json'),
  casm: read<CasmClassJson>('bookshop.compiled_contract_class.json'),
};

/** The same program under another class hash: its ABI, which the hash covers, has one entry more. */
export function variantOf(sierra: SierraClassJson, name: string): SierraClassJson {
  const abi = sierra.abi as readonly unknown[];
  const entry = { type: 'event', name: `stackctl::${name}`, kind: 'enum', variants: [] };
  return { ...sierra, abi: [...abi, entry] };
}
