import { serviceMain } from '@stackctl/runtime';
import { readConfig } from './config.ts';
import { startNode } from './node.ts';

serviceMain('sequencer', ({ env, log }) => {
  const config = readConfig(env);
  return startNode(config, { log: log.child({ validator: config.name }) });
});
