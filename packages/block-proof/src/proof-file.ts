import { StackError } from '@stackctl/types';
import { ByteReader, ByteWriter, Malformed } from './bytes.ts';

/** First bytes of a block's proof: its name and the version of the format. */
const MAGIC: Uint8Array = new TextEncoder().encode('stackctl-block-proof/2\n');

/** One file for the proofs of a block's parts, in their order. */
export function encodeProofParts(parts: readonly Uint8Array[]): Uint8Array {
  const out = new ByteWriter();
  for (const byte of MAGIC) out.byte(byte);
  out.list(parts, (part) => out.bytes(part));
  return out.finish();
}

/**
 * The proofs of a block's parts. Anything but the canonical encoding is refused.
 * @throws StackError PROOF_REJECTED
 */
export function decodeProofParts(bytes: Uint8Array): Uint8Array[] {
  try {
    const input = new ByteReader(bytes);
    for (const byte of MAGIC)
      if (input.byte() !== byte) throw new Malformed('not a block proof of this version');
    const parts = input.list(() => input.bytes());
    input.end();
    return parts;
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    throw new StackError('PROOF_REJECTED', { reason: `the proof: ${error.message}` });
  }
}
