import type { BlockHeader, StateReader } from '@stackctl/types';
import type { BlockStore } from './store/block-store.ts';
import type { ClassStore } from './store/class-store.ts';

/** The final chain as readers see it. */
export interface ChainView {
  /** Header of the last block; there always is one, genesis at least. */
  head(): BlockHeader;
  readonly blocks: BlockStore;
  readonly classes: ClassStore;
  /** The state after that block. Throws RangeError before the oldest one kept. */
  stateAt(number: number): StateReader;
  /** Which states are kept: `blocks` before the head's, 0 for all; none before block `oldest`. */
  history(): { readonly blocks: number; readonly oldest: number };
}
