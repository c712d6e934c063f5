import { setImmediate } from 'node:timers/promises';

/** Longest stretch in milliseconds for which a block's execution keeps everything else waiting. */
const HOLD_MS = 15;

/**
 * Lets requests, votes and gossip through while a block is executed: awaited after each transaction,
 * it gives way when the last time was some while ago. (Consensus starts nothing else on the ledger
 * meanwhile: build, validate and commit never overlap.)
 */
export function createBreather(): () => Promise<void> {
  let since = performance.now();
  return async () => {
    if (performance.now() - since < HOLD_MS) return;
    await setImmediate();
    since = performance.now();
  };
}
