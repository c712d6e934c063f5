import { StackError } from '@stackctl/types';

/** Streams of a connection. Each has its own bound on what may wait to be sent to a slow peer. */
export type Channel = 'consensus' | 'gossip';

/** Authenticated messages between validators. What is under it (TCP, a simulation) does not show. */
export interface Transport {
  /**
   * Listens and begins to connect to the peers.
   * @throws StackError PORT_TAKEN
   */
  start(): Promise<{ readonly port: number }>;
  stop(): Promise<void>;
  /**
   * Queues a message. False when it was dropped, because the peer is not connected or does not keep
   * up: what must arrive is sent again by its sender.
   */
  send(peer: string, channel: Channel, payload: Uint8Array): boolean;
  broadcast(channel: Channel, payload: Uint8Array): void;
  /** One handler a channel. `peer` is authenticated; the payload is whatever it chose to send. */
  onMessage(channel: Channel, handler: (payload: Uint8Array, peer: string) => void): void;
  onConnection(handler: (peer: string, connected: boolean) => void): void;
  /** All other validators. */
  peers(): ReadonlyArray<{ readonly name: string; readonly connected: boolean }>;
}

/** Where another validator listens. */
export interface PeerAddress {
  readonly name: string;
  readonly host: string;
  readonly port: number;
}

/**
 * Reads `name@host:port,name@host:port` (host may be an IPv6 address in brackets).
 * @throws StackError CONFIG_INVALID
 */
export function parsePeers(text: string): PeerAddress[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => {
      const match = /^([\w.-]+)@(\[[0-9a-fA-F:]+\]|[\w.-]+):(\d{1,5})$/.exec(part);
      const port = Number(match?.[3]);
      if (match === null || port < 1 || port > 65535)
        throw new StackError('CONFIG_INVALID', {
          file: 'environment',
          key: 'PEERS',
          expected: 'name@host:port,...',
          got: part,
        });
      const host = (match[2] as string).replace(/^\[|\]$/g, '');
      return { name: match[1] as string, host, port };
    });
}
