/** `length:u32 body`: the only structure of a connection's byte stream. */

const HEADER_BYTES = 4;

export function frameHeader(bodyLength: number): Uint8Array {
  const header = new Uint8Array(HEADER_BYTES);
  new DataView(header.buffer).setUint32(0, bodyLength);
  return header;
}

/** Cuts a byte stream into frames. */
export class FrameReader {
  /** Bodies longer than this are refused before any of it is kept. */
  limit: number;
  #chunks: Buffer[] = [];
  #buffered = 0;
  /** Bytes of the frame under way, header included; the header's alone until that is known. */
  #needed = HEADER_BYTES;
  #headerRead = false;

  constructor(limit: number) {
    this.limit = limit;
  }

  /**
   * Takes the next bytes and hands each completed body on. The body is a view that nobody writes to.
   * @returns false when the stream announces a frame that is empty or too long.
   */
  push(chunk: Buffer, onBody: (body: Buffer) => void): boolean {
    this.#chunks.push(chunk);
    this.#buffered += chunk.length;
    while (this.#buffered >= this.#needed) {
      const all = this.#chunks.length === 1 ? (this.#chunks[0] as Buffer) : this.#join();
      if (!this.#headerRead) {
        const length = all.readUInt32BE(0);
        if (length === 0 || length > this.limit) return false;
        this.#headerRead = true;
        this.#needed = HEADER_BYTES + length;
        continue;
      }
      const rest = all.subarray(this.#needed);
      const body = all.subarray(HEADER_BYTES, this.#needed);
      this.#chunks = rest.length > 0 ? [rest] : [];
      this.#buffered = rest.length;
      this.#needed = HEADER_BYTES;
      this.#headerRead = false;
      onBody(body);
    }
    return true;
  }

  #join(): Buffer {
    const joined = Buffer.concat(this.#chunks);
    this.#chunks = [joined];
    return joined;
  }
}
