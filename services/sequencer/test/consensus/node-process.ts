/**
 * One validator as a process, for the integration test: reads a JSON line `{network, index}` first,
 * answers each later line `{"add": item}` or `{"ask": true}`; prints `{height, hashes, items}`.
 */

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createNode, type Network } from './cluster.ts';

const lines = createInterface({ input: process.stdin });
const iterator = lines[Symbol.asyncIterator]();
const { network, index } = JSON.parse((await iterator.next()).value as string) as {
  network: Omit<Network, 'genesisDigest'> & { genesisDigest: string };
  index: number;
};
const folder = network.members[index]?.dataDir as string;
mkdirSync(folder, { recursive: true });
const { host, application, failures } = createNode(
  { ...network, genesisDigest: Buffer.from(network.genesisDigest, 'hex'), remove: () => {} },
  index,
  { file: join(folder, 'chain.jsonl') },
);
await host.start();
console.log('{}');
for (let line = await iterator.next(); line.done !== true; line = await iterator.next()) {
  const command = JSON.parse(line.value) as { add?: string };
  if (command.add !== undefined) {
    application.add(command.add);
    host.gossip.broadcast('items', Buffer.from(command.add));
  }
  const { hashes, items } = application;
  const errors = failures.map((error) => error.message);
  console.log(JSON.stringify({ height: application.height(), hashes, items, errors }));
}
await host.stop();
