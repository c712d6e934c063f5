import type { BlockHeader, HashedTransaction } from '@stackctl/types';
import type { PreConfirmedBlock } from './execution/pre-confirmed.ts';

/** What happens on this node, in the order in which it happens. Listeners must not throw. */
export interface ChainListener {
  /** A transaction came into the pool, from a client or from a peer. */
  received?(hashed: HashedTransaction): void;
  /** The pre-confirmed block is about to execute it. */
  candidate?(hashed: HashedTransaction): void;
  /** The pre-confirmed block has it, at this place. */
  preConfirmed?(block: PreConfirmedBlock, index: number): void;
  /** A block became final; readers see it already. */
  accepted?(header: BlockHeader): void;
}

/** Passes on what happens to those who listen. */
export interface ChainNotices extends Required<ChainListener> {
  /** Listens until the function that it returns is called. */
  listen(listener: ChainListener): () => void;
}

export function createChainNotices(): ChainNotices {
  const listeners = new Set<ChainListener>();
  return {
    received(hashed) {
      for (const each of listeners) each.received?.(hashed);
    },
    candidate(hashed) {
      for (const each of listeners) each.candidate?.(hashed);
    },
    preConfirmed(block, index) {
      for (const each of listeners) each.preConfirmed?.(block, index);
    },
    accepted(header) {
      for (const each of listeners) each.accepted?.(header);
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
