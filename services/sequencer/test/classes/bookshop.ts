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

/**
 * A class near the limits of size, made of the words of the small one: nobody can run it. `seed` tells
 * one from another.
 */
export function largeClass(seed: number): { sierra: SierraClassJson; casm: CasmClassJson } {
  let state = seed;
  const draw = (words: readonly string[], count: number): string[] =>
    Array.from({ length: count }, () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return words[state % words.length] as string;
    });
  const { sierra, casm } = bookshop;
  const { bytecode_segment_lengths: _lengths, ...flat } = casm;
  const words = [...sierra.sierra_program];
  while (JSON.stringify(words).length < 3_900_000)
    words.push(...draw(sierra.sierra_program, 5_000));
  return {
    sierra: { ...sierra, sierra_program: words },
    casm: { ...flat, bytecode: [...casm.bytecode, ...draw(casm.bytecode, 74_000)] },
  };
}

/** The same program under another class hash: its ABI, which the hash covers, has one entry more. */
export function variantOf(sierra: SierraClassJson, name: string): SierraClassJson {
  const abi = sierra.abi as readonly unknown[];
  const entry = { type: 'event', name: `stackctl::${name}`, kind: 'enum', variants: [] };
  return { ...sierra, abi: [...abi, entry] };
}
