import {
  EMPTY_WITNESS,
  encodeStorageWitness,
  headersNeeded,
  neededWitness,
  type ReplayClasses,
} from '@stackctl/block-proof';
import type { RpcClient } from '@stackctl/rpc';
import { type BlockHeader, type Felt, feltToHex, StackError } from '@stackctl/types';
import { type Leaves, OpenedState } from './opened-state.ts';
import type { BlockBundle, ReexecutedBlock } from './reexecute.ts';

/** The contract that holds block hashes. */
const BLOCK_HASHES = 1n;
/** Nodes that are asked for one by one when those beside removed leaves do not do. */
const MOST_ROUNDS = 100;

/**
 * The storage witness of a block: headers before it, and the paths of its parent's state that replaying it
 * reads or changes, no more.
 *
 * @throws StackError PROOF_REJECTED when the block cannot be replayed on what the node tells, PROVER,
 *   RPC_UNREACHABLE, RPC_ERROR
 */
export async function collectWitness(
  rpc: RpcClient,
  headers: ChainHeaders,
  bundle: BlockBundle,
  executed: ReexecutedBlock,
  classes: ReplayClasses,
): Promise<Uint8Array> {
  const { facts, witness: reads } = bundle;
  const { header } = facts;
  if (header.number === 0) return encodeStorageWitness(EMPTY_WITNESS);
  const ancestors = await headers.before(rpc, header);
  const state = new OpenedState(rpc, header.parentHash);
  await state.open(leavesOf(bundle));
  const none = { classes: [], contracts: [] };
  const siblings = state.siblings(executed.stateDiff);
  if (siblings.length > 0) await state.open({ ...none, storage: siblings });
  const compiled = new Map(
    reads.compiledClassHashes.map((entry) => [entry.classHash, entry.compiledClassHash]),
  );
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const opened = { headers: ancestors, state: state.proof(compiled) };
    const needed = neededWitness(executed.transcript, facts, classes, opened);
    if ('witness' in needed) return encodeStorageWitness(needed.witness);
    const leaf = state.leafBelow(needed.missing);
    if (leaf === undefined)
      throw new StackError('PROVER', {
        reason: `replaying the block takes trie node ${feltToHex(needed.missing)}, which nothing names`,
      });
    await state.open({ ...none, storage: [leaf] });
  }
  throw new StackError('PROVER', { reason: 'removing leaves takes too many trie nodes' });
}

/** Everything that the block's execution read, by leaf. */
function leavesOf({ witness }: BlockBundle): Leaves {
  const { storage, nonces, classHashes, compiledClassHashes } = witness;
  const addresses = [...storage, ...nonces, ...classHashes].map(({ address }) => address);
  return {
    classes: [...new Set(compiledClassHashes.map(({ classHash }) => classHash))],
    contracts: [...new Set([BLOCK_HASHES, ...addresses])],
    storage,
  };
}

/** As many headers as the longest chain of ancestors has, and some more. */
const KEPT_HEADERS = 32;

/** Headers by hash: those before a block are read once, not again for each block after them. */
export class ChainHeaders {
  readonly #known = new Map<Felt, BlockHeader>();

  /** The headers that a block's witness holds, its parent's first. */
  async before(
    rpc: Pick<RpcClient, 'starknet_getBlockWithTxHashes'>,
    header: BlockHeader,
  ): Promise<BlockHeader[]> {
    this.#keep(header);
    const ancestors: BlockHeader[] = [];
    let { parentHash } = header;
    for (let left = headersNeeded(header.number); left > 0; left--) {
      const ancestor = this.#known.get(parentHash) ?? (await read(rpc, parentHash));
      this.#keep(ancestor);
      ancestors.push(ancestor);
      parentHash = ancestor.parentHash;
    }
    return ancestors;
  }

  #keep(header: BlockHeader): void {
    this.#known.delete(header.hash);
    this.#known.set(header.hash, header);
    const [oldest] = this.#known.keys();
    if (this.#known.size > KEPT_HEADERS && oldest !== undefined) this.#known.delete(oldest);
  }
}

async function read(
  rpc: Pick<RpcClient, 'starknet_getBlockWithTxHashes'>,
  hash: Felt,
): Promise<BlockHeader> {
  const block = await rpc.starknet_getBlockWithTxHashes({ block_id: { hash } });
  if (block.status !== 'PRE_CONFIRMED' && block.header.hash === hash) return block.header;
  throw new StackError('PROVER', { reason: `the node has no block ${feltToHex(hash)}` });
}
