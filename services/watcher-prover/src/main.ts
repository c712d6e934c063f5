import { createRpcClient } from '@stackctl/rpc';
import { closeServer, listen, serviceMain, systemClock } from '@stackctl/runtime';
import { readConfig } from './config.ts';
import { createApi } from './http.ts';
import { claimDataDir } from './identity.ts';
import { proveQueued } from './prove/prover-loop.ts';
import { createProverThread } from './prove/prover-thread.ts';
import { ProofQueue } from './queue/queue.ts';
import { createCounters } from './status.ts';
import { FileProofStore } from './store/file-store.ts';
import { type ChainView, followChain } from './watch/follower.ts';

serviceMain('watcher-prover', async ({ env, log }) => {
  const config = readConfig(env);
  claimDataDir(config.dataDir, config.runId, config.chainId);
  const queue = ProofQueue.open(config.dataDir);
  const store = new FileProofStore(config.proofsDir);
  const view: ChainView = { height: -1, error: null };
  const counters = createCounters();
  const server = createApi({ queue, view, counters }, store, log);
  const port = await listen(server, config.host, config.port, 'watcher-prover');
  log.info('listening', { host: config.host, port, provenThrough: queue.table.next - 1 });

  const stopping = new AbortController();
  const { rpcUrls, chainId, maxSteps, pollMs, runId } = config;
  const prover = createProverThread({ rpcUrls, chainId, maxSteps });
  const rpc = createRpcClient(rpcUrls);
  const clock = systemClock;
  const loops = Promise.all([
    followChain({ rpc, queue, view, clock, log, pollMs, runId, chainId }, stopping.signal),
    proveQueued({ queue, store, prover, counters, clock, log }, stopping.signal),
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
