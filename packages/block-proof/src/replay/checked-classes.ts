import { type ClassProvider, sierraSizeOf, sierraVersionOf } from '@stackctl/execution';
import { classHash as hashOfClass, isCompiledClassHash } from '@stackctl/state';
import {
  type CasmClassJson,
  type Felt,
  feltToHex,
  type HashedTransaction,
  type SierraClassJson,
  type StateReader,
} from '@stackctl/types';
import { rejected } from '../public-memory.ts';
import type { ReplayClasses } from './types.ts';

/** Documents by the hashes that they were found to have: classes recur from block to block. */
const knownCasm = new WeakMap<CasmClassJson, Felt>();
const knownSierra = new WeakMap<SierraClassJson, Felt>();

/**
 * Classes whose documents are what the chain says: the compiled class hash that the parent's state or a
 * declare of this block names, and the class hash itself (which fixes the Sierra version, so the way in
 * which calls are charged).
 */
export function checkedClasses(
  classes: ReplayClasses,
  parent: StateReader,
  transactions: readonly HashedTransaction[],
): ClassProvider {
  const declared = new Map<Felt, Felt>();
  for (const { transaction } of transactions)
    if (transaction.type === 'DECLARE')
      declared.set(transaction.classHash, transaction.compiledClassHash);

  function casm(classHash: Felt): CasmClassJson {
    const name = feltToHex(classHash);
    const json = classes.casm(classHash);
    if (json === undefined) throw rejected(`class ${name} is not known`);
    const expected = parent.compiledClassHash(classHash) || declared.get(classHash);
    if (expected === undefined) throw rejected(`class ${name} is not declared`);
    if (knownCasm.get(json) !== expected) {
      if (!isCompiledClassHash(json, expected))
        throw rejected(`the bytecode of class ${name} is not what the state declares`);
      knownCasm.set(json, expected);
    }
    return json;
  }

  function sierra(classHash: Felt): SierraClassJson {
    const json = classes.sierra(classHash);
    if (json === undefined) throw rejected(`class ${feltToHex(classHash)} is not known`);
    if (knownSierra.get(json) !== classHash) {
      if (hashOfClass(json) !== classHash)
        throw rejected(`the Sierra code of class ${feltToHex(classHash)} has another hash`);
      knownSierra.set(json, classHash);
    }
    return json;
  }

  return {
    casm,
    sierraVersion: (classHash) => sierraVersionOf(sierra(classHash)),
    sierraSize: (classHash) => sierraSizeOf(sierra(classHash)),
  };
}
