import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { atomicWriteSync, reasonOf } from '@stackctl/runtime';
import { type CasmClassJson, type SierraClassJson, StackError } from '@stackctl/types';

const SIERRA = '.contract_class.json';
const CASM = '.compiled_contract_class.json';

/** A compiled contract as Scarb leaves it: two files side by side. */
export interface Artifact {
  readonly file: string;
  readonly sierra: SierraClassJson;
  /** Undefined when it is not beside the Sierra class. */
  readonly casm: CasmClassJson | undefined;
}

/** Where contracts are looked for by name: what is configured, then Scarb's folder here. */
export function artifactFolders(configured: readonly string[]): string[] {
  return [...configured, 'target'].flatMap((folder) => [folder, ...foldersIn(folder)]);
}

function foldersIn(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => join(folder, name));
  } catch {
    return [];
  }
}

/**
 * A contract by the path of its Sierra class, or by its name: NAME or PACKAGE_NAME in one of the
 * folders. Throws USAGE when there is none or more than one, CONFIG_UNREADABLE for broken files.
 */
export function resolveArtifact(target: string, folders: readonly string[]): Artifact {
  if (target.endsWith('.json')) return readArtifact(target);
  const found = folders.flatMap((folder) => named(folder, target));
  const [file, ...others] = [...new Set(found)];
  if (file === undefined) {
    const places = folders.length === 0 ? 'no folder' : folders.join(', ');
    const reason = `no contract ${target} in ${places}; name its *${SIERRA} file, or build it (scarb build)`;
    throw new StackError('USAGE', { reason });
  }
  if (others.length > 0) {
    const reason = `${target} is ambiguous: ${[file, ...others].join(', ')}; name the file`;
    throw new StackError('USAGE', { reason });
  }
  return readArtifact(file);
}

function named(folder: string, name: string): string[] {
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter((file) => file.endsWith(SIERRA) && !file.endsWith(CASM));
  const stems = files.map((file) => basename(file, SIERRA));
  const exact = stems.filter((stem) => stem === name);
  const chosen = exact.length > 0 ? exact : stems.filter((stem) => stem.endsWith(`_${name}`));
  return chosen.map((stem) => join(folder, `${stem}${SIERRA}`));
}

function readArtifact(file: string): Artifact {
  const sierra = readDocument<SierraClassJson>(file);
  if (!Array.isArray(sierra.sierra_program)) {
    const reason = 'not a Sierra class (a file *.contract_class.json)';
    throw new StackError('CONFIG_UNREADABLE', { file, reason });
  }
  const beside = file.endsWith(SIERRA) ? `${file.slice(0, -SIERRA.length)}${CASM}` : undefined;
  const casm =
    beside !== undefined && existsSync(beside) ? readDocument<CasmClassJson>(beside) : undefined;
  return { file, sierra, casm };
}

function readDocument<T extends object>(file: string): T {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof value === 'object' && value !== null) return value as T;
    throw new TypeError('not an object');
  } catch (error) {
    throw new StackError('CONFIG_UNREADABLE', { file, reason: reasonOf(error) }, { cause: error });
  }
}

/** Puts a class where the sequencers of a home look for compiled classes. */
export function handOver(folder: string, classHash: string, { sierra, casm }: Artifact): void {
  mkdirSync(folder, { recursive: true });
  atomicWriteSync(join(folder, `${classHash}${SIERRA}`), JSON.stringify(sierra));
  atomicWriteSync(join(folder, `${classHash}${CASM}`), JSON.stringify(casm));
}
