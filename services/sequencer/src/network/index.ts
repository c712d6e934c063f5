export type { Gossip } from './gossip-port.ts';
export type { Log } from './log.ts';
export { type PeerAddress, parsePeers, type Transport } from './transport.ts';
