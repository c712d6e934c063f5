import { fileURLToPath } from 'node:url';
import { openProofStore, storageName } from '@stackctl/proof-store';
import { closeServer, listen, serviceMain } from '@stackctl/runtime';
import { loadAssets } from './assets.ts';
import { readConfig } from './config.ts';
import { createExplorer } from './server.ts';

const APPLICATION = fileURLToPath(new URL('../build/app', import.meta.url));

serviceMain('explorer', async ({ env, log }) => {
  const config = readConfig(env);
  const { rpcUrls, l1Url, proverUrl, runId, verifyBlocks, controlSocket } = config;
  const store = await openProofStore(config.storage, env);
  const server = createExplorer(
    {
      assets: loadAssets(APPLICATION),
      store,
      rpcUrls,
      l1Url,
      proverUrl,
      controlSocket,
      page: {
        runId,
        nodes: rpcUrls.length,
        verifyBlocks,
        chaos: controlSocket !== undefined,
      },
    },
    log,
  );
  const port = await listen(server, config.host, config.port, 'explorer');
  log.info('listening', { host: config.host, port, proofs: storageName(config.storage) });
  return { stop: () => closeServer(server) };
});
