import { hash, randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { frameHeader } from '../../src/network/frames.ts';
import { TransportGossip } from '../../src/network/gossip.ts';
import { createEphemeral, encodeHello } from '../../src/network/handshake.ts';
import { createVerifier, signingKey } from '../../src/network/keys.ts';
import { TcpTransport } from '../../src/network/tcp-transport.ts';
import { createNetwork, SILENT, until } from '../consensus/cluster.ts';

const network = Uint8Array.from(randomBytes(32));
const names = ['a', 'b', 'c'];
const keyOf = (name: string) => signingKey(hash('sha256', `key ${name}`));
const known = new Map(names.map((name) => [name, keyOf(name).publicKey]));
const running: TcpTransport[] = [];
const sockets: Socket[] = [];

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await Promise.all(running.splice(0).map((transport) => transport.stop()));
});

interface Made {
  readonly transport: TcpTransport;
  readonly received: string[];
  readonly port: number;
}

async function make(
  name: string,
  options: {
    port?: number;
    peers?: Record<string, number>;
    key?: string;
    network?: Uint8Array;
    limits?: object;
  } = {},
): Promise<Made> {
  const transport = new TcpTransport({
    identity: {
      name,
      key: keyOf(options.key ?? name),
      network: options.network ?? network,
      known,
      verify: createVerifier(),
    },
    listen: { host: '127.0.0.1', port: options.port ?? 0 },
    peers: Object.entries(options.peers ?? {}).map(([peer, port]) => ({
      name: peer,
      host: '127.0.0.1',
      port,
    })),
    log: SILENT,
    limits: options.limits ?? {},
  });
  const received: string[] = [];
  transport.onMessage('consensus', (payload, peer) =>
    received.push(`${peer}: ${Buffer.from(payload).toString()}`),
  );
  running.push(transport);
  const { port } = await transport.start();
  return { transport, received, port };
}

const connected = ({ transport }: Made, name: string): boolean =>
  transport.peers().some((peer) => peer.name === name && peer.connected);
const say = ({ transport }: Made, peer: string, text: string): boolean =>
  transport.send(peer, 'consensus', Buffer.from(text));

describe('TCP transport', () => {
  it('connects both ways from one address, and carries messages of any size in order', async () => {
    const b = await make('b');
    const a = await make('a', { peers: { b: b.port } });
    await until('connected', () => connected(a, 'b') && connected(b, 'a'));
    const long = 'x'.repeat(900_000);
    expect([say(a, 'b', 'one'), say(a, 'b', long), say(a, 'b', 'two')]).toEqual([true, true, true]);
    say(b, 'a', 'back');
    await until('received', () => b.received.length === 3 && a.received.length === 1);
    expect(b.received).toEqual(['a: one', `a: ${long}`, 'a: two']);
    expect(say(a, 'c', 'nobody')).toBe(false);
    expect(() => say(a, 'b', 'x'.repeat(4 << 20))).toThrow(RangeError);
  });

  it('both dialing, one connection stays', async () => {
    const pair = await createNetwork(2);
    const [portA, portB] = pair.members.map(({ port }) => port) as [number, number];
    const limits = { dial: { firstDelayMs: 0, retryMs: 10, maxRetryMs: 20 } };
    const a = await make('a', { port: portA, peers: { b: portB }, limits });
    const b = await make('b', { port: portB, peers: { a: portA }, limits });
    await until('connected', () => connected(a, 'b') && connected(b, 'a'));
    await new Promise((resolve) => setTimeout(resolve, 2000));
    say(a, 'b', 'once');
    await until('received', () => b.received.length > 0);
    expect(b.received).toEqual(['a: once']);
    pair.remove();
  });

  it('reconnects when the other comes back', async () => {
    const b = await make('b');
    const a = await make('a', { peers: { b: b.port } });
    await until('connected', () => connected(a, 'b'));
    await b.transport.stop();
    await until('gone', () => !connected(a, 'b'));
    const again = await make('b', { port: b.port });
    await until('back', () => connected(a, 'b') && connected(again, 'a'));
    say(a, 'b', 'hello again');
    await until('received', () => again.received.length === 1);
  });

  it.each([
    ['with a key that is not its own', { key: 'c' }],
    ['of another network', { network: Uint8Array.from(randomBytes(32)) }],
  ])('does not talk to a node %s', async (_what, options) => {
    const a = await make('a');
    const b = await make('b', { peers: { a: a.port }, ...options });
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(connected(a, 'b') || connected(b, 'a')).toBe(false);
  });

  it('a port in use is a PORT_TAKEN', async () => {
    const a = await make('a');
    await expect(make('b', { port: a.port })).rejects.toMatchObject({ code: 'PORT_TAKEN' });
  });

  it('survives garbage, silence and floods of strangers, and goes on talking', async () => {
    const limits = { handshakeMs: 300, maxStrangers: 8 };
    const b = await make('b', { limits });
    const a = await make('a', { peers: { b: b.port } });
    await until('connected', () => connected(a, 'b') && connected(b, 'a'));
    const open = (bytes: Uint8Array): Promise<boolean> =>
      new Promise((resolve) => {
        const socket = connect(b.port, '127.0.0.1', () => socket.write(bytes));
        sockets.push(socket);
        socket.on('error', () => {});
        socket.resume(); // or the end would wait behind what was answered
        socket.on('close', () => resolve(true));
      });
    const hello = encodeHello({
      network,
      ephemeral: createEphemeral().publicKey,
      name: 'c',
    });
    const frame = (body: Uint8Array): Buffer => Buffer.concat([frameHeader(body.length), body]);
    const closed = await Promise.all([
      open(randomBytes(5000)),
      open(Buffer.from('GET / HTTP/1.1\r\n\r\n')),
      open(frameHeader(0)),
      open(frameHeader(0xffffffff)),
      open(frame(randomBytes(100))),
      open(Buffer.concat([frame(hello), frame(randomBytes(80))])),
      open(frame(hello)), // and then nothing
      open(new Uint8Array(0)),
    ]);
    expect(closed.every(Boolean)).toBe(true);
    await Promise.all(Array.from({ length: 40 }, () => open(new Uint8Array(0))));
    expect(connected(a, 'b')).toBe(true);
    say(a, 'b', 'still here');
    await until('received', () => b.received.length === 1);
  });

  it('drops messages to a peer that does not read, without growing', async () => {
    const limits = { maxQueuedBytes: { consensus: 1 << 20, gossip: 1 << 20 } };
    const b = await make('b', { limits: { bytesPerSecond: 1000, burstBytes: 1000 } });
    const a = await make('a', { peers: { b: b.port }, limits });
    await until('connected', () => connected(a, 'b'));
    let sent = 0;
    const text = 'x'.repeat(100_000);
    for (let i = 0; i < 500; i++) {
      if (say(a, 'b', text)) sent++;
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(sent).toBeGreaterThan(5);
    expect(sent).toBeLessThan(400);
  });
});

describe('gossip', () => {
  async function three(): Promise<Array<Made & { gossip: TransportGossip; heard: string[] }>> {
    const c = await make('c');
    const b = await make('b', { peers: { c: c.port } });
    const a = await make('a', { peers: { b: b.port } });
    await until('connected', () => connected(a, 'b') && connected(b, 'c') && connected(c, 'b'));
    return [a, b, c].map((made) => {
      const gossip = new TransportGossip(made.transport, SILENT);
      const heard: string[] = [];
      gossip.on('items', (payload) => heard.push(Buffer.from(payload).toString()));
      return { ...made, gossip, heard };
    });
  }

  it('reaches who is not connected to the sender, once, and not the sender', async () => {
    const [a, b, c] = (await three()) as [Heard, Heard, Heard];
    a.gossip.broadcast('items', Buffer.from('x'));
    a.gossip.broadcast('items', Buffer.from('x'));
    a.gossip.broadcast('other', Buffer.from('y'));
    a.gossip.broadcast('items', Buffer.from('z'));
    await until('heard', () => c.heard.includes('z') && b.heard.includes('z'));
    expect([a.heard, b.heard, c.heard]).toEqual([[], ['x', 'z'], ['x', 'z']]);
  });

  it('a handler that throws harms nothing', async () => {
    const [a, b] = (await three()) as [Heard, Heard];
    b.gossip.on('bad', () => {
      throw new TypeError('no');
    });
    a.gossip.broadcast('bad', Buffer.from('x'));
    a.gossip.broadcast('items', Buffer.from('x'));
    await until('heard', () => b.heard.length === 1);
  });
});

type Heard = Made & { gossip: TransportGossip; heard: string[] };
