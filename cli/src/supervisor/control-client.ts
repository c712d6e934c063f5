import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { type ErrorCode, StackError } from '@stackctl/types';
import type { ControlReply, ControlRequest } from './protocol.ts';
import type { StackState } from './state.ts';

function open(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.off('error', reject);
      socket.on('error', () => {});
      resolve(socket);
    });
    socket.once('error', reject);
  });
}

/**
 * States as a supervisor publishes them, from the present one on; the iteration ends when the
 * supervisor closes the connection or `signal` aborts. Undefined when nobody listens there.
 */
export async function watchState(
  path: string,
  signal?: AbortSignal,
): Promise<AsyncIterable<StackState> | undefined> {
  const socket = await open(path).catch(() => undefined);
  if (socket === undefined) return undefined;
  const stop = () => socket.destroy();
  signal?.addEventListener('abort', stop);
  const lines = createInterface({ input: socket });
  lines.on('error', () => {}); // it passes the socket's errors on as its own
  socket.write(`${JSON.stringify({ op: 'watch' } satisfies ControlRequest)}\n`);
  return (async function* () {
    try {
      for await (const line of lines) {
        const reply = JSON.parse(line) as ControlReply;
        if (reply.ok) yield reply.state;
      }
    } finally {
      signal?.removeEventListener('abort', stop);
      socket.destroy();
    }
  })();
}

/**
 * Asks a supervisor and returns its state after it has done so. Undefined when nobody listens, when it
 * hangs up, or when it says nothing within `timeoutMs`. Throws what the supervisor refuses with.
 */
export async function askSupervisor(
  path: string,
  request: ControlRequest,
  timeoutMs = 3_000,
): Promise<StackState | undefined> {
  const socket = await open(path).catch(() => undefined);
  if (socket === undefined) return undefined;
  const line = await new Promise<string | undefined>((resolve) => {
    socket.setTimeout(timeoutMs, () => resolve(undefined));
    socket.once('close', () => resolve(undefined));
    const lines = createInterface({ input: socket });
    lines.on('error', () => {}); // it passes the socket's errors on as its own
    lines.once('line', resolve);
    socket.write(`${JSON.stringify(request)}\n`);
  });
  socket.destroy();
  if (line === undefined) return undefined;
  const reply = JSON.parse(line) as ControlReply;
  if (reply.ok) return reply.state;
  throw new StackError(reply.code as ErrorCode, reply.facts as never);
}
