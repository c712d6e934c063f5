import { type Felt, PRIME } from '@stackctl/types';

/** Why bytes are not what they should be; callers turn it into a rejection. */
export class Malformed extends Error {}

/**
 * Writes the canonical encoding: unsigned integers as LEB128 in the fewest bytes, felts as one length
 * byte and that many big-endian bytes without leading zeros, lists as a count and their items.
 */
export class ByteWriter {
  #bytes = new Uint8Array(1024);
  #length = 0;

  byte(value: number): void {
    if (this.#length === this.#bytes.length) {
      const larger = new Uint8Array(this.#bytes.length * 2);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes[this.#length++] = value;
  }

  integer(value: number): void {
    if (!Number.isSafeInteger(value) || value < 0)
      throw new RangeError(`${value} is not an unsigned integer`);
    let rest = value;
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) this.byte((rest % 0x80) | 0x80);
    this.byte(rest);
  }

  felt(value: Felt): void {
    if (value < 0n || value >= PRIME) throw new RangeError('not a canonical felt');
    const digits = value === 0n ? '' : value.toString(16);
    const even = digits.length % 2 === 0 ? digits : `0${digits}`;
    this.byte(even.length / 2);
    for (let at = 0; at < even.length; at += 2)
      this.byte(Number.parseInt(even.slice(at, at + 2), 16));
  }

  list<T>(items: readonly T[], write: (item: T) => void): void {
    this.integer(items.length);
    for (const item of items) write(item);
  }

  /** Bytes without a meaning of their own, their number before them. */
  bytes(value: Uint8Array): void {
    this.integer(value.length);
    for (const byte of value) this.byte(byte);
  }

  /** As UTF-8, its length in bytes before it. */
  text(value: string): void {
    this.bytes(new TextEncoder().encode(value));
  }

  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }
}

/** Reads what `ByteWriter` writes and nothing else: every other spelling of a value is Malformed. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  byte(): number {
    const value = this.#bytes[this.#at];
    if (value === undefined) throw new Malformed('the end comes too early');
    this.#at++;
    return value;
  }

  integer(): number {
    let value = 0;
    let scale = 1;
    for (let count = 1; ; count++) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) {
        if (byte === 0 && count > 1) throw new Malformed('an integer has superfluous bytes');
        if (!Number.isSafeInteger(value)) throw new Malformed('an integer is too large');
        return value;
      }
      if (count === 8) throw new Malformed('an integer is too long');
      scale *= 0x80;
    }
  }

  felt(): Felt {
    const length = this.byte();
    if (length > 32) throw new Malformed('a felt is longer than 32 bytes');
    let digits = '';
    for (let index = 0; index < length; index++) {
      const byte = this.byte();
      if (index === 0 && byte === 0) throw new Malformed('a felt has leading zeros');
      digits += byte.toString(16).padStart(2, '0');
    }
    const value = length === 0 ? 0n : BigInt(`0x${digits}`);
    if (value >= PRIME) throw new Malformed('a felt is not below the prime');
    return value;
  }

  boolean(): boolean {
    return this.choice([false, true]);
  }

  choice<T>(options: readonly T[]): T {
    const index = this.byte();
    if (index >= options.length) throw new Malformed('a choice is out of range');
    return options[index] as T;
  }

  list<T>(read: () => T): T[] {
    const count = this.integer();
    // Every item takes a byte at least: a false count cannot ask for more than the file holds.
    if (count > this.#bytes.length - this.#at)
      throw new Malformed('a list is longer than its file');
    return Array.from({ length: count }, read);
  }

  /** Bytes without a meaning of their own. */
  bytes(): Uint8Array {
    return Uint8Array.from(this.list(() => this.byte()));
  }

  text(): string {
    const bytes = this.bytes();
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      throw new Malformed('a text is not UTF-8');
    }
  }

  /** @throws Malformed when bytes are left over. */
  end(): void {
    if (this.#at !== this.#bytes.length) throw new Malformed('bytes are left over');
  }
}
