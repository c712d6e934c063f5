import type { Felt } from '@stackctl/types';

/** Bytes of a stored felt, big-endian. */
export const FELT_BYTES = 32;

/** Felts one after another. */
export function encodeFelts(...felts: readonly Felt[]): Uint8Array {
  const out = new Uint8Array(FELT_BYTES * felts.length);
  const view = new DataView(out.buffer);
  for (const [i, felt] of felts.entries()) writeFelt(view, FELT_BYTES * i, felt);
  return out;
}

/** Writes a felt at a byte offset. */
export function writeFelt(view: DataView, at: number, felt: Felt): void {
  const high = felt >> 128n;
  // Setters keep the low 64 bits.
  view.setBigUint64(at, high >> 64n);
  view.setBigUint64(at + 8, high);
  view.setBigUint64(at + 16, felt >> 64n);
  view.setBigUint64(at + 24, felt);
}

/** Reads the felt at a byte offset. */
export function readFelt(bytes: Uint8Array, at: number): Felt {
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, FELT_BYTES);
  const high = (view.getBigUint64(0) << 64n) | view.getBigUint64(8);
  return (high << 128n) | (view.getBigUint64(16) << 64n) | view.getBigUint64(24);
}
