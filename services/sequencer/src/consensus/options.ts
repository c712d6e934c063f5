import type { Gossip } from '../network/gossip-port.ts';
import type { Log } from '../network/log.ts';
import type { PeerAddress, Transport } from '../network/transport.ts';
import type { Application } from './application.ts';

export interface ValidatorConfig {
  readonly name: string;
  /** ed25519, raw, 32 bytes as hex. */
  readonly publicKey: string;
  /** Voting power, a positive integer. */
  readonly power: number;
}

/** Times in milliseconds, sizes in bytes. */
export interface ConsensusConfig {
  /** Least time between two blocks while transactions wait. 0: as fast as it goes. */
  readonly blockTimeMs: number;
  /** Time after which an empty block is made. */
  readonly emptyBlockTimeMs: number;
  /** Must cover building, sending and executing a block; grows by `timeoutDeltaMs` a round. */
  readonly timeoutProposeMs: number;
  readonly timeoutPrevoteMs: number;
  readonly timeoutPrecommitMs: number;
  readonly timeoutDeltaMs: number;
  /** How long to wait for the proposal of a validator to which there is no connection. */
  readonly timeoutUnreachableMs: number;
  /** Votes are sent again after this time without a decision. */
  readonly rebroadcastMs: number;
  readonly maxValueBytes: number;
}

export const DEFAULT_CONSENSUS_CONFIG: ConsensusConfig = {
  blockTimeMs: 1000,
  emptyBlockTimeMs: 10_000,
  timeoutProposeMs: 2000,
  timeoutPrevoteMs: 500,
  timeoutPrecommitMs: 500,
  timeoutDeltaMs: 500,
  timeoutUnreachableMs: 150,
  rebroadcastMs: 500,
  maxValueBytes: 8 << 20,
};

export interface ConsensusHostOptions {
  /** The L2 chain id as its canonical felt hex; bound into every signature. */
  readonly chainId: string;
  /** sha256 of the canonical genesis (with the run id in it); bound into every signature. */
  readonly genesisDigest: Uint8Array;
  readonly validators: readonly ValidatorConfig[];
  readonly self: {
    readonly name: string;
    /** ed25519 seed, 32 bytes as hex. */
    readonly privateKey: string;
  };
  /** Where to listen; port 0 takes a free one (see `start`). */
  readonly listen: { readonly host: string; readonly port: number };
  readonly peers: readonly PeerAddress[];
  /** Instead of TCP to `peers`, for tests. */
  readonly transport?: Transport;
  /** Folder for the write-ahead log and evidence; made when absent. */
  readonly dataDir: string;
  readonly application: Application;
  readonly config?: Partial<ConsensusConfig>;
  readonly log: Log;
  /** A failure after which this node must not go on (commit failed, states diverged, disk full). */
  readonly onFatal: (error: Error) => void;
}

export interface PeerStatus {
  readonly name: string;
  readonly connected: boolean;
  /** Highest height that the peer is known to have committed. */
  readonly height: number;
}

export interface ConsensusStatus {
  /** Height being decided: the application's height + 1. */
  readonly height: number;
  readonly round: number;
  readonly step: string;
  readonly peers: readonly PeerStatus[];
  /** Validators caught signing two conflicting messages. */
  readonly evidence: ReadonlyArray<{
    readonly validator: string;
    readonly height: number;
    readonly round: number;
    readonly kind: string;
  }>;
}

export interface ConsensusHost {
  /** Listens, connects, replays the write-ahead log and takes part. Resolves when listening. */
  start(): Promise<{ readonly port: number }>;
  /** Stops taking part, waits for a commit under way, closes sockets and files. */
  stop(): Promise<void>;
  status(): ConsensusStatus;
  /** Usable before `start`. */
  readonly gossip: Gossip;
}
