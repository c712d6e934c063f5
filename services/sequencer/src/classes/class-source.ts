import { rpcError } from '@stackctl/rpc';
import type { Logger } from '@stackctl/runtime';
import { classHash as hashOfClass } from '@stackctl/state';
import {
  type CasmClassJson,
  type Felt,
  feltToHex,
  isStackError,
  type SierraClassJson,
} from '@stackctl/types';
import type { ArtifactIndex } from './artifact-index.ts';
import type { ClassCache, PackedClass } from './class-cache.ts';
import { asShown, CLASS_LIMITS, checkClass, packClass } from './packed-class.ts';
import { COMPILER_NAMES, type SierraCompiler } from './sierra-compiler.ts';

/** Compilations that may wait for the one that runs. */
const MAX_WAITING = 8;

/** Where the code of a declared class comes from. */
export interface ClassSource {
  /** Hash of a Sierra class as a client sent it. Throws the RpcError of a class that no node takes. */
  identify(sierra: SierraClassJson): Felt;
  /**
   * The class with its CASM: one that is known by its compiled class hash (from a peer, or in an
   * artifact folder), else compiled. Throws RpcErrors: COMPILATION_FAILED, COMPILED_CLASS_HASH_MISMATCH,
   * CONTRACT_CLASS_SIZE_IS_TOO_LARGE.
   */
  resolve(sierra: SierraClassJson, classHash: Felt, compiledClassHash: Felt): Promise<PackedClass>;
}

export interface ClassSourceOptions {
  readonly cache: ClassCache;
  readonly artifacts: ArtifactIndex;
  readonly compiler: SierraCompiler;
  readonly log: Logger;
}

export function createClassSource(options: ClassSourceOptions): ClassSource {
  const { cache, artifacts, compiler, log } = options;
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;

  /** One class at a time: a compiler takes a core and much memory. */
  const inTurn = async <T>(work: () => Promise<T>): Promise<T> => {
    if (waiting >= MAX_WAITING)
      throw rpcError('UNEXPECTED_ERROR', 'too many classes are being compiled; try again later');
    waiting++;
    const turn = last.then(work);
    last = turn.catch(() => {});
    try {
      return await turn;
    } finally {
      waiting--;
    }
  };

  const checkAndPack = async (
    sierra: SierraClassJson,
    casm: CasmClassJson,
    from: string,
  ): Promise<PackedClass> => {
    if (Array.isArray(casm.bytecode) && casm.bytecode.length > CLASS_LIMITS.bytecodeFelts)
      throw rpcError('CONTRACT_CLASS_SIZE_IS_TOO_LARGE');
    try {
      const checked = checkClass(sierra, casm);
      const packed = { ...checked, packed: await packClass(checked) };
      cache.keep(packed);
      return packed;
    } catch (error) {
      if (!isStackError(error, 'CLASS_MALFORMED')) throw error;
      throw rpcError('COMPILATION_FAILED', `${from}: ${error.message}`);
    }
  };

  const compile = async (
    sierra: SierraClassJson,
    classHash: Felt,
    wanted: Felt,
  ): Promise<PackedClass> => {
    const failures: string[] = [];
    const others: string[] = [];
    for await (const made of compiler.compile(sierra)) {
      if ('failure' in made) {
        failures.push(`${made.compiler}: ${made.failure}`);
        continue;
      }
      const found = await checkAndPack(sierra, made.casm, made.compiler);
      if (found.compilesTo(wanted)) return found;
      others.push(`${feltToHex(found.compiledClassHash)} by ${made.compiler}`);
    }
    log.info('class not compiled', { classHash, failures, others });
    if (others.length > 0)
      throw rpcError(
        'COMPILED_CLASS_HASH_MISMATCH',
        `class ${feltToHex(classHash)} compiles to ${others.join(', ')}, ` +
          `the transaction says ${feltToHex(wanted)}; ${ARTIFACTS_HINT}`,
      );
    throw rpcError(
      'COMPILATION_FAILED',
      failures.length > 0 ? failures.join('; ') : unknownCode(classHash, wanted, artifacts.folders),
    );
  };

  return {
    identify(sierra) {
      if (sierra.contract_class_version !== '0.1.0')
        throw rpcError('UNSUPPORTED_CONTRACT_CLASS_VERSION');
      if (Buffer.byteLength(JSON.stringify(sierra)) > CLASS_LIMITS.sierraBytes)
        throw rpcError('CONTRACT_CLASS_SIZE_IS_TOO_LARGE');
      try {
        return hashOfClass(asShown(sierra));
      } catch (error) {
        if (!isStackError(error, 'CLASS_MALFORMED')) throw error;
        throw rpcError('COMPILATION_FAILED', error.message);
      }
    },

    async resolve(sierra, classHash, wanted) {
      const known = cache.find(classHash, wanted);
      if (known !== undefined) return known;
      return inTurn(async () => {
        // Somebody before in the queue may have asked for the same.
        const meanwhile = cache.find(classHash, wanted);
        if (meanwhile !== undefined) return meanwhile;
        const casm = await artifacts.find(sierra, wanted);
        return casm === undefined
          ? compile(sierra, classHash, wanted)
          : checkAndPack(sierra, casm, 'artifact');
      });
    },
  };
}

const ARTIFACTS_HINT =
  'start the node with --artifacts DIR (a Scarb target folder, *.contract_class.json beside ' +
  '*.compiled_contract_class.json) to give it the CASM';

function unknownCode(classHash: Felt, wanted: Felt, folders: readonly string[]): string {
  const searched = folders.length === 0 ? 'no artifact folder was given' : folders.join(', ');
  return (
    `the CASM of class ${feltToHex(classHash)} (compiled class hash ${feltToHex(wanted)}) is not ` +
    `known (${searched}), and neither ${COMPILER_NAMES.join(' nor ')} is on PATH. Either ` +
    `${ARTIFACTS_HINT}, or install a compiler: cargo install --locked starknet-sierra-compile`
  );
}
