/** The port to a durable store. The state only reads; what it wants written it hands to its caller. */
export interface KeyValueReader {
  /** The bytes under `key`, undefined when there are none. Synchronous; callers do not change them. */
  get(key: string): Uint8Array | undefined;
}

/** One write. A list of them is to be written in one atomic batch. */
export type Put = readonly [key: string, value: Uint8Array];

/** A put, or the removal of a key, which then reads as undefined. */
export type Write = Put | readonly [key: string, value: undefined];

/** A store in memory: for tests and tools. */
export class MemoryStore implements KeyValueReader {
  readonly #entries = new Map<string, Uint8Array>();

  get size(): number {
    return this.#entries.size;
  }

  get(key: string): Uint8Array | undefined {
    return this.#entries.get(key);
  }

  write(writes: Iterable<Write>): void {
    for (const [key, value] of writes) {
      if (value === undefined) this.#entries.delete(key);
      else this.#entries.set(key, value);
    }
  }
}
