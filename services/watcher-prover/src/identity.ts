import { join } from 'node:path';
import { atomicWriteSync, readJson } from '@stackctl/runtime';
import { type Felt, feltToHex, StackError } from '@stackctl/types';

interface Identity {
  readonly runId: string;
  readonly chainId: string;
}

/** Binds a data folder to its run: made on first use, refused (STALE_STATE) for another run. */
export function claimDataDir(dataDir: string, runId: string, chainId: Felt): void {
  const path = join(dataDir, 'identity.json');
  const mine: Identity = { runId, chainId: feltToHex(chainId) };
  const found = readJson<Partial<Identity>>(path);
  if (found === undefined) {
    atomicWriteSync(path, `${JSON.stringify(mine)}\n`);
    return;
  }
  if (found.runId !== mine.runId || found.chainId !== mine.chainId)
    throw new StackError('STALE_STATE', {
      reason: `${dataDir} belongs to run ${found.runId} on chain ${found.chainId}, not to run ${mine.runId} on chain ${mine.chainId}`,
    });
}
