// A prover's thread in Node.
import { parentPort } from 'node:worker_threads';
import type { ToThread } from './messages.ts';
import { serveThread } from './thread.ts';

const port = parentPort;
if (port === null) throw new Error('this module runs as a worker thread');
const serve = serveThread((message) => port.postMessage(message));
port.on('message', (message: ToThread) => {
  if (message.kind === 'leave') port.close();
  else serve(message);
});
