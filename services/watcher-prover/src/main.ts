import { constants, setPriority } from 'node:os';
import { openProofStore, storageName } from '@stackctl/proof-store';
import { createRpcClient } from '@stackctl/rpc';
import { closeServer, listen, serviceMain, systemClock } from '@stackctl/runtime';
import { isStackError } from '@stackctl/types';
import { readConfig } from './config.ts';
import { createApi } from './http.ts';
import { claimDataDir } from './identity.ts';
import { createGiveWay } from './prove/give-way.ts';
import { proveQueued } from './prove/prover-loop.ts';
import { createProverThread } from './prove/prover-thread.ts';
import { ProofQueue } from './queue/queue.ts';
import { createCounters } from './status.ts';
import { type ChainView, followChain } from './watch/follower.ts';

serviceMain('watcher-prover', async ({ env, log }) => {
  // The chain goes first: on few cores a proof takes what validators leave, and no round times out for it.
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  const config = readConfig(env);
  claimDataDir(config.dataDir, config.runId, config.chainId);
  const queue = ProofQueue.open(config.dataDir);
  const store = await openProofStore(config.storage, env);
  await store.check().catch((error: unknown) => {
    // A store that is away now may be back before the first proof; wrong settings stay wrong.
    if (!isStackError(error, 'STORE_UNREACHABLE')) throw error;
    log.warn('the proof store is out of reach', { error });
  });
  const view: ChainView = { height: -1, error: null };
  const counters = createCounters();
  const server = createApi({ queue, view, counters }, store, log);
  const port = await listen(server, config.host, config.port, 'watcher-prover');
  log.info('listening', {
    host: config.host,
    port,
    provenThrough: queue.table.next - 1,
    proofs: storageName(config.storage),
  });

  const stopping = new AbortController();
  const { rpcUrls, chainId, maxSteps, threads, busyAt, pollMs, runId } = config;
  const prover = createProverThread({ rpcUrls, chainId, maxSteps, threads });
  const rpc = createRpcClient(rpcUrls);
  const clock = systemClock;
  const giveWay = createGiveWay({
    rpc,
    busyAt,
    clock,
    onWait: (isWaiting) => {
      counters.isGivingWay = isWaiting;
    },
  });
  const loops = Promise.all([
    followChain({ rpc, queue, view, clock, log, pollMs, runId, chainId }, stopping.signal),
    proveQueued({ queue, store, prover, counters, clock, log, giveWay }, stopping.signal),
  ]);
  return {
    async stop() {
      stopping.abort();
      await Promise.all([prover.stop(), closeServer(server)]);
      await loops;
      queue.close();
    },
  };
});
