// A TCP proxy that spoils HTTP/1.1 exchanges: each request that passes takes the next fault of a list.
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export type Fault =
  | { readonly kind: 'pass' }
  /** The request never reaches the server. */
  | { readonly kind: 'drop-request' }
  /** The server does its work; its answer is lost. */
  | { readonly kind: 'drop-answer' }
  /** The connection ends after so many bytes of the answer. */
  | { readonly kind: 'truncate'; readonly bytes: number }
  /** The answer comes late. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** One byte of the answer is another one, that far from its end (within the first piece of the body). */
  | { readonly kind: 'flip'; readonly fromEnd: number };

export interface FaultProxy {
  readonly port: number;
  /** Faults to come; requests beyond them pass. */
  faults: Fault[];
  /** Chosen for each request when `faults` is empty. */
  next: () => Fault;
  /** Requests seen. */
  requests: number;
  /** Faults that were applied, "pass" aside. */
  applied: number;
  stop(): Promise<void>;
}

export async function startFaultProxy(target: number): Promise<FaultProxy> {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(target, '127.0.0.1');
    const both = [client, upstream];
    const end = () => {
      for (const socket of both) socket.destroy();
    };
    for (const socket of both) {
      sockets.add(socket);
      socket.on('error', end);
      socket.on('close', () => {
        sockets.delete(socket);
        end();
      });
    }
    let fault: Fault = { kind: 'pass' };
    let isAnswering = true;
    let answered = 0;
    client.on('data', (bytes) => {
      if (isAnswering) {
        isAnswering = false;
        answered = 0;
        fault = proxy.faults.shift() ?? proxy.next();
        proxy.requests++;
        if (fault.kind !== 'pass') proxy.applied++;
      }
      if (fault.kind === 'drop-request') end();
      else upstream.write(bytes);
    });
    upstream.on('data', (bytes) => {
      isAnswering = true;
      const before = answered;
      answered += bytes.length;
      if (fault.kind === 'drop-answer') end();
      else if (fault.kind === 'truncate') {
        const rest = fault.bytes - before;
        if (rest >= bytes.length) client.write(bytes);
        else client.end(bytes.subarray(0, Math.max(0, rest)), () => end());
      } else if (fault.kind === 'delay') {
        setTimeout(() => client.writable && client.write(bytes), fault.ms);
      } else if (fault.kind === 'flip' && bytes.length > fault.fromEnd) {
        const spoilt = Buffer.from(bytes);
        const at = spoilt.length - 1 - fault.fromEnd;
        spoilt[at] = (spoilt[at] as number) ^ 1;
        fault = { kind: 'pass' };
        client.write(spoilt);
      } else client.write(bytes);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const proxy: FaultProxy = {
    port: (server.address() as AddressInfo).port,
    faults: [],
    next: () => ({ kind: 'pass' }),
    requests: 0,
    applied: 0,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
  return proxy;
}
