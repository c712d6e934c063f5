import { createCipheriv, createDecipheriv } from 'node:crypto';

/**
 * Authenticated encryption of one connection's frames: AES-256-GCM, one key a direction, the frame's
 * number as nonce. A frame that was changed, dropped, repeated, reordered or turned back does not open.
 */
const CIPHER = 'aes-256-gcm';
const TAG_BYTES = 16;

/** Added to each plaintext. */
export const SEAL_OVERHEAD = TAG_BYTES;

export class Sealer {
  readonly #key: Uint8Array;
  readonly #nonce = new FrameNonce();

  constructor(key: Uint8Array) {
    this.#key = key;
  }

  /** Ciphertext and tag of the parts, in order. */
  seal(...parts: readonly Uint8Array[]): Uint8Array[] {
    const cipher = createCipheriv(CIPHER, this.#key, this.#nonce.next());
    const sealed: Uint8Array[] = parts.map((part) => cipher.update(part));
    cipher.final();
    sealed.push(cipher.getAuthTag());
    return sealed;
  }
}

export class Opener {
  readonly #key: Uint8Array;
  readonly #nonce = new FrameNonce();

  constructor(key: Uint8Array) {
    this.#key = key;
  }

  /** Undefined when it is not what the other side sealed next. */
  open(body: Uint8Array): Buffer | undefined {
    if (body.length < TAG_BYTES) return undefined;
    const decipher = createDecipheriv(CIPHER, this.#key, this.#nonce.next());
    decipher.setAuthTag(body.subarray(body.length - TAG_BYTES));
    const plain = decipher.update(body.subarray(0, body.length - TAG_BYTES));
    try {
      decipher.final();
    } catch {
      return undefined;
    }
    return plain;
  }
}

class FrameNonce {
  readonly #bytes = new Uint8Array(12);
  readonly #view = new DataView(this.#bytes.buffer);
  #count = 0n;

  next(): Uint8Array {
    this.#view.setBigUint64(4, this.#count++);
    return this.#bytes;
  }
}
