// Values by block over a store that only gets and puts. Of each key the store holds the newest
// version under the key itself, with a count of older ones, and those under key/0, key/1, ...: the
// newest costs one read, an old one a binary search. Trimming removes the oldest versions of a key
// while a new one is written; the numbers of the others stay.
import { Cache } from './cache.ts';
import type { KeyValueReader, Write } from './store.ts';

/** The newest version of a key. */
interface Head {
  /** Older versions that there ever were. */
  readonly count: number;
  /** The first of them that is kept. */
  readonly first: number;
  /** Block that set it. */
  readonly block: number;
  readonly value: Uint8Array;
}

const HEAD_HEADER = 8;
const OLD_HEADER = 4;
const FIRST_BYTES = 4;
/** In the count: `first` follows the header. Keys that were never trimmed are stored without it. */
const TRIMMED = 0x8000_0000;
/** Most versions of a key removed at once: the rest of a long list goes with later changes. */
const MOST_TRIMMED = 64;
const ABSENT: Head = { count: 0, first: 0, block: -1, value: new Uint8Array() };

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

function encodeHead(head: Head): Uint8Array {
  const header = head.first === 0 ? HEAD_HEADER : HEAD_HEADER + FIRST_BYTES;
  const out = new Uint8Array(header + head.value.length);
  const view = viewOf(out);
  view.setUint32(0, head.first === 0 ? head.count : head.count + TRIMMED);
  view.setUint32(4, head.block);
  if (head.first > 0) view.setUint32(HEAD_HEADER, head.first);
  out.set(head.value, header);
  return out;
}

function decodeHead(bytes: Uint8Array): Head {
  const view = viewOf(bytes);
  const count = view.getUint32(0);
  const block = view.getUint32(4);
  if (count < TRIMMED) return { count, first: 0, block, value: bytes.subarray(HEAD_HEADER) };
  return {
    count: count - TRIMMED,
    first: view.getUint32(HEAD_HEADER),
    block,
    value: bytes.subarray(HEAD_HEADER + FIRST_BYTES),
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

  /**
   * The value of `key` after `block`, undefined before its first version. Throws RangeError when
   * the version of that block was trimmed: never another value than that of the block.
   */
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
    let below = head.first;
    let above = head.count;
    let found: Uint8Array | undefined;
    let trimmed = head.first > 0;
    while (below < above) {
      const middle = (below + above) >> 1;
      const old = this.#store.get(`${key}/${middle}`);
      // Trimmed by a write that was not followed yet: what is kept comes after it.
      if (old === undefined) trimmed = true;
      if (old === undefined || viewOf(old).getUint32(0) <= block) {
        found = old ?? found;
        below = middle + 1;
      } else {
        above = middle;
      }
    }
    if (found === undefined && trimmed) throw new RangeError(`the state of block ${block} is gone`);
    return found && { block: viewOf(found).getUint32(0), value: found.subarray(OLD_HEADER) };
  }

  /**
   * What to write so that `values` hold from `block` on, and the versions to adopt once written.
   * Versions of the same keys that no block from `keptFrom` on reads are removed; -1 removes none.
   */
  set(
    block: number,
    values: Iterable<readonly [key: string, value: Uint8Array]>,
    keptFrom = -1,
  ): {
    puts: Write[];
    changes: Changes;
  } {
    const puts: Write[] = [];
    const changes = new Map<string, Head>();
    for (const [key, value] of values) {
      const head = this.#head(key);
      const older = head === ABSENT ? 0 : head.count + 1;
      if (older > 0) puts.push([`${key}/${head.count}`, encodeOld(head.block, head.value)]);
      const first = this.#firstKept(key, head, keptFrom);
      for (let each = head.first; each < first; each++) puts.push([`${key}/${each}`, undefined]);
      const next = { count: older, first, block, value };
      puts.push([key, encodeHead(next)]);
      changes.set(key, next);
    }
    return { puts, changes };
  }

  /** The first version that stays: the last one set up to `keptFrom`, if so many may go at once. */
  #firstKept(key: string, head: Head, keptFrom: number): number {
    if (keptFrom < 0) return head.first;
    const most = Math.min(head.count, head.first + MOST_TRIMMED);
    let first = head.first;
    while (first < most && this.#blockOf(key, head, first + 1) <= keptFrom) first++;
    return first;
  }

  /** The block that set a version; the newest has the number `head.count`. */
  #blockOf(key: string, head: Head, version: number): number {
    if (version === head.count) return head.block;
    const old = this.#store.get(`${key}/${version}`);
    return old === undefined ? -1 : viewOf(old).getUint32(0);
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
