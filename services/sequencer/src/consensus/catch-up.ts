import type { Certificate, ValueId } from '@stackctl/consensus';
import type { DecidedRecord } from './application.ts';
import type { WireMessage } from './wire.ts';

/** Blocks a pull asks for, and the bytes after which the answer to one ends. */
const PULL_BLOCKS = 128;
const PULL_BYTES = 4 << 20;
/** How long a height may take after a peer has decided it, before its block is asked for. */
const GRACE_MS = 150;
/** A peer that sends nothing useful for this long is left for another. */
const PATIENCE_MS = 2000;
/** A peer that failed is not asked for this long. */
const PENALTY_MS = 5000;

export interface DecidedBlock {
  readonly certificate: Certificate;
  readonly value: Uint8Array;
}

/** What catching up needs of its host. */
export interface CatchUpPort {
  send(peer: string, message: WireMessage): boolean;
  isConnected(peer: string): boolean;
  /** Height being decided, and whether it is undecided yet. */
  progress(): { readonly height: number; readonly undecided: boolean };
  /** A block for the height being decided has come, unverified. */
  onBlock(block: DecidedBlock): void;
}

interface Pull {
  readonly peer: string;
  readonly from: number;
  /** Height of the next certificate, or of the one whose value is under way. */
  next: number;
  certificate: Certificate | undefined;
  lastNews: number;
}

/**
 * Brings a node that has missed blocks up to its peers. One peer is asked at a time; blocks come in
 * order and wait here until it is their turn. Verifying them is the core's business: a certificate
 * that it refuses comes back as `refuse`.
 */
export class CatchUp {
  readonly #port: CatchUpPort;
  readonly #heights = new Map<string, number>();
  readonly #penalties = new Map<string, number>();
  readonly #blocks = new Map<number, DecidedBlock & { readonly peer: string }>();
  #pull: Pull | undefined;
  /** Height whose block was handed on last. */
  #delivered = 0;
  #timer: NodeJS.Timeout | undefined;
  #heightSince = performance.now();

  constructor(port: CatchUpPort) {
    this.#port = port;
  }

  /** Highest height that `peer` is known to have committed. */
  heightOf(peer: string): number {
    return this.#heights.get(peer) ?? 0;
  }

  /** `peer` has committed `height`. */
  learn(peer: string, height: number): void {
    if (height <= this.heightOf(peer)) return;
    this.#heights.set(peer, height);
    this.#consider();
  }

  /** A new height is being decided. */
  onHeight(): void {
    this.#heightSince = performance.now();
    const { height } = this.#port.progress();
    for (const old of this.#blocks.keys()) if (old < height) this.#blocks.delete(old);
    this.#deliver();
    this.#consider();
  }

  onDecided(peer: string, certificate: Certificate): void {
    const pull = this.#pull;
    if (pull?.peer !== peer || pull.certificate !== undefined || certificate.height !== pull.next)
      return;
    pull.certificate = certificate;
    pull.lastNews = performance.now();
  }

  /** A value has arrived from a peer, for whatever purpose. */
  onValue(peer: string, valueId: ValueId, value: Uint8Array): void {
    const pull = this.#pull;
    if (pull?.peer !== peer || pull.certificate?.valueId !== valueId) return;
    this.#blocks.set(pull.next, { certificate: pull.certificate, value, peer });
    pull.next++;
    pull.certificate = undefined;
    pull.lastNews = performance.now();
    this.#deliver();
  }

  onServed(peer: string): void {
    const pull = this.#pull;
    if (pull?.peer !== peer) return;
    if (pull.next === pull.from) {
      this.#punish(peer); // it claimed to have more
      return;
    }
    this.#pull = undefined;
    this.#consider();
  }

  /** The block that was delivered last was not genuine. */
  refuse(height: number): void {
    const block = this.#blocks.get(height);
    if (block !== undefined) this.#punish(block.peer);
  }

  onDisconnected(peer: string): void {
    if (this.#pull?.peer === peer) this.#pull = undefined;
    this.#consider();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#pull = undefined;
    this.#blocks.clear();
  }

  #deliver(): void {
    const { height, undecided } = this.#port.progress();
    const block = this.#blocks.get(height);
    if (block === undefined || !undecided || this.#delivered === height) return;
    this.#delivered = height;
    this.#port.onBlock(block);
  }

  /** Starts, continues or gives up a pull, as things stand. */
  #consider(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const now = performance.now();
    const { height } = this.#port.progress();
    if (this.#pull !== undefined) {
      if (now - this.#pull.lastNews > PATIENCE_MS) this.#punish(this.#pull.peer);
      else this.#later(PATIENCE_MS);
      return;
    }
    // What has come is used up first, to half.
    const from = height + this.#blocks.size;
    if (this.#blocks.size > PULL_BLOCKS / 2) return;
    const ahead = [...this.#heights].filter(
      ([peer, theirs]) => theirs >= from && this.#port.isConnected(peer),
    );
    if (ahead.length === 0) return;
    const farBehind = ahead.some(([, theirs]) => theirs > height);
    const grace = this.#heightSince + GRACE_MS - now;
    if (!farBehind && grace > 0) {
      this.#later(grace);
      return;
    }
    const willing = ahead.filter(([peer]) => (this.#penalties.get(peer) ?? 0) <= now);
    const [peer] = willing[Math.floor(Math.random() * willing.length)] ?? [];
    if (peer === undefined || !this.#port.send(peer, { type: 'pull', from, count: PULL_BLOCKS })) {
      this.#later(PATIENCE_MS);
      return;
    }
    this.#pull = { peer, from, next: from, certificate: undefined, lastNews: now };
    this.#later(PATIENCE_MS);
  }

  #punish(peer: string): void {
    this.#penalties.set(peer, performance.now() + PENALTY_MS);
    // What others sent after a gap is of no use either.
    this.#blocks.clear();
    this.#delivered = 0;
    this.#pull = undefined;
    this.#consider();
  }

  #later(ms: number): void {
    this.#timer = setTimeout(() => this.#consider(), Math.ceil(ms));
  }
}

/**
 * The other side: answers a pull.
 * @param decidedAt the application's.
 * @param send gives false when the peer does not keep up; the answer ends there.
 */
export async function serveBlocks(
  { from, count }: { readonly from: number; readonly count: number },
  decidedAt: (height: number) => Promise<DecidedRecord | undefined>,
  send: (record: DecidedRecord) => boolean,
): Promise<number> {
  let bytes = 0;
  let height = from;
  for (; height < from + Math.min(count, PULL_BLOCKS) && bytes < PULL_BYTES; height++) {
    const record = await decidedAt(height);
    if (record === undefined || !send(record)) break;
    bytes += record.value.length + record.certificate.length;
  }
  return height;
}
