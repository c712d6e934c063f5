import { type BlockId, rpcError } from '@stackctl/rpc';
import type { BlockHeader, StateReader } from '@stackctl/types';
import type { ChainView } from '../chain-view.ts';

/**
 * The final block that a block id names; undefined for `pre_confirmed`.
 * Nothing is accepted on L1 before proofs are verified there, so `l1_accepted` names no block yet.
 *
 * Throws BLOCK_NOT_FOUND.
 */
export function resolve(chain: ChainView, id: BlockId): BlockHeader | undefined {
  if (id === 'pre_confirmed') return undefined;
  if (id === 'latest') return chain.head();
  if (id === 'l1_accepted') throw rpcError('BLOCK_NOT_FOUND');
  const number = 'number' in id ? id.number : chain.blocks.numberOf(id.hash);
  const header = number === undefined ? undefined : chain.blocks.header(number);
  if (header === undefined) throw rpcError('BLOCK_NOT_FOUND');
  return header;
}

/** Like {@link resolve} where `pre_confirmed` reads the state that its block builds on. */
export function resolveState(chain: ChainView, id: BlockId): BlockHeader {
  return resolve(chain, id) ?? chain.head();
}

/** Why the state after a final block cannot be read; undefined when it can. */
export function goneState(chain: ChainView, number: number): string | undefined {
  const { blocks, oldest } = chain.history();
  if (number >= oldest) return undefined;
  const kept = blocks === 0 ? 'from now on' : `for ${blocks} blocks`;
  return `the state of block ${number} is gone: history is kept ${kept}, block ${oldest} is the oldest with its state`;
}

/**
 * The state after a final block. Throws BLOCK_NOT_FOUND, which says why, when it is no longer kept:
 * of what the specification lets these methods answer, it is what a client takes for old history.
 */
export function stateAt(chain: ChainView, number: number): StateReader {
  const gone = goneState(chain, number);
  if (gone !== undefined) throw rpcError('BLOCK_NOT_FOUND', gone);
  return chain.stateAt(number);
}
