import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { type Logger, reasonOf } from '@stackctl/runtime';
import { compiledClassHash, compiledClassHashPoseidon, isCompiledClassHash } from '@stackctl/state';
import type { CasmClassJson, Felt, SierraClassJson } from '@stackctl/types';

const CASM_SUFFIX = '.compiled_contract_class.json';
const SIERRA_SUFFIX = '.contract_class.json';
/** Files of a folder that are looked at, and the largest that is read. */
const MAX_FILES = 2_000;
const MAX_FILE_BYTES = 32 << 20;

/** A pair of files as it was when it was hashed. */
interface Indexed {
  readonly sierraFile: string;
  readonly stamp: string;
  readonly blake: Felt;
  /** Costs ten times as much: computed when no BLAKE2s hash is the one that is looked for. */
  poseidon: Felt | undefined;
}

/** Compiled classes in folders of build artifacts. */
export interface ArtifactIndex {
  readonly folders: readonly string[];
  /**
   * CASM of that compiled class hash (BLAKE2s or Poseidon) that lies beside this very Sierra program.
   * Folders are read when something is looked for that is not known yet; unreadable files are passed over.
   */
  find(sierra: SierraClassJson, compiledClassHash: Felt): Promise<CasmClassJson | undefined>;
}

/**
 * Indexes folders as Scarb leaves them (`target/dev`, or `target` above it): NAME.contract_class.json
 * beside NAME.compiled_contract_class.json.
 */
export function createArtifactIndex(folders: readonly string[], log: Logger): ArtifactIndex {
  const index = new Map<string, Indexed>();

  /** A candidate when its Sierra is the one asked for: nobody may pair a program with other code. */
  const load = async (
    casmFile: string,
    entry: Indexed,
    sierra: SierraClassJson,
  ): Promise<CasmClassJson | undefined> => {
    const beside = await readJson<SierraClassJson>(entry.sierraFile);
    if (beside === undefined || !sameProgram(beside, sierra)) return undefined;
    return readJson<CasmClassJson>(casmFile);
  };

  const lookUp = async (
    sierra: SierraClassJson,
    wanted: Felt,
    hashOf: (entry: Indexed) => Felt | undefined,
  ): Promise<CasmClassJson | undefined> => {
    for (const [file, entry] of index) {
      if (hashOf(entry) !== wanted) continue;
      const casm = await load(file, entry, sierra);
      // It may have been built anew since it was indexed.
      if (casm !== undefined && compilesTo(casm, wanted)) return casm;
    }
    return undefined;
  };

  const scan = async (): Promise<void> => {
    const present = new Set<string>();
    for (const file of await casmFiles(folders)) {
      present.add(file);
      const stamp = await stampOf(file);
      const known = index.get(file);
      if (stamp === undefined || known?.stamp === stamp) continue;
      const casm = await readJson<CasmClassJson>(file);
      const blake = casm && hashOrSay(file, () => compiledClassHash(casm), log);
      if (blake === undefined) index.delete(file);
      else {
        const sierraFile = `${file.slice(0, -CASM_SUFFIX.length)}${SIERRA_SUFFIX}`;
        index.set(file, { sierraFile, stamp, blake, poseidon: undefined });
      }
      // Hashing is work: others come in between.
      await setImmediate();
    }
    for (const file of index.keys()) if (!present.has(file)) index.delete(file);
  };

  const addPoseidon = async (): Promise<void> => {
    for (const [file, entry] of index) {
      if (entry.poseidon !== undefined) continue;
      const casm = await readJson<CasmClassJson>(file);
      if (casm === undefined) continue;
      entry.poseidon = hashOrSay(file, () => compiledClassHashPoseidon(casm), log);
      await setImmediate();
    }
  };

  return {
    folders,
    async find(sierra, wanted) {
      if (folders.length === 0) return undefined;
      const known = await lookUp(sierra, wanted, ({ blake }) => blake);
      if (known !== undefined) return known;
      await scan();
      const found = await lookUp(sierra, wanted, ({ blake }) => blake);
      if (found !== undefined) return found;
      await addPoseidon();
      return lookUp(sierra, wanted, ({ poseidon }) => poseidon);
    },
  };
}

/** The compiled classes in the folders and in the folders right below them. */
async function casmFiles(folders: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const folder of folders) {
    const entries = await listing(folder);
    const below = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    const places = [{ place: folder, entries }];
    for (const name of below.slice(0, MAX_FILES)) {
      const place = join(folder, name);
      places.push({ place, entries: await listing(place) });
    }
    for (const { place, entries: files } of places)
      for (const { name } of files)
        if (name.endsWith(CASM_SUFFIX) && found.length < MAX_FILES) found.push(join(place, name));
  }
  return found;
}

async function listing(folder: string) {
  // Scarb makes the folder with the first build: until then there is nothing in it.
  return readdir(folder, { withFileTypes: true }).catch(() => []);
}

async function stampOf(file: string): Promise<string | undefined> {
  const info = await stat(file).catch(() => undefined);
  if (info === undefined || !info.isFile() || info.size > MAX_FILE_BYTES) return undefined;
  return `${info.mtimeMs} ${info.size}`;
}

/** Undefined for what is not there, is being written, or is no JSON. */
async function readJson<T>(file: string): Promise<T | undefined> {
  if ((await stampOf(file)) === undefined) return undefined;
  try {
    return JSON.parse(await readFile(file, 'utf8')) as T;
  } catch {
    return undefined;
  }
}

function hashOrSay(file: string, compute: () => Felt, log: Logger): Felt | undefined {
  try {
    return compute();
  } catch (error) {
    log.warn('artifact passed over', { file, reason: reasonOf(error) });
    return undefined;
  }
}

function compilesTo(casm: CasmClassJson, wanted: Felt): boolean {
  try {
    return isCompiledClassHash(casm, wanted);
  } catch {
    return false;
  }
}

/** Whether two Sierra classes are the same program; their ABIs are texts for readers. */
function sameProgram(left: SierraClassJson, right: SierraClassJson): boolean {
  const a = left.sierra_program;
  const b = right.sierra_program;
  if (!Array.isArray(a) || a.length !== b.length) return false;
  try {
    return a.every((word, i) => word === b[i] || BigInt(word) === BigInt(b[i] as string));
  } catch {
    return false;
  }
}
