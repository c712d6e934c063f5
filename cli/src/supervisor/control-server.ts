import { chmodSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { reasonOf } from '@stackctl/runtime';
import { isStackError } from '@stackctl/types';
import type { ControlReply, ControlRequest, Fault } from './protocol.ts';
import type { StackState } from './state.ts';

export interface ControlHandlers {
  state(): StackState;
  stop(): Promise<void>;
  restart(service: string): Promise<void>;
  disturb(service: string, fault: Fault): void;
  detach(): void;
}

export interface ControlServer {
  /** Tells every watcher. */
  publish(state: StackState): void;
  close(): Promise<void>;
}

/** Answers one request a line on a Unix socket; only this user may connect. */
export function serveControl(path: string, handlers: ControlHandlers): Promise<ControlServer> {
  const watchers = new Set<Socket>();
  const sockets = new Set<Socket>();

  const send = (socket: Socket, reply: ControlReply): void => {
    if (socket.writable) socket.write(`${JSON.stringify(reply)}\n`);
  };
  const answer = async (socket: Socket, request: ControlRequest): Promise<void> => {
    if (request.op === 'watch') watchers.add(socket);
    else if (request.op === 'stop') await handlers.stop();
    else if (request.op === 'restart') await handlers.restart(request.service);
    else if (request.op === 'disturb') handlers.disturb(request.service, request.fault);
    else if (request.op === 'detach') handlers.detach();
    send(socket, { ok: true, state: handlers.state() });
  };

  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => {
      sockets.delete(socket);
      watchers.delete(socket);
    });
    const lines = createInterface({ input: socket });
    lines.on('error', () => {}); // it passes the socket's errors on as its own
    lines.on('line', (line) => {
      let request: ControlRequest;
      try {
        request = JSON.parse(line) as ControlRequest;
      } catch {
        socket.destroy();
        return;
      }
      answer(socket, request).catch((error: unknown) => {
        const known = isStackError(error)
          ? { code: error.code, facts: error.facts as Record<string, unknown> }
          : { code: 'USAGE', facts: { reason: reasonOf(error) } };
        send(socket, { ok: false, ...known });
      });
    });
  });

  return new Promise((resolve, reject) => {
    rmSync(path, { force: true }); // of a supervisor that died: the caller holds the home's lock
    server.once('error', reject);
    server.listen(path, () => {
      chmodSync(path, 0o600);
      resolve({
        publish: (state) => {
          for (const socket of watchers) send(socket, { ok: true, state });
        },
        close: () =>
          new Promise((done) => {
            server.close(() => {
              rmSync(path, { force: true });
              done();
            });
            for (const socket of sockets) socket.end();
          }),
      });
    });
  });
}
