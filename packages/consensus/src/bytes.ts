/** Cursor-based writing and strict reading of big-endian binary, without a byte of slack. */

export class Writer {
  #bytes: Uint8Array;
  #length = 0;

  constructor(capacity = 256) {
    this.#bytes = new Uint8Array(capacity);
  }

  u8(value: number): this {
    const at = this.#advance(1);
    this.#bytes[at] = value;
    return this;
  }

  u16(value: number): this {
    const at = this.#advance(2);
    this.#bytes[at] = value >>> 8;
    this.#bytes[at + 1] = value;
    return this;
  }

  u32(value: number): this {
    const at = this.#advance(4);
    this.#bytes[at] = value >>> 24;
    this.#bytes[at + 1] = value >>> 16;
    this.#bytes[at + 2] = value >>> 8;
    this.#bytes[at + 3] = value;
    return this;
  }

  /** A safe integer as 8 bytes. */
  u64(value: number): this {
    return this.u32(Math.floor(value / 2 ** 32)).u32(value % 2 ** 32);
  }

  raw(bytes: Uint8Array): this {
    const at = this.#advance(bytes.length);
    this.#bytes.set(bytes, at);
    return this;
  }

  /** Pairs of hex digits as raw bytes. */
  hex(text: string): this {
    const at = this.#advance(text.length >> 1);
    for (let i = 0; i < text.length >> 1; i++)
      this.#bytes[at + i] = (nibble(text, 2 * i) << 4) | nibble(text, 2 * i + 1);
    return this;
  }

  /** What was written. A capacity that was met exactly saves a copy. */
  finish(): Uint8Array {
    return this.#length === this.#bytes.length ? this.#bytes : this.#bytes.slice(0, this.#length);
  }

  #advance(count: number): number {
    const at = this.#length;
    this.#length += count;
    if (this.#length > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(this.#length, 2 * this.#bytes.length));
      grown.set(this.#bytes);
      this.#bytes = grown;
    }
    return at;
  }
}

/** What a `Reader` throws; `decodeStrictly` turns it into `undefined`. */
export class MalformedBytes extends Error {}

export class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    // Not `bytes` itself: a Buffer's `slice` would not copy.
    this.#bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Bytes not read yet. */
  get left(): number {
    return this.#bytes.length - this.#at;
  }

  u8(): number {
    return this.#view.getUint8(this.#advance(1));
  }

  u16(): number {
    return this.#view.getUint16(this.#advance(2));
  }

  u32(): number {
    return this.#view.getUint32(this.#advance(4));
  }

  /** Refuses what is not a safe integer. */
  u64(): number {
    const at = this.#advance(8);
    const value = this.#view.getUint32(at) * 2 ** 32 + this.#view.getUint32(at + 4);
    if (!Number.isSafeInteger(value)) throw new MalformedBytes('integer above 2^53');
    return value;
  }

  /** A view, not a copy. */
  raw(count: number): Uint8Array {
    const at = this.#advance(count);
    return this.#bytes.subarray(at, at + count);
  }

  copy(count: number): Uint8Array {
    return this.raw(count).slice();
  }

  hex(count: number): string {
    let text = '';
    for (const byte of this.raw(count)) text += HEX[byte];
    return text;
  }

  /** Everything that is left, as a view. */
  rest(): Uint8Array {
    return this.raw(this.left);
  }

  end(): void {
    if (this.left !== 0) throw new MalformedBytes('bytes after the end');
  }

  #advance(count: number): number {
    const at = this.#at;
    if (count > this.left) throw new MalformedBytes('ends early');
    this.#at = at + count;
    return at;
  }
}

/** Runs a decoder over all of `bytes`; undefined when they are not exactly one encoded thing. */
export function decodeStrictly<T>(bytes: Uint8Array, decode: (reader: Reader) => T): T | undefined {
  const reader = new Reader(bytes);
  try {
    const decoded = decode(reader);
    reader.end();
    return decoded;
  } catch (error) {
    if (error instanceof MalformedBytes) return undefined;
    throw error;
  }
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

function nibble(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code < 58 ? code - 48 : code - 87;
}
