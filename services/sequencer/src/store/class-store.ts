import {
  type ClassProvider,
  type SierraSize,
  type SierraVersion,
  sierraSizeOf,
  sierraVersionOf,
} from '@stackctl/execution';
import { abiText } from '@stackctl/state';
import type { CasmClassJson, DeclaredClass, Felt, SierraClassJson } from '@stackctl/types';
import { decode, encode, list, uint } from '../codec/binary.ts';
import type { Database, Put } from './database.ts';
import { KEYS } from './keys.ts';

/** Classes by hash. Whether a class is declared at a block is the state's affair, not this one's. */
export interface ClassStore extends ClassProvider {
  sierra(classHash: Felt): SierraClassJson | undefined;
  casm(classHash: Felt): CasmClassJson | undefined;
  sierraVersion(classHash: Felt): SierraVersion | undefined;
  sierraSize(classHash: Felt): SierraSize | undefined;
}

const version = list(uint);

export function classPuts(declared: Pick<DeclaredClass, 'classHash' | 'sierra' | 'casm'>): Put[] {
  const { classHash, sierra, casm } = declared;
  return [
    [KEYS.sierra(classHash), Buffer.from(JSON.stringify(overRpc(sierra)))],
    [KEYS.casm(classHash), Buffer.from(JSON.stringify(casm))],
    // Beside the Sierra, so that executing a class does not parse all of it.
    [KEYS.sierraVersion(classHash), encode(version, sierraVersionOf(sierra) ?? [])],
  ];
}

/** A class as RPC shows it: its ABI as the text that the class hash is made of. */
function overRpc(sierra: SierraClassJson): SierraClassJson {
  const { sierra_program, contract_class_version, entry_points_by_type, abi } = sierra;
  return { sierra_program, contract_class_version, entry_points_by_type, abi: abiText(abi) };
}

export function createClassStore(database: Database): ClassStore {
  const parse = <T>(key: string): T | undefined => {
    const bytes = database.get(key);
    return bytes === undefined ? undefined : (JSON.parse(Buffer.from(bytes).toString()) as T);
  };
  return {
    sierra: (classHash) => parse<SierraClassJson>(KEYS.sierra(classHash)),
    // Asked for declares alone, of which the store knows those of blocks that run again.
    sierraSize(classHash) {
      const sierra = parse<SierraClassJson>(KEYS.sierra(classHash));
      return sierra === undefined ? undefined : sierraSizeOf(sierra);
    },
    casm: (classHash) => parse<CasmClassJson>(KEYS.casm(classHash)),
    sierraVersion(classHash) {
      const bytes = database.get(KEYS.sierraVersion(classHash));
      const [major, minor, patch] = bytes === undefined ? [] : decode(version, bytes);
      return major === undefined || minor === undefined || patch === undefined
        ? undefined
        : [major, minor, patch];
    },
  };
}
