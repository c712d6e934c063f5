// Values by block over a store that only gets and puts. Of each key the store holds the newest
// version under the key itself, with a count of older ones, and those under key/0, key/1, ...: the
// newest costs one read, an old one a binary search.
import { Cache } from './cache.ts';
import type { KeyValueReader, Put } from './store.ts';

/** The newest version of a key. */
interface Head {
  /** Older versions. */
  readonly count: number;
  /** Block that set it. */
  readonly block: number;
  readonly value: Uint8Array;
}

const HEAD_HEADER = 8;
const OLD_HEADER = 4;
const ABSENT: Head = { count: 0, block: -1, value: new Uint8Array() };

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

function encodeHead(head: Head): Uint8Array {
  const out = new Uint8Array(HEAD_HEADER + head.value.length);
  const view = viewOf(out);
  view.setUint32(0, head.count);
  view.setUint32(4, head.block);
  out.set(head.value, HEAD_HEADER);
  return out;
}

function decodeHead(bytes: Uint8Array): Head {
  const view = viewOf(bytes);
  return {
    count: view.getUint32(0),
    block: view.getUint32(4),
    value: bytes.subarray(HEAD_HEADER),
  };
}

function encodeOld(block: number, value: Uint8Array): Uint8Array {
  const out = new Uint8Array(OLD_HEADER + value.length);
  viewOf(out).setUint32(0, block);
  out.set(value, OLD_HEADER);
  return out;
}

/** New versions that one block would set, kept until it is known to be written. */
export type Changes = ReadonlyMap<string, Head>;

export class History {
  readonly #store: KeyValueReader;
  readonly #heads: Cache<string, Head>;

  constructor(store: KeyValueReader, capacity: number) {
    this.#store = store;
    this.#heads = new Cache(capacity);
  }

  /** The value of `key` after `block`, undefined before its first version. */
  at(key: string, block: number): Uint8Array | undefined {
    return this.#version(key, block)?.value;
  }

  /** The block that set the value of `key` after `block`, undefined before its first version. */
  changedAt(key: string, block: number): number | undefined {
    return this.#version(key, block)?.block;
  }

  #version(key: string, block: number): Pick<Head, 'block' | 'value'> | undefined {
    const head = this.#head(key);
    if (head === ABSENT) return undefined;
    if (head.block <= block) return head;
    // The last old version whose block is not above.
    let below = 0;
    let above = head.count;
    let found: Uint8Array | undefined;
    while (below < above) {
      const middle = (below + above) >> 1;
      const old = this.#store.get(`${key}/${middle}`) as Uint8Array;
      if (viewOf(old).getUint32(0) <= block) {
        found = old;
        below = middle + 1;
      } else {
        above = middle;
      }
    }
    return found && { block: viewOf(found).getUint32(0), value: found.subarray(OLD_HEADER) };
  }

  /** What to write so that `values` hold from `block` on, and the versions to adopt once written. */
  set(
    block: number,
    values: Iterable<readonly [key: string, value: Uint8Array]>,
  ): {
    puts: Put[];
    changes: Changes;
  } {
    const puts: Put[] = [];
    const changes = new Map<string, Head>();
    for (const [key, value] of values) {
      const head = this.#head(key);
      const older = head === ABSENT ? 0 : head.count + 1;
      if (older > 0) puts.push([`${key}/${head.count}`, encodeOld(head.block, head.value)]);
      const next = { count: older, block, value };
      puts.push([key, encodeHead(next)]);
      changes.set(key, next);
    }
    return { puts, changes };
  }

  /** Takes over versions that have been written. */
  adopt(changes: Changes): void {
    for (const [key, head] of changes) this.#heads.set(key, head);
  }

  /** Forgets what was read: the store has moved on by other means. */
  forget(): void {
    this.#heads.clear();
  }

  #head(key: string): Head {
    const known = this.#heads.get(key);
    if (known !== undefined) return known;
    const bytes = this.#store.get(key);
    const head = bytes === undefined ? ABSENT : decodeHead(bytes);
    this.#heads.set(key, head);
    return head;
  }
}
