import { blockHash, type StateProof } from '@stackctl/state';
import { type BlockHeader, type Felt, feltToHex } from '@stackctl/types';
import { rejected } from '../public-memory.ts';

/** A block writes the hash of the block that many before it into the state. */
export const BLOCK_HASH_LAG = 10;

/** What a block's replay starts from: the headers before it, and its parent's state where it matters. */
export interface StorageWitness {
  /** The parent's header, its parent's, and so on: as many as `headersNeeded` says. */
  readonly headers: ReadonlyArray<Omit<BlockHeader, 'hash'>>;
  /** Paths of the parent's state that the block reads or changes. */
  readonly state: StateProof;
}

/** Headers that block `number` needs: up to the one whose parent is BLOCK_HASH_LAG before it. */
export function headersNeeded(number: number): number {
  return number < BLOCK_HASH_LAG ? Math.min(number, 1) : BLOCK_HASH_LAG - 1;
}

/** What the chain of headers before a block establishes. */
export interface Ancestry {
  /** State root after the parent. */
  readonly stateRoot: Felt;
  /** Hash of the block BLOCK_HASH_LAG before; undefined when there is none. */
  readonly oldHash: Felt | undefined;
}

/**
 * Follows parent hashes down from a header: each header of the witness must hash to what the one after it
 * names as its parent.
 * @throws StackError PROOF_REJECTED
 */
export function followHeaders(header: BlockHeader, headers: StorageWitness['headers']): Ancestry {
  if (headers.length !== headersNeeded(header.number))
    throw rejected('the witness has another number of headers');
  let { number, parentHash } = header;
  for (const ancestor of headers) {
    number -= 1;
    if (ancestor.number !== number || blockHash(ancestor) !== parentHash)
      throw rejected(`the header of block ${number} does not hash to ${feltToHex(parentHash)}`);
    parentHash = ancestor.parentHash;
  }
  const parent = headers[0];
  if (parent === undefined) throw rejected('the witness lacks the parent');
  const oldHash = header.number < BLOCK_HASH_LAG ? undefined : parentHash;
  return { stateRoot: parent.stateRoot, oldHash };
}
