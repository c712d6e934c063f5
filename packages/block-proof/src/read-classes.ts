import type { RpcClient } from '@stackctl/rpc';
import {
  type CasmClassJson,
  type Felt,
  type HashedTransaction,
  isStackError,
  type SierraClassJson,
} from '@stackctl/types';
import { type ClassFacts, classesOf } from './check-inputs.ts';
import { decodePublicInputs } from './public-inputs-codec.ts';
import type { BlockRef } from './read-facts.ts';
import { decodeStorageWitness } from './replay/witness-codec.ts';
import type { BlockProof } from './verify-block.ts';

/** A class as a node gives it. Nothing of it is believed: its hashes are computed. */
export interface ClassDocuments {
  readonly casm: CasmClassJson;
  readonly sierra: SierraClassJson;
}

/** Classes that a verifier is willing to read for one block. */
const MOST_CLASSES = 1000;

/** The classes that a block's files are about. */
export interface NeededClasses {
  /** Those that its calls run, and those that the state opens to its replay. */
  readonly classHashes: readonly Felt[];
  /** What the parent's state, or a declare of this block, says that they compile to. */
  readonly compiled: ReadonlyMap<Felt, Felt>;
}

/**
 * The classes that verifying these files takes. What the witness says of the state is bound to the header
 * by the replay.
 * @throws StackError PROOF_REJECTED for malformed files
 */
export function neededClasses(
  { publicInputs, witness }: Pick<BlockProof, 'publicInputs' | 'witness'>,
  transactions: readonly HashedTransaction[],
): NeededClasses {
  const compiled = new Map<Felt, Felt>();
  for (const { transaction } of transactions)
    if (transaction.type === 'DECLARE')
      compiled.set(transaction.classHash, transaction.compiledClassHash);
  for (const { classHash, compiledClassHash } of decodeStorageWitness(witness).state.classes)
    compiled.set(classHash, compiledClassHash);
  const run = classesOf(decodePublicInputs(publicInputs));
  return { classHashes: [...new Set([...run, ...compiled.keys()])], compiled };
}

/** Class facts of documents that are at hand. */
export function classFactsOf(
  documents: { get(classHash: Felt): ClassDocuments | undefined },
  { compiled }: Pick<NeededClasses, 'compiled'>,
): ClassFacts {
  return {
    casm: (classHash) => documents.get(classHash)?.casm,
    sierra: (classHash) => documents.get(classHash)?.sierra,
    compiledClassHash: (classHash) => compiled.get(classHash),
  };
}

/**
 * Reads the classes that a block's files are about. Those that the node does not have are not in the
 * answer.
 * @throws StackError RPC_UNREACHABLE
 */
export async function readClassFacts(
  rpc: Pick<RpcClient, 'starknet_getCompiledCasm' | 'starknet_getClass'>,
  block: BlockRef,
  needed: NeededClasses,
): Promise<ClassFacts> {
  const documents = new Map<Felt, ClassDocuments>();
  // Files may name anything: no more classes are worth a request than a block can have.
  for (const classHash of needed.classHashes.slice(0, MOST_CLASSES)) {
    const read = await readClass(rpc, block, classHash);
    if (read !== undefined) documents.set(classHash, read);
  }
  return classFactsOf(documents, needed);
}

/** A class as a block has it; undefined when the node answers that it has none. */
export async function readClass(
  rpc: Pick<RpcClient, 'starknet_getCompiledCasm' | 'starknet_getClass'>,
  block: BlockRef,
  classHash: Felt,
): Promise<ClassDocuments | undefined> {
  try {
    const [casm, sierra] = await Promise.all([
      rpc.starknet_getCompiledCasm({ class_hash: classHash }),
      rpc.starknet_getClass({ block_id: block, class_hash: classHash }),
    ]);
    return { casm, sierra };
  } catch (error) {
    if (isStackError(error, 'RPC_ERROR')) return undefined;
    throw error;
  }
}
