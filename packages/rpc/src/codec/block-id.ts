import type { Felt } from '@stackctl/types';
import { type Codec, isObject, locate, Malformed } from './core.ts';
import { felt, uint } from './scalars.ts';

export type BlockTag = 'latest' | 'pre_confirmed' | 'l1_accepted';
export type BlockId = { readonly number: number } | { readonly hash: Felt } | BlockTag;

const TAGS: readonly BlockTag[] = ['latest', 'pre_confirmed', 'l1_accepted'];
const EXPECTED =
  'a block id: {"block_number": N}, {"block_hash": "0x..."}, "latest", "pre_confirmed" or "l1_accepted"';

/** BLOCK_ID: exactly one of number, hash and tag. */
export const blockId: Codec<BlockId> = {
  expected: EXPECTED,
  decode(value) {
    if (typeof value === 'string') {
      const tag = TAGS.find((each) => each === value);
      if (tag !== undefined) return tag;
    }
    if (!isObject(value)) throw new Malformed(EXPECTED, value);
    const byNumber = Object.hasOwn(value, 'block_number');
    const byHash = Object.hasOwn(value, 'block_hash');
    if (byNumber === byHash) throw new Malformed(EXPECTED, value);
    try {
      return byNumber
        ? { number: uint.decode(value.block_number) }
        : { hash: felt.decode(value.block_hash) };
    } catch (error) {
      return locate(error, byNumber ? 'block_number' : 'block_hash');
    }
  },
  encode(id) {
    if (typeof id === 'string') return id;
    return 'number' in id
      ? { block_number: uint.encode(id.number) }
      : { block_hash: felt.encode(id.hash) };
  },
};

/** BLOCK_ID without `pre_confirmed`: for what only a finished block has (storage proofs, traces). */
export const finishedBlockId: Codec<Exclude<BlockId, 'pre_confirmed'>> = {
  expected: EXPECTED,
  decode(value) {
    const id = blockId.decode(value);
    if (id === 'pre_confirmed') throw new Malformed('the id of a finished block', value);
    return id;
  },
  encode: (id) => blockId.encode(id),
};
