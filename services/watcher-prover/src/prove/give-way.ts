import type { RpcClient } from '@stackctl/rpc';
import type { Clock } from '@stackctl/runtime';

/** How often a busy chain is asked whether it still is. */
const POLL_MS = 500;
/** A chain that is busy for ever is still proven, a block in this time. */
const PATIENCE_MS = 60_000;

export interface GiveWayOptions {
  readonly rpc: Pick<RpcClient, 'stackctl_nodeStatus'>;
  /** Transactions that wait in a mempool from which on the chain counts as busy; 0: it never does. */
  readonly busyAt: number;
  readonly clock: Clock;
  readonly onWait: (isWaiting: boolean) => void;
}

/**
 * Where validators and prover share few cores, a low priority is not enough: a proof that runs beside them
 * takes the pauses in which the proposer's block would travel, and blocks come later. While many
 * transactions wait, no proof is begun. (Measured with four validators and the prover on two cores, 250
 * transactions a second: included in time without a proof beside them, a third too slow with one.)
 */
export function createGiveWay(options: GiveWayOptions): (signal: AbortSignal) => Promise<void> {
  const { rpc, busyAt, clock, onWait } = options;
  async function isBusy(): Promise<boolean> {
    try {
      return (await rpc.stackctl_nodeStatus()).mempool.ready >= busyAt;
    } catch {
      return false; // who does not answer is not asked to be let pass
    }
  }
  return async (signal) => {
    if (busyAt === 0) return;
    const until = clock.monotonic() + PATIENCE_MS;
    try {
      while (!signal.aborted && clock.monotonic() < until && (await isBusy())) {
        onWait(true);
        await clock.sleep(POLL_MS, signal).catch(() => undefined);
      }
    } finally {
      onWait(false);
    }
  };
}
