import type { Builtin } from './builtin.ts';

/**
 * Bookkeeping of the dictionaries: an instance is [infos pointer, dictionaries allocated,
 * dictionaries squashed]. No rule on single cells; see `hints/dictionary.ts`.
 */
export const segmentArena: Builtin = {
  name: 'segment_arena',
  cells: 3,
  isInput: () => true,
};
