/**
 * A codec reads a JSON value into a record and writes it back. The same table of codecs serves the
 * node (decodes requests, encodes results) and the client (the other way round), so that the two
 * cannot drift apart.
 */
export interface Codec<T> {
  /** What a reader of the error message should have written. */
  readonly expected: string;
  /** Throws {@link Malformed} when the value does not have the expected form. */
  decode(value: unknown): T;
  encode(value: T): unknown;
}

/** A value that does not have the form its codec asks for, and where in the request it stands. */
export class Malformed extends Error {
  /** Member names and indices from the outermost value inwards. */
  readonly path: Array<string | number> = [];
  readonly expected: string;
  readonly got: string;

  constructor(expected: string, value: unknown) {
    super('malformed');
    this.name = 'Malformed';
    this.expected = expected;
    this.got = describe(value);
  }

  /** One sentence: `transaction.calldata[3]: expected a felt ..., got "12"`. */
  sentence(): string {
    const where = this.path
      .map((part, i) => (typeof part === 'number' ? `[${part}]` : i === 0 ? part : `.${part}`))
      .join('');
    return `${where === '' ? '' : `${where}: `}expected ${this.expected}, got ${this.got}`;
  }

  /** Prefixes the path while the error travels outwards; only failures pay for paths. */
  within(part: string | number): this {
    this.path.unshift(part);
    return this;
  }
}

function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = JSON.stringify(value) ?? typeof value;
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

/** Rethrows `error` with `part` put before its path when it is a {@link Malformed}. */
export function locate(error: unknown, part: string | number): never {
  throw error instanceof Malformed ? error.within(part) : error;
}

/** True for what JSON calls an object. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** One member of an object: the record's key, its codec, and whether it may be absent. */
export interface Field<K extends string, V> {
  readonly key: K;
  readonly codec: Codec<V>;
  readonly optional: boolean;
}

export function required<K extends string, V>(key: K, codec: Codec<V>): Field<K, V> {
  return { key, codec, optional: false };
}

/** May be absent or null on the wire; absent (never null) in the record. */
export function optional<K extends string, V>(key: K, codec: Codec<V>): Field<K, V> {
  return { key, codec, optional: true };
}

type FieldOf<T> = {
  [K in keyof T & string]-?: Field<K, Exclude<T[K], undefined>>;
}[keyof T & string];

/** Members by wire name. A codec for T lists every member of T once. */
export type Fields<T> = Readonly<Record<string, FieldOf<T>>>;

/** A JSON object; members that the table does not name are ignored, as the specification allows. */
export function object<T>(fields: Fields<T>): Codec<T> {
  const entries = Object.entries(fields) as Array<[string, Field<string, unknown>]>;
  const expected = `an object with ${entries.map(([name]) => name).join(', ')}`;
  return {
    expected,
    decode(value) {
      if (!isObject(value)) throw new Malformed(expected, value);
      const record: Record<string, unknown> = {};
      for (const [name, field] of entries) {
        const member = Object.hasOwn(value, name) ? value[name] : undefined;
        if (field.optional && (member === undefined || member === null)) continue;
        try {
          record[field.key] = field.codec.decode(member);
        } catch (error) {
          locate(error, name);
        }
      }
      return record as T;
    },
    encode(record) {
      const members: Record<string, unknown> = {};
      for (const [name, field] of entries) {
        const value = (record as Record<string, unknown>)[field.key];
        if (value !== undefined) members[name] = field.codec.encode(value);
      }
      return members;
    },
  };
}

export function array<T>(
  item: Codec<T>,
  limits: { max?: number; min?: number } = {},
): Codec<readonly T[]> {
  const { max = Number.POSITIVE_INFINITY, min = 0 } = limits;
  const expected = `a list of ${item.expected}`;
  return {
    expected,
    decode(value) {
      if (!Array.isArray(value)) throw new Malformed(expected, value);
      if (value.length > max) throw new Malformed(`at most ${max} items`, value);
      if (value.length < min) throw new Malformed(`at least ${min} items`, value);
      const items: T[] = [];
      let i = 0;
      try {
        for (; i < value.length; i++) items.push(item.decode(value[i]));
      } catch (error) {
        locate(error, i);
      }
      return items;
    },
    encode: (items) => items.map((one) => item.encode(one)),
  };
}

/** One of a few texts. */
export function oneOf<T extends string>(...texts: readonly T[]): Codec<T> {
  const expected = texts.map((text) => `"${text}"`).join(' or ');
  return {
    expected,
    decode(value) {
      const text = texts.find((each) => each === value);
      if (text === undefined) throw new Malformed(expected, value);
      return text;
    },
    encode: (text) => text,
  };
}

/** Records told apart by a member that both sides call `type`. */
export function tagged<T extends { readonly type: string }>(
  members: {
    readonly [K in T['type']]: Codec<Extract<T, { readonly type: K }>>;
  },
): Codec<T> {
  const table = members as unknown as Readonly<Record<string, Codec<T>>>;
  const type = oneOf(...Object.keys(members));
  const member = (name: string): Codec<T> => {
    const codec = table[name];
    if (codec === undefined) throw new Malformed(type.expected, name).within('type');
    return codec;
  };
  return {
    expected: `an object whose type is ${type.expected}`,
    decode(value) {
      if (!isObject(value)) throw new Malformed(this.expected, value);
      try {
        type.decode(value.type);
      } catch (error) {
        locate(error, 'type');
      }
      return member(value.type as string).decode(value);
    },
    encode: (record) => member(record.type).encode(record),
  };
}

/** A codec seen through a pair of functions. */
export function mapped<A, B>(
  inner: Codec<A>,
  toRecord: (wire: A) => B,
  toWire: (record: B) => A,
): Codec<B> {
  return {
    expected: inner.expected,
    decode: (value) => toRecord(inner.decode(value)),
    encode: (record) => inner.encode(toWire(record)),
  };
}

/** A value that is handed through as it is (already JSON). */
export function json<T>(expected: string, accepts: (value: unknown) => boolean): Codec<T> {
  return {
    expected,
    decode(value) {
      if (!accepts(value)) throw new Malformed(expected, value);
      return value as T;
    },
    encode: (value) => value,
  };
}

/** Writes two objects as one: the members of `left`, then those of `right`. */
export function merge(left: unknown, right: unknown): unknown {
  return { ...(left as object), ...(right as object) };
}

/** A codec that refers to itself (nested calls). */
export function lazy<T>(expected: string, make: () => Codec<T>): Codec<T> {
  return {
    expected,
    decode: (value) => make().decode(value),
    encode: (value) => make().encode(value),
  };
}
