/**
 * Best-effort spreading of small payloads (mempool transactions) to every peer. Payloads are
 * deduplicated by content; delivery is not guaranteed (a peer may be down), so an owner of something
 * that must arrive sends it again from time to time.
 */
export interface Gossip {
  /** Sends to all connected peers, even when the same payload was sent before. */
  broadcast(topic: string, payload: Uint8Array): void;
  /**
   * Handles payloads of a topic from others, each content once (within the memory of recent ones).
   * What a handler throws is logged and forgotten. One handler a topic.
   */
  on(topic: string, handler: (payload: Uint8Array, from: string) => void): void;
}
