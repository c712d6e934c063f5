import { bytes, decode, encode, list, NotCanonical } from '../codec/binary.ts';
import type { Gossip } from './gossip-port.ts';

/** Shortest time between two messages of a topic. */
const WINDOW_MS = 50;
/** A message that grew to this leaves at once. */
const MAX_BATCH_BYTES = 256 << 10;

const payloads = list(bytes);

interface Batch {
  waiting: Uint8Array[];
  size: number;
  /** Runs while a window is open: what comes now waits for its end. */
  timer: NodeJS.Timeout | undefined;
}

/**
 * Gossip that sends many small payloads as one message. A sealed, framed message to each of three peers
 * costs several times what is in it when it carries one transaction. The first payload after a quiet
 * moment leaves at once; those of the next 50 ms go together.
 */
export function batchGossip(
  gossip: Gossip,
  onMalformed: (from: string) => void,
): Gossip & { stop(): void } {
  const batches = new Map<string, Batch>();

  const flush = (topic: string, batch: Batch): void => {
    clearTimeout(batch.timer);
    batch.timer = undefined;
    if (batch.waiting.length === 0) return;
    gossip.broadcast(topic, encode(payloads, batch.waiting));
    batch.waiting = [];
    batch.size = 0;
    batch.timer = setTimeout(() => flush(topic, batch), WINDOW_MS);
  };

  return {
    broadcast(topic, payload) {
      let batch = batches.get(topic);
      if (batch === undefined) {
        batch = { waiting: [], size: 0, timer: undefined };
        batches.set(topic, batch);
      }
      batch.waiting.push(payload);
      batch.size += payload.length;
      if (batch.timer === undefined || batch.size >= MAX_BATCH_BYTES) flush(topic, batch);
    },
    on(topic, handler) {
      gossip.on(topic, (message, from) => {
        let items: readonly Uint8Array[];
        try {
          items = decode(payloads, message);
        } catch (error) {
          if (!(error instanceof NotCanonical)) throw error;
          onMalformed(from);
          return;
        }
        for (const item of items) handler(item, from);
      });
    },
    /** What waits is dropped: gossip promises nothing. */
    stop() {
      for (const { timer } of batches.values()) clearTimeout(timer);
      batches.clear();
    },
  };
}
