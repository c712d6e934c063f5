/** The port to a durable store. The state only reads; what it wants written it hands to its caller. */
export interface KeyValueReader {
  /** The bytes under `key`, undefined when there are none. Synchronous; callers do not change them. */
  get(key: string): Uint8Array | undefined;
}

/** One write. A list of them is to be written in one atomic batch. */
export type Put = readonly [key: string, value: Uint8Array];

/** A store in memory: for tests and tools. */
export class MemoryStore implements KeyValueReader {
  readonly #entries = new Map<string, Uint8Array>();

  get size(): number {
    return this.#entries.size;
  }

  get(key: string): Uint8Array | undefined {
    return this.#entries.get(key);
  }

  write(puts: Iterable<Put>): void {
    for (const [key, value] of puts) this.#entries.set(key, value);
  }
}
