import { hashTransaction } from '@stackctl/execution';
import type { RpcClient } from '@stackctl/rpc';
import { blockHash, transactionCommitment } from '@stackctl/state';
import {
  type BlockHeader,
  type CasmClassJson,
  type Felt,
  feltToHex,
  type HashedTransaction,
  isStackError,
  StackError,
} from '@stackctl/types';
import type { BlockFacts } from './block-facts.ts';
import type { ClassFacts } from './check-inputs.ts';

/** A block by its number or its hash. */
export type BlockRef = { readonly number: number } | { readonly hash: Felt };

/** The block as a node tells it, with its transactions. */
export interface ReadBlock extends BlockFacts {
  readonly header: BlockHeader;
  readonly transactions: readonly HashedTransaction[];
}

type BlockReader = Pick<
  RpcClient,
  'starknet_chainId' | 'starknet_getBlockWithTxs' | 'starknet_traceBlockTransactions'
>;

/**
 * Reads what a verifier compares a proof with.
 * @throws StackError RPC_UNREACHABLE, RPC_ERROR (also when the node contradicts itself)
 */
export async function readBlockFacts(rpc: BlockReader, ref: BlockRef): Promise<ReadBlock> {
  const [chainId, view, traced] = await Promise.all([
    rpc.starknet_chainId(),
    rpc.starknet_getBlockWithTxs({ block_id: ref }),
    rpc.starknet_traceBlockTransactions({ block_id: ref }),
  ]);
  if (view.status === 'PRE_CONFIRMED') throw inconsistent('a final block came as pre-confirmed');
  const transactionHashes = view.transactions.map(({ hash }) => hash);
  const aligned =
    traced.items.length === transactionHashes.length &&
    traced.items.every(({ hash }, index) => hash === transactionHashes[index]);
  if (!aligned) throw inconsistent("the traces are not those of the block's transactions");
  checkHeader(view.header, view.transactions, chainId);
  return {
    chainId,
    header: view.header,
    transactions: view.transactions,
    transactionHashes,
    traces: traced.items.map(({ trace }) => trace),
  };
}

/**
 * A block hash stands for the whole block: the header hashes to it, the transactions are those that the
 * header commits to, and each hashes to its hash on this chain.
 */
function checkHeader(
  header: BlockHeader,
  transactions: readonly HashedTransaction[],
  chainId: Felt,
): void {
  if (blockHash(header) !== header.hash) throw inconsistent('the header does not hash to its hash');
  for (const { hash, transaction } of transactions)
    if (hashTransaction(transaction, chainId) !== hash)
      throw inconsistent(`transaction ${feltToHex(hash)} does not hash to its hash`);
  if (transactionCommitment(transactions) !== header.transactionCommitment)
    throw inconsistent('the transactions are not those that the header commits to');
}

type ClassReader = Pick<RpcClient, 'starknet_getCompiledCasm' | 'stackctl_getBlockWitness'>;

/**
 * Reads the classes that a block's proof runs, and what the state says that they compile to: as the
 * block read it, which its witness tells, or as the block declared it.
 */
export async function readClassFacts(
  rpc: ClassReader,
  ref: BlockRef,
  classHashes: readonly Felt[],
  transactions: readonly HashedTransaction[] = [],
): Promise<ClassFacts> {
  if (classHashes.length === 0)
    return { casm: () => undefined, compiledClassHash: () => undefined };
  const witness = await rpc.stackctl_getBlockWitness({ block_id: ref });
  const casms = new Map<Felt, CasmClassJson>();
  for (const classHash of classHashes) {
    const casm = await readCasm(rpc, classHash);
    if (casm !== undefined) casms.set(classHash, casm);
  }
  const compiled = new Map(
    witness.compiledClassHashes.map((entry) => [entry.classHash, entry.compiledClassHash]),
  );
  for (const { transaction } of transactions)
    if (transaction.type === 'DECLARE' && !compiled.get(transaction.classHash))
      compiled.set(transaction.classHash, transaction.compiledClassHash);
  return {
    casm: (classHash) => casms.get(classHash),
    compiledClassHash: (classHash) => compiled.get(classHash),
  };
}

/** A class; undefined when the node answers that it has none. */
async function readCasm(
  rpc: Pick<RpcClient, 'starknet_getCompiledCasm'>,
  classHash: Felt,
): Promise<CasmClassJson | undefined> {
  try {
    return await rpc.starknet_getCompiledCasm({ class_hash: classHash });
  } catch (error) {
    if (isStackError(error, 'RPC_ERROR')) return undefined;
    throw error;
  }
}

function inconsistent(message: string): StackError<'RPC_ERROR'> {
  const contradiction = `the node contradicts itself: ${message}`;
  return new StackError('RPC_ERROR', {
    url: 'node',
    method: 'block',
    code: 0,
    message: contradiction,
  });
}
