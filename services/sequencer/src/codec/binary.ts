import { type Felt, PRIME } from '@stackctl/types';

/**
 * Canonical binary encoding: one sequence of bytes per value, and nothing else decodes. Proposals
 * and gossip need that (two encodings of one value would be two values to consensus), and the store
 * takes it because it is compact.
 */
export interface Binary<T> {
  write(writer: Writer, value: T): void;
  /** Throws {@link NotCanonical}. */
  read(reader: Reader): T;
}

/** Bytes that no writer of this module wrote. */
export class NotCanonical extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'NotCanonical';
  }
}

export class Writer {
  #bytes = Buffer.allocUnsafe(1024);
  #length = 0;

  #room(size: number): void {
    const needed = this.#length + size;
    if (needed <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(needed, this.#bytes.length * 2));
    this.#bytes.copy(grown, 0, 0, this.#length);
    this.#bytes = grown;
  }

  byte(value: number): void {
    this.#room(1);
    this.#bytes[this.#length++] = value;
  }

  raw(bytes: Uint8Array): void {
    this.#room(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** LEB128, for integers up to 2^53 - 1. */
  uint(value: number): void {
    let rest = value;
    while (rest >= 0x80) {
      this.byte((rest % 0x80) | 0x80);
      rest = Math.floor(rest / 0x80);
    }
    this.byte(rest);
  }

  /** Length byte, then big-endian bytes without leading zeros. */
  natural(value: bigint): void {
    const hex = value === 0n ? '' : value.toString(16);
    const size = (hex.length + 1) >> 1;
    this.#room(1 + size);
    this.#bytes[this.#length++] = size;
    this.#length += this.#bytes.write(hex.length & 1 ? `0${hex}` : hex, this.#length, 'hex');
  }

  finish(): Uint8Array {
    return new Uint8Array(this.#bytes.subarray(0, this.#length));
  }
}

export class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get remaining(): number {
    return this.#bytes.length - this.#at;
  }

  byte(): number {
    const value = this.#bytes[this.#at];
    if (value === undefined) throw new NotCanonical('the bytes end early');
    this.#at++;
    return value;
  }

  raw(length: number): Uint8Array {
    if (length > this.remaining) throw new NotCanonical('the bytes end early');
    const bytes = new Uint8Array(this.#bytes.subarray(this.#at, this.#at + length));
    this.#at += length;
    return bytes;
  }

  uint(): number {
    let value = 0;
    let unit = 1;
    for (;;) {
      const byte = this.byte();
      value += (byte & 0x7f) * unit;
      if (!Number.isSafeInteger(value)) throw new NotCanonical('an integer above 2^53');
      if (byte < 0x80) {
        if (byte === 0 && unit > 1) throw new NotCanonical('an integer with leading zeros');
        return value;
      }
      unit *= 0x80;
      if (unit > 2 ** 53) throw new NotCanonical('an integer above 2^53');
    }
  }

  natural(): bigint {
    const size = this.byte();
    if (size === 0) return 0n;
    if (size > 32 || size > this.remaining)
      throw new NotCanonical('a number of more than 32 bytes');
    if (this.#bytes[this.#at] === 0) throw new NotCanonical('a number with leading zeros');
    const hex = this.#bytes.toString('hex', this.#at, this.#at + size);
    this.#at += size;
    return BigInt(`0x${hex}`);
  }
}

export function encode<T>(codec: Binary<T>, value: T): Uint8Array {
  const writer = new Writer();
  codec.write(writer, value);
  return writer.finish();
}

/** Decodes the whole of `bytes`; throws {@link NotCanonical} for anything that `encode` never gives. */
export function decode<T>(codec: Binary<T>, bytes: Uint8Array): T {
  const reader = new Reader(bytes);
  const value = codec.read(reader);
  if (reader.remaining > 0) throw new NotCanonical(`${reader.remaining} bytes too many`);
  return value;
}

export const uint: Binary<number> = {
  write: (writer, value) => writer.uint(value),
  read: (reader) => reader.uint(),
};

/** A natural number below 2^256. */
export const natural: Binary<bigint> = {
  write: (writer, value) => writer.natural(value),
  read: (reader) => reader.natural(),
};

/** A natural number below `limit`. */
export function below(limit: bigint): Binary<bigint> {
  return {
    write: (writer, value) => writer.natural(value),
    read(reader) {
      const value = reader.natural();
      if (value >= limit) throw new NotCanonical('a number out of range');
      return value;
    },
  };
}

export const felt: Binary<Felt> = below(PRIME);

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export const text: Binary<string> = {
  write(writer, value) {
    const bytes = Buffer.from(value, 'utf8');
    writer.uint(bytes.length);
    writer.raw(bytes);
  },
  read(reader) {
    const bytes = reader.raw(reader.uint());
    try {
      return utf8.decode(bytes);
    } catch {
      throw new NotCanonical('a text that is not UTF-8');
    }
  },
};

export const bytes: Binary<Uint8Array> = {
  write(writer, value) {
    writer.uint(value.length);
    writer.raw(value);
  },
  read: (reader) => reader.raw(reader.uint()),
};

export const flag: Binary<boolean> = {
  write: (writer, value) => writer.byte(value ? 1 : 0),
  read(reader) {
    const byte = reader.byte();
    if (byte > 1) throw new NotCanonical('a flag that is neither 0 nor 1');
    return byte === 1;
  },
};

export function list<T>(item: Binary<T>): Binary<readonly T[]> {
  return {
    write(writer, values) {
      writer.uint(values.length);
      for (const value of values) item.write(writer, value);
    },
    read(reader) {
      const length = reader.uint();
      // Every item takes at least a byte: no list is longer than what is left.
      if (length > reader.remaining) throw new NotCanonical('the bytes end early');
      const values: T[] = [];
      for (let i = 0; i < length; i++) values.push(item.read(reader));
      return values;
    },
  };
}

/** One byte: the place of the text in the list. */
export function choice<T extends string>(...texts: readonly T[]): Binary<T> {
  return {
    write: (writer, value) => writer.byte(texts.indexOf(value)),
    read(reader) {
      const value = texts[reader.byte()];
      if (value === undefined) throw new NotCanonical('an unknown choice');
      return value;
    },
  };
}

/** A flag, then the value when there is one; absent members stay absent in records. */
export interface OptionalBinary<T> extends Binary<T | undefined> {
  readonly optional: true;
}

export function option<T>(inner: Binary<T>): OptionalBinary<T> {
  return {
    optional: true,
    write(writer, value) {
      flag.write(writer, value !== undefined);
      if (value !== undefined) inner.write(writer, value);
    },
    read: (reader) => (flag.read(reader) ? inner.read(reader) : undefined),
  };
}

/** Members by key, in the order of writing; optional members take an {@link option}. */
export type Members<T> = {
  readonly [K in keyof T]-?: undefined extends T[K]
    ? OptionalBinary<Exclude<T[K], undefined>>
    : Binary<T[K]>;
};

export function struct<T extends object>(members: Members<T>): Binary<T> {
  const entries = Object.entries(members) as Array<[string, Binary<unknown>]>;
  return {
    write(writer, value) {
      const record = value as Record<string, unknown>;
      for (const [key, codec] of entries) codec.write(writer, record[key]);
    },
    read(reader) {
      const record: Record<string, unknown> = {};
      for (const [key, codec] of entries) {
        const value = codec.read(reader);
        if (value !== undefined) record[key] = value;
      }
      return record as T;
    },
  };
}

/** Records told apart by `type`: one byte, then the members of that record. */
export function variant<T extends { readonly type: string }>(
  cases: {
    readonly [K in T['type']]: Binary<Omit<Extract<T, { readonly type: K }>, 'type'>>;
  },
): Binary<T> {
  const types = Object.keys(cases) as Array<T['type']>;
  const table = cases as unknown as Readonly<Record<string, Binary<object>>>;
  const tag = choice(...types);
  return {
    write(writer, value) {
      const type: T['type'] = value.type;
      tag.write(writer, type);
      table[type]?.write(writer, value);
    },
    read(reader) {
      const type = tag.read(reader);
      const members = table[type]?.read(reader);
      return { type, ...members } as unknown as T;
    },
  };
}

/** A codec that refers to itself. */
export function recursive<T>(make: () => Binary<T>): Binary<T> {
  let made: Binary<T> | undefined;
  const inner = (): Binary<T> => {
    made ??= make();
    return made;
  };
  return {
    write: (writer, value) => inner().write(writer, value),
    read: (reader) => inner().read(reader),
  };
}
