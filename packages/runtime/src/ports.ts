import { connect, createServer } from 'node:net';
import { StackError } from '@stackctl/types';
import { systemCode } from './files.ts';

const LOOPBACK = '127.0.0.1';

function canBind(port: number, host: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.unref();
    server.once('error', (error) => {
      const code = systemCode(error);
      if (code === 'EADDRINUSE' || code === 'EACCES') resolve(false);
      else reject(error);
    });
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** Whether something accepts connections there. */
export function isListening(port: number, host = LOOPBACK, timeoutMs = 500): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host });
    const done = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(timeoutMs, () => done(false));
    socket.once('connect', () => done(true));
    socket.once('error', () => done(false));
  });
}

/**
 * Whether a server could take the port. It binds and connects: on macOS a bind to 127.0.0.1 works
 * beside another program's bind to all addresses, and connections would then reach either.
 */
export async function isPortFree(port: number, host = LOOPBACK): Promise<boolean> {
  return (await canBind(port, host)) && !(await isListening(port, host));
}

/** A port that the system says is free. (Another program may take it before you do.) */
export function freePort(host = LOOPBACK): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ port: 0, host }, () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

/**
 * The first free port from `start` on, none of `avoid`. PORT_TAKEN when 200 in a row are taken.
 */
export async function nextFreePort(
  start: number,
  options: { host?: string; avoid?: ReadonlySet<number>; service?: string } = {},
): Promise<number> {
  const last = Math.min(start + 199, 65_535);
  for (let port = start; port <= last; port++) {
    if (options.avoid?.has(port) !== true && (await isPortFree(port, options.host))) return port;
  }
  throw new StackError('PORT_TAKEN', { service: options.service ?? 'server', port: start });
}
