import { type CasmClass, loadCasmClass } from '@stackctl/cairo-vm';
import { abiText } from '@stackctl/state';
import {
  type CasmClassJson,
  type Felt,
  feltToHex,
  isStackError,
  type SierraClassJson,
} from '@stackctl/types';
import { ExecutionAbort } from './abort.ts';
import type { VersionedConstants } from './rules/index.ts';

export type SierraVersion = readonly [major: number, minor: number, patch: number];

/** What a declaration pays for besides the compiled code. */
export interface SierraSize {
  /** Felts of the Sierra program. */
  readonly program: number;
  /** Bytes of the ABI's text. */
  readonly abi: number;
}

/** Where execution finds the classes that the state names: those of the chain and of this block. */
export interface ClassProvider {
  casm(classHash: Felt): CasmClassJson | undefined;
  /** Version in the Sierra program; classes of unknown version are charged by steps. */
  sierraVersion?(classHash: Felt): SierraVersion | undefined;
  /** Size of the Sierra class, which its declaration pays for: needed for DECLAREs alone. */
  sierraSize?(classHash: Felt): SierraSize | undefined;
  /** Compiled class hash that the CASM has, when the provider knows it: declares are checked. */
  compiledClassHash?(classHash: Felt): Felt | undefined;
}

/** A provider, or a registry over one: a provider given twice gets the same registry. */
export type Classes = ClassProvider | ClassRegistry;

const registries = new WeakMap<ClassProvider, ClassRegistry>();

export function registryOf(classes: Classes): ClassRegistry {
  if (classes instanceof ClassRegistry) return classes;
  let registry = registries.get(classes);
  if (registry === undefined) {
    registry = new ClassRegistry(classes);
    registries.set(classes, registry);
  }
  return registry;
}

/** A class ready to run. */
export interface RunnableClass {
  readonly casm: CasmClass;
  readonly sierraVersion: SierraVersion | undefined;
}

/** Loads classes once. Share one registry between blocks: the JSON of a class is costly to parse. */
export class ClassRegistry {
  readonly provider: ClassProvider;
  readonly #loaded = new Map<Felt, RunnableClass>();
  readonly #capacity: number;

  /** `capacity`: classes kept ready; the least recently used go first. */
  constructor(provider: ClassProvider, capacity = 256) {
    this.provider = provider;
    this.#capacity = capacity;
  }

  /** The class; undefined when the provider does not have it. Throws ExecutionAbort when malformed. */
  get(classHash: Felt): RunnableClass | undefined {
    const known = this.#loaded.get(classHash);
    if (known !== undefined) {
      this.#loaded.delete(classHash);
      this.#loaded.set(classHash, known);
      return known;
    }
    const json = this.provider.casm(classHash);
    if (json === undefined) return undefined;
    const loaded = runnable(classHash, json, this.provider);
    this.#loaded.set(classHash, loaded);
    if (this.#loaded.size > this.#capacity) {
      const [oldest] = this.#loaded.keys();
      if (oldest !== undefined) this.#loaded.delete(oldest);
    }
    return loaded;
  }
}

/**
 * A registry with classes of its own beside those of another: the classes of a block under way, or of
 * a simulated declare. The other one comes first and learns nothing of them, so that code which no
 * block has made final never runs under its class hash elsewhere. What `own` answers may change:
 * what is loaded is kept by the document, not by the class hash.
 */
export class OverlaidRegistry extends ClassRegistry {
  readonly #base: ClassRegistry;
  readonly #own: ClassProvider;
  readonly #ready = new WeakMap<CasmClassJson, RunnableClass>();

  constructor(base: ClassRegistry, own: ClassProvider) {
    const { provider } = base;
    super({
      casm: (classHash) => provider.casm(classHash) ?? own.casm(classHash),
      sierraVersion: (classHash) =>
        provider.sierraVersion?.(classHash) ?? own.sierraVersion?.(classHash),
      sierraSize: (classHash) => provider.sierraSize?.(classHash) ?? own.sierraSize?.(classHash),
      compiledClassHash: (classHash) =>
        provider.compiledClassHash?.(classHash) ?? own.compiledClassHash?.(classHash),
    });
    this.#base = base;
    this.#own = own;
  }

  override get(classHash: Felt): RunnableClass | undefined {
    const final = this.#base.get(classHash);
    if (final !== undefined) return final;
    const json = this.#own.casm(classHash);
    if (json === undefined) return undefined;
    const known = this.#ready.get(json);
    if (known !== undefined) return known;
    const loaded = runnable(classHash, json, this.#own);
    this.#ready.set(json, loaded);
    return loaded;
  }
}

function runnable(classHash: Felt, json: CasmClassJson, provider: ClassProvider): RunnableClass {
  return {
    casm: loadOrAbort(classHash, json),
    sierraVersion: provider.sierraVersion?.(classHash),
  };
}

function loadOrAbort(classHash: Felt, json: CasmClassJson): CasmClass {
  try {
    return loadCasmClass(json);
  } catch (error) {
    if (!isStackError(error, 'CLASS_MALFORMED')) throw error;
    throw new ExecutionAbort(
      `Class with hash ${feltToHex(classHash)} cannot run: ${error.message}`,
    );
  }
}

/** Whether the gas that its code counts is what calls are charged; otherwise their steps are. */
export function countsGas(
  { sierraVersion }: RunnableClass,
  { sierraGasVersion }: VersionedConstants,
): boolean {
  return sierraVersion !== undefined && atLeast(sierraVersion, sierraGasVersion);
}

const utf8 = new TextEncoder();

/** What a declaration of the class pays for besides its compiled code. */
export function sierraSizeOf(sierra: SierraClassJson): SierraSize {
  return {
    program: sierra.sierra_program.length,
    abi: utf8.encode(abiText(sierra.abi)).length,
  };
}

/** Version of a Sierra program: its first three felts. Undefined when they are no version. */
export function sierraVersionOf(sierra: SierraClassJson): SierraVersion | undefined {
  const [major, minor, patch] = sierra.sierra_program.slice(0, 3).map(Number);
  if (major === undefined || minor === undefined || patch === undefined) return undefined;
  const version: SierraVersion = [major, minor, patch];
  return version.every((part) => Number.isInteger(part) && part >= 0 && part < 2 ** 32)
    ? version
    : undefined;
}

function atLeast(version: SierraVersion, bound: SierraVersion): boolean {
  for (let i = 0; i < 3; i++) {
    const difference = (version[i] as number) - (bound[i] as number);
    if (difference !== 0) return difference > 0;
  }
  return true;
}
